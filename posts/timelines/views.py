from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.crypto import salted_hmac
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from accounts.access import may_write, public_reading
from microblog_site.http import is_ajax, lead_to_log_in, render_form
from microblog_site.paging import Cursor, CursorPage, page_of
from microblog_site.views import plain
from posts.forms import PostForm
from posts.models import Bookmark, Like, Post

from . import queries


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


@require_safe
def bookmarks(request):
    return _marked(request, Bookmark)


@require_safe
def likes(request):
    return _marked(request, Like)


def _marked(request, mark):
    return render(request, "posts/marked.html", {"page": page_of(queries.marked(mark, request.user), request)})


def render_home(request, form):
    """The home page with the composer `form`, which may have errors."""
    page = page_of(queries.home(request.user), request)
    context = {"page": page, "may_write": may_write(request.user)}
    return render_form(request, "posts/home.html", form, sent_to=reverse("post_create"), **context)


@public_reading
@require_safe
@never_cache
def newest(request):
    """A token that changes when a post is published, polled by open tabs (newer.js).

    It is the same for everybody, and tells strangers nothing else.
    """
    return plain(salted_hmac("newest", str(Post.objects.newest()), algorithm="sha256").hexdigest()[:16])


def newer(request, timeline):
    """The number of posts in `timeline` newer than `?after=<id>`, up to a page full; with `show=1`, the posts
    themselves.

    The reader's own posts are not counted: they are already on the page they were written on.
    """
    cursor, size = Cursor.from_query(request.GET), settings.TIMELINE_PAGE_SIZE
    posts = timeline(cursor, size + 1)
    if "show" in request.GET:
        return render(request, "posts/_posts.html", {"posts": posts if cursor.after is None else posts[::-1]})
    count = sum(post.actor_id != request.user.pk for post in posts)
    context = {"count": min(count, size), "is_page_full": len(posts) > size}
    return render(request, "posts/_newer.html", context) if count else HttpResponse(status=204)
