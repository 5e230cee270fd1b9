from django.conf import settings
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.access import post_only, writing
from microblog_site.limits.rate_limits import limited
from microblog_site.paging import CountedPaginator
from social.access import with_visible_person
from social.models import Follow, FollowRequest

from .answers import answer


@require_safe
def requests(request):
    waiting = request.user.follow_requests.filter(follower__is_active=True)
    count = waiting[: settings.LIST_PAGE_SIZE * settings.LIST_MAX_PAGES].count()
    newest_first = waiting.order_by("-pk").select_related("follower")
    page = CountedPaginator(newest_first, count).get_page(request.GET.get("page"))
    return render(request, "social/settings_requests.html", {"requests": page})


@post_only("profile")
@limited("follow")
@writing
@with_visible_person
def accept(request, person):
    done = Follow.objects.accept(person, request.user)
    return answer(request, person, _("@%(username)s follows you now.") if done else "")


@post_only("profile")
@with_visible_person
def reject(request, person):
    done = FollowRequest.objects.withdraw(person, request.user)
    return answer(request, person, _("You've declined @%(username)s's request.") if done else "")


@post_only("profile")
@with_visible_person
def remove(request, person):
    """End that `person` follows the reader, or asks to."""
    done = Follow.objects.unfollow(person, request.user)
    return answer(request, person, _("@%(username)s no longer follows you.") if done else "")
