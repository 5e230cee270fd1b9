from datetime import timedelta

from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from accounts.access import may_write, post_only, with_person
from microblog_site.limits.rate_limits import allow, limited
from microblog_site.paging import CountedPaginator
from social.access import with_visible_person
from social.models import Block, Follow, Mute

from .answers import act, answer

MUTE_DAYS = ("1", "7", "30")  # anything else means for ever


@post_only("profile")
@limited("block")
@with_person
def block(request, person):
    follows = Follow.objects.is_following(request.user, person)
    is_followed = Follow.objects.is_following(person, request.user)
    Block.objects.block(request.user, person)
    text = _("You've blocked @%(username)s.")
    if follows or is_followed:
        text = _("You've blocked @%(username)s. You no longer follow each other.")
    again = {"follow": 1} if follows and not person.approve_followers else {}
    return answer(request, person, text, act("unblock", person, _("Unblock"), **again))


@post_only("profile")
@with_person
def unblock(request, person):
    """With `?follow=1`, for somebody whom the reader followed before, they do so again, if they may."""
    is_undone = Block.objects.unblock(request.user, person)
    if is_undone and "follow" in request.GET and may_write(request.user) and allow("follow", request):
        Follow.objects.follow(request.user, person)
    if is_undone and Follow.objects.is_following(request.user, person):
        return answer(request, person, _("You've unblocked @%(username)s, and follow them again."))
    return answer(request, person, _("You've unblocked @%(username)s."), act("block", person))


@post_only("profile")
@limited("block")
@with_visible_person
def mute(request, person):
    days = int(request.POST["days"]) if request.POST.get("days") in MUTE_DAYS else None
    Mute.objects.mute(request.user, person, timezone.now() + timedelta(days=days) if days else None)
    text = _("You won't see @%(username)s's posts in your timelines.")
    if days:
        text = ngettext(
            "You won't see @%(username)s's posts in your timelines for %(days)d day.",
            "You won't see @%(username)s's posts in your timelines for %(days)d days.",
            days,
        )
    return answer(request, person, text, act("unmute", person), days=days)


@post_only("profile")
@with_visible_person
def unmute(request, person):
    """One that would have ended has no Undo, which would mute for ever."""
    mute = Mute.objects.find(request.user, person)
    Mute.objects.unmute(request.user, person)
    acts = [act("mute", person)] if mute and not mute.until else []
    return answer(request, person, _("You'll see @%(username)s's posts in your timelines again."), *acts)


@require_safe
def blocks(request):
    """The list of muted people leaves out blocks in either direction."""
    muted = request.user.muting.current().filter(Block.objects.none_between(request.user, "muted"))
    context = {"blocks": _page(request, "blocked", request.user.blocking), "mutes": _page(request, "muted", muted)}
    return render(request, "social/settings_blocks.html", context)


def _page(request, role, rows):
    newest_first = rows.order_by("-pk").select_related(role)
    return CountedPaginator(newest_first, rows.count()).get_page(request.GET.get(role))
