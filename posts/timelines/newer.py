"""What has been written since a page was opened, for a tab that asks by itself (newer.js)."""

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.crypto import salted_hmac
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from microblog_site.paging import Cursor
from microblog_site.views import plain
from posts.models import Post


@login_not_required
@require_safe
@never_cache
def newest(request):
    """A word that changes when something is written. The same for everybody, it tells strangers nothing else."""
    return plain(salted_hmac("newest", str(Post.objects.newest()), algorithm="sha256").hexdigest()[:16])


def newer(request, timeline):
    """How many posts of `timeline` are newer than `?after=<id>`, up to a page full; with `show=1`, these posts.

    One's own are not counted: they stand on the page they were written on.
    """
    cursor, size = Cursor.from_query(request.GET), settings.TIMELINE_PAGE_SIZE
    posts = timeline(cursor, size + 1)
    if "show" in request.GET:
        return render(request, "posts/_posts.html", {"posts": posts if cursor.after is None else posts[::-1]})
    count = sum(post.author_id != request.user.pk for post in posts)
    context = {"count": min(count, size), "is_page_full": len(posts) > size}
    return render(request, "posts/_newer.html", context) if count else HttpResponse(status=204)
