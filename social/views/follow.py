from django.shortcuts import render

from accounts.access import post_only, writing
from microblog_site.http import is_ajax, redirect_back
from microblog_site.limits.rate_limits import limited
from social.access import with_visible_person
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
        is_following = bool(Follow.objects.followed_among([person], request.user))
        return render(request, "social/_followed.html", {"person": person, "is_following": is_following})
    return redirect_back(request, person)
