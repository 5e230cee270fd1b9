from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.access import post_only, public_reading, with_person
from accounts.models import User
from microblog_site.http import is_ajax, redirect_back
from microblog_site.paging import CountedPaginator

from .models import Follow


@post_only("profile")
@with_person
def follow(request, person):
    Follow.objects.follow(request.user, person)
    return _answer(request, person)


@post_only("profile")
@with_person
def unfollow(request, person):
    Follow.objects.unfollow(request.user, person)
    return _answer(request, person)


def _answer(request, person):
    if is_ajax(request):
        person.refresh_from_db(fields=["followers_count"])
        is_following = bool(Follow.objects.followed_among([person], request.user))
        return render(request, "social/_followed.html", {"person": person, "is_following": is_following})
    return redirect_back(request, person)


@public_reading
@require_safe
@with_person
def followers(request, person):
    ids = person.followers.newest_first().values_list("follower", flat=True)
    return _list(request, person, "followers", ids, person.followers_count)


@public_reading
@require_safe
@with_person
def following(request, person):
    ids = person.following.newest_first().values_list("followed", flat=True)
    return _list(request, person, "following", ids, person.following_count)


def _list(request, person, listing, ids, count):
    page = CountedPaginator(ids, count).get_page(request.GET.get("page"))
    found = User.objects.in_bulk(list(page))
    page.object_list = [found[pk] for pk in page if pk in found]
    context = {
        "person": person,
        "people": page,
        "listing": listing,
        "followed_ids": Follow.objects.followed_among(page.object_list, request.user),
    }
    return render(request, "social/people.html", context)
