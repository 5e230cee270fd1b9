from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.access import post_only, public_reading, writing
from microblog_site.http import is_ajax, redirect_back
from microblog_site.limits.rate_limits import limited
from microblog_site.paging import CountedPaginator
from social.access import with_visible_person
from social.lists import People
from social.models import Follow


@post_only("profile")
@limited("follow")
@writing
@with_visible_person
def follow(request, person):
    Follow.objects.follow(request.user, person)
    return _answer(request, person)


@post_only("profile")
@with_visible_person
def unfollow(request, person):
    Follow.objects.unfollow(request.user, person)
    return _answer(request, person)


def _answer(request, person):
    if is_ajax(request):
        person.refresh_from_db(fields=["followers_count"])
        is_following = Follow.objects.is_following(request.user, person)
        return render(request, "social/_followed.html", {"person": person, "is_following": is_following})
    return redirect_back(request, person)


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
