"""What readers do with a post by a button: like, repost, bookmark or pin it, or mute its conversation."""

from functools import wraps

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _

from accounts.access import post_only, writing
from microblog_site.http import is_ajax, redirect_back
from microblog_site.limits.rate_limits import limited
from posts.models import PINS, Bookmark, ConversationMute, Gone, Like, Post
from posts.rendering import articles
from posts.rendering.summary import summaries


def _visible(request, pk):
    """The post with this id, or the original of that repost; a 404 unless the reader may read it."""
    return get_object_or_404(Post.objects.visible_to(request.user).original(pk).select_related("author"))


def _page(request, pk):
    return redirect(_visible(request, pk))


def doing(act):
    """A view for `act(request, post)`, with a post that the reader may read."""

    @wraps(act)
    def view(request, pk):
        post = _visible(request, pk)
        try:
            return act(request, post) or _answer(request, post)
        except Gone as gone:
            raise Http404 from gone

    return view


def undoing(act):
    """A view for `act(person, post)`, which returns whether it changed anything.

    People can undo what they did with a post that they no longer see. If there was nothing to undo, that is a 404.
    """

    @wraps(act)
    def view(request, pk):
        post = get_object_or_404(Post.objects.original(pk))
        is_undone = act(request.user, post)
        seen = Post.objects.visible_to(request.user).filter(pk=post.pk).select_related("author").first()
        if seen is None and not is_undone:
            raise Http404
        return _answer(request, seen)

    return view


def _answer(request, post):
    """Back to where the button was; a script gets the post's action row, or nothing if the reader can't see it now."""
    if not is_ajax(request):
        return redirect_back(request, post or "home")
    shown = summaries([post.pk], request.user).get(post.pk) if post else None
    return HttpResponse(articles.action_row(shown, request.user) if shown else "")


@post_only(_page)
@limited("like")
@writing
@doing
def like(request, post):
    Like.objects.add(request.user, post)


@post_only(_page)
@undoing
def unlike(person, post):
    return Like.objects.remove(person, post)


@post_only(_page)
@limited("repost")
@writing
@doing
def repost(request, post):
    Post.objects.repost(request.user, post)


@post_only(_page)
@undoing
def unrepost(person, post):
    return Post.objects.unrepost(person, post)


@post_only(_page)
@limited("like")
@doing
def bookmark(request, post):
    Bookmark.objects.add(request.user, post)


@post_only(_page)
@undoing
def unbookmark(person, post):
    return Bookmark.objects.remove(person, post)


@post_only(_page)
@limited("like")
@writing
@doing
def pin(request, post):
    if post.author_id != request.user.pk:
        raise Http404
    if Post.objects.pin(post):
        return None
    text = _("You can pin up to %(number)d posts. Unpin another one first.") % {"number": PINS}
    if is_ajax(request):
        return HttpResponse(text, status=422, content_type="text/plain; charset=utf-8")
    messages.error(request, text)
    return None


@post_only(_page)
@undoing
def unpin(person, post):
    return Post.objects.unpin(person, post)


@post_only(_page)
@limited("block")
@doing
def mute(request, post):
    ConversationMute.objects.mute(request.user, post)
    if not is_ajax(request):
        messages.success(request, _("You won't be notified about this conversation."))


@post_only(_page)
@undoing
def unmute(person, post):
    return ConversationMute.objects.unmute(person, post)
