from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.access import public_reading
from accounts.models import User
from microblog_site.paging import CountedPaginator
from social.access import with_visible_person
from social.models import Block, Follow


@public_reading
@require_safe
@with_visible_person
def followers(request, person):
    ids = person.followers.newest_first().values_list("follower", flat=True)
    return _list(request, person, "followers", ids, person.followers_count)


@public_reading
@require_safe
@with_visible_person
def following(request, person):
    ids = person.following.newest_first().values_list("followed", flat=True)
    return _list(request, person, "following", ids, person.following_count)


def _list(request, person, listing, ids, count):
    page = CountedPaginator(ids, count).get_page(request.GET.get("page"))
    found = User.objects.filter(Block.objects.none_between(request.user, "pk")).in_bulk(list(page))
    page.object_list = [found[pk] for pk in page if pk in found]
    context = {
        "person": person,
        "people": page,
        "listing": listing,
        "followed_ids": Follow.objects.followed_among(page.object_list, request.user),
    }
    return render(request, "social/people.html", context)
