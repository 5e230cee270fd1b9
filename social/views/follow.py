from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.access import post_only, public_reading, writing
from microblog_site.limits.rate_limits import limited
from microblog_site.paging import CountedPaginator
from social.access import can_see_lists, with_visible_person
from social.lists import People
from social.models import Follow

from .answers import act, answer


@post_only("profile")
@limited("follow")
@writing
@with_visible_person
def follow(request, person):
    Follow.objects.follow(request.user, person)
    return answer(request, person)


@post_only("profile")
@with_visible_person
def unfollow(request, person):
    """There is no Undo for somebody who approves their followers: it would only ask again."""
    follows = Follow.objects.is_following(request.user, person)
    if not Follow.objects.unfollow(request.user, person):
        return answer(request, person)
    if not follows:
        return answer(request, person, _("You've withdrawn your request to follow @%(username)s."))
    if person.approve_followers:
        text = _("You no longer follow @%(username)s. To follow them again, you'll have to ask.")
        return answer(request, person, text)
    return answer(request, person, _("You no longer follow @%(username)s."), act("follow", person))


@post_only("profile")
@limited("block")
@with_visible_person
def hide_reposts(request, person):
    follows = Follow.objects.hide_reposts(request.user, person)
    text = _("You won't see @%(username)s's reposts in your timelines.") if follows else ""
    return answer(request, person, text, act("show_reposts", person))


@post_only("profile")
@with_visible_person
def show_reposts(request, person):
    follows = Follow.objects.hide_reposts(request.user, person, hide=False)
    text = _("You'll see @%(username)s's reposts in your timelines again.") if follows else ""
    return answer(request, person, text, act("hide_reposts", person))


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
    is_own_followers = listing == "followers" and person == request.user
    context = {"person": person, "listing": listing, "is_own_followers": is_own_followers}
    if can_see_lists(request.user, person):
        people = CountedPaginator(People(person, role, request.user), count)
        context["people"] = people.get_page(request.GET.get("page"))
    return render(request, "social/people.html", context)
