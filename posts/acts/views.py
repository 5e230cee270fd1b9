"""What readers do with a post by a button. Whatever they did, they can undo, even once they no longer see the post."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext_lazy as _

from accounts.access import post_only, writing
from microblog_site.http import is_ajax, redirect_back
from microblog_site.limits.rate_limits import limited
from posts.models import PINS, Bookmark, ConversationMute, Gone, Like, Post, TooManyPins
from posts.rendering import articles
from posts.rendering.summary import summaries


def _visible(request, pk):
    """The post with this id, or the original of that repost; a 404 unless the reader may read it."""
    return get_object_or_404(Post.objects.visible_to(request.user).meant_by(pk).select_related("author"))


def _page(request, pk):
    return redirect(_visible(request, pk))


def _doing(limit, act, *, is_secret=False, message=""):
    """A view for `act(person, post)`. Unless it `is_secret`, only for people who may write."""

    def view(request, pk):
        post = _visible(request, pk)
        try:
            act(request.user, post)
        except Gone as gone:
            raise Http404 from gone
        except TooManyPins:
            return _refuse(request, post)
        if message and not is_ajax(request):
            messages.success(request, message)
        return _answer(request, post)

    return post_only(_page)(limited(limit)(view if is_secret else writing(view)))


def _undoing(act):
    """A view for `act(person, post)`, which returns whether there was anything to undo."""

    def view(request, pk):
        post = get_object_or_404(Post.objects.meant_by(pk))
        is_undone = act(request.user, post)
        seen = Post.objects.visible_to(request.user).filter(pk=post.pk).select_related("author").first()
        if seen is None and not is_undone:
            raise Http404
        return _answer(request, seen)

    return post_only(_page)(view)


def _answer(request, post):
    """Back to where the button was; a script gets the post's action row, or nothing if the reader can't see it now."""
    if not is_ajax(request):
        return redirect_back(request, post or "home")
    shown = summaries([post.pk], request.user).get(post.pk) if post else None
    return HttpResponse(articles.action_row(shown, request.user) if shown else "")


def _refuse(request, post):
    text = _("You can pin up to %(number)d posts. Unpin another one first.") % {"number": PINS}
    if is_ajax(request):
        return HttpResponse(text, status=422, content_type="text/plain; charset=utf-8")
    messages.error(request, text)
    return redirect_back(request, post)


def _unquote(person, quote):
    """For the author of the quoted post and of the one that quotes it. Whoever sees that it is gone may try in vain."""
    if not quote.is_quote or (quote.quote_of and person not in (quote.author, quote.quote_of.author)):
        raise Http404
    return Post.objects.unquote(quote)


def _unmute(person, post):
    """By the first post, or one that `person` sees: for others, the answer would tell that they belong to it."""
    is_seen = post.pk == post.thread_id or Post.objects.visible_to(person).filter(pk=post.pk).exists()
    return is_seen and ConversationMute.objects.unmute(person, post)


like, unlike = _doing("like", Like.objects.add), _undoing(Like.objects.remove)
repost, unrepost = _doing("repost", Post.objects.repost), _undoing(Post.objects.unrepost)
bookmark, unbookmark = _doing("like", Bookmark.objects.add, is_secret=True), _undoing(Bookmark.objects.remove)
pin, unpin = _doing("like", Post.objects.pin), _undoing(Post.objects.unpin)
MUTED = _("You won't be notified about this conversation.")
mute = _doing("block", ConversationMute.objects.mute, is_secret=True, message=MUTED)
unmute = _undoing(_unmute)
unquote = _undoing(_unquote)
