from datetime import timedelta

from django.contrib import messages
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from accounts.access import post_only, with_person
from microblog_site.http import is_ajax, redirect_back
from microblog_site.limits.rate_limits import limited
from microblog_site.paging import CountedPaginator
from social import relationship
from social.access import with_visible_person
from social.models import Block, Mute

MUTE_DAYS = ("1", "7", "30")  # anything else means for ever


@post_only("profile")
@limited("block")
@with_person
def block(request, person):
    Block.objects.block(request.user, person)
    text = _(
        "You and @%(username)s can no longer see each other's profiles and posts. "
        "To undo this, go to Settings, Blocked and muted."
    )
    return _answer(request, person, text)


@post_only("profile")
@with_person
def unblock(request, person):
    Block.objects.unblock(request.user, person)
    return _answer(request, person, _("You've unblocked @%(username)s."))


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
    return _answer(request, person, text, days=days)


@post_only("profile")
@with_visible_person
def unmute(request, person):
    Mute.objects.unmute(request.user, person)
    return _answer(request, person, _("You'll see @%(username)s's posts in your timelines again."))


@require_safe
def blocks(request):
    """The list of muted people leaves out blocks in either direction."""
    muted = request.user.muting.current().filter(Block.objects.none_between(request.user, "muted"))
    context = {"blocks": _page(request, "blocked", request.user.blocking), "mutes": _page(request, "muted", muted)}
    return render(request, "social/settings_blocks.html", context)


def _page(request, role, rows):
    newest_first = rows.order_by("-pk").select_related(role)
    return CountedPaginator(newest_first, rows.count()).get_page(request.GET.get(role))


def _answer(request, person, text, **values):
    if is_ajax(request):
        is_blocked = request.user.blocking.filter(blocked=person).exists()
        context = {"is_blocked": is_blocked, **relationship.context(request.user, person)}
        return render(request, "social/_person_menu.html", context)
    if person != request.user:
        messages.success(request, text % {"username": person.username, **values})
    return redirect_back(request, person)
