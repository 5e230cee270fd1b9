from django.shortcuts import render
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from accounts.access import may_write, public_reading
from microblog_site.http import is_ajax, lead_to_log_in
from microblog_site.paging import Cursor, CursorPage
from posts import timelines
from posts.forms import PostForm
from social.access import with_visible_person
from social.models import Follow, Mute

from .newer import newer


@public_reading
@require_safe
@vary_on_headers("X-Requested-With")
def home(request):
    if is_ajax(request):
        return (
            newer(request, timelines.home(request.user)) if request.user.is_authenticated else lead_to_log_in(request)
        )
    if request.user.is_authenticated:
        return render_home(request, PostForm(request.user))
    return render(request, "posts/welcome.html", {"page": CursorPage(timelines.explore(request.user), Cursor())})


@public_reading
@require_safe
@vary_on_headers("X-Requested-With")
def explore(request):
    timeline = timelines.explore(request.user)
    if is_ajax(request):
        return newer(request, timeline)
    return render(request, "posts/explore.html", {"page": _page(request, timeline)})


@public_reading
@require_safe
@with_visible_person
def profile(request, person):
    context = {
        "person": person,
        "page": _page(request, timelines.profile(person, request.user)),
        "is_following": bool(Follow.objects.followed_among([person], request.user)),
        "mute": Mute.objects.find(request.user, person),
    }
    return render(request, "posts/profile.html", context)


def render_home(request, form):
    """The home page with the composer `form`, which may hold errors."""
    context = {
        "form": form,
        "page": _page(request, timelines.home(request.user)),
        "may_write": may_write(request.user),
    }
    return render(request, "posts/home.html", context)


def _page(request, timeline):
    return CursorPage(timeline, Cursor.from_query(request.GET))
