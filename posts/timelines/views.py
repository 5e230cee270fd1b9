from django.shortcuts import render
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from accounts.access import may_write, public_reading
from microblog_site.http import is_ajax, lead_to_log_in
from microblog_site.paging import Cursor, CursorPage, page_of
from posts.forms import PostForm

from . import queries
from .newer import newer


@public_reading
@require_safe
@vary_on_headers("X-Requested-With")
def home(request):
    if is_ajax(request):
        return newer(request, queries.home(request.user)) if request.user.is_authenticated else lead_to_log_in(request)
    if request.user.is_authenticated:
        return render_home(request, PostForm(request.user))
    return render(request, "posts/welcome.html", {"page": CursorPage(queries.explore(request.user), Cursor())})


@public_reading
@require_safe
@vary_on_headers("X-Requested-With")
def explore(request):
    timeline = queries.explore(request.user)
    if is_ajax(request):
        return newer(request, timeline)
    return render(request, "posts/explore.html", {"page": page_of(timeline, request)})


def render_home(request, form):
    """The home page with the composer `form`, which may hold errors."""
    page = page_of(queries.home(request.user), request)
    return render(request, "posts/home.html", {"form": form, "page": page, "may_write": may_write(request.user)})
