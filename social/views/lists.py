from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.access import public_reading
from microblog_site.paging import CountedPaginator
from social.access import with_visible_person
from social.lists import People


@public_reading
@require_safe
@with_visible_person
def followers(request, person):
    return _list(request, person, "followers", "follower", person.followers_count)


@public_reading
@require_safe
@with_visible_person
def following(request, person):
    return _list(request, person, "following", "followed", person.following_count)


def _list(request, person, listing, role, count):
    people = CountedPaginator(People(person, role, request.user), count).get_page(request.GET.get("page"))
    return render(request, "social/people.html", {"person": person, "people": people, "listing": listing})
