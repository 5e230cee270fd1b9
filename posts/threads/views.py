from functools import wraps

from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from accounts.access import may_write, public_reading
from microblog_site.http import render_form
from microblog_site.paging import CountedPaginator, page_of, row_id
from posts.forms import PostForm
from posts.models import ConversationMute, Like, Post
from posts.translation.views import opened
from social.access import with_visible_person
from social.lists import People

from . import queries
from .thread import thread


@public_reading
@require_safe
@with_visible_person
def permalink(request, person, pk):
    post = get_object_or_404(person.posts.acts_visible_to(request.user), pk=pk)
    if post.repost_of_id:
        return redirect(_post(request, post.repost_of_id))
    after = row_id(request.GET.get("after"))
    shown = thread(post, request.user, place=_place(request, post), after=after, **opened(request, post))
    if not shown["article"]:  # deleted in the meantime
        raise Http404
    is_muted = ConversationMute.objects.is_muted(request.user, post)
    context = {"post": post, "thread": shown, "is_muted": is_muted}
    if request.user.is_anonymous or not may_write(request.user):
        return render(request, "posts/thread.html", context)
    form = PostForm.about(request.user, in_reply_to=post.pk)
    form.answered = post
    return render_form(request, "posts/thread.html", form, sent_to=reverse("post_create"), **context)


def _place(request, post):
    """The id of the unnamed place in the query string; None if there is none such in the conversation of `post`."""
    pk = row_id(request.GET.get("place"))
    places = Post.objects.places_visible_to(request.user).filter(conversation=post.thread_id)
    return pk if pk and places.filter(pk=pk).exists() else None


def _post(request, pk):
    return get_object_or_404(Post.objects.visible_to(request.user).select_related("author"), pk=pk)


def _reactions(find):
    """A page about a post, with what `find(request, post)` returns."""

    @public_reading
    @require_safe
    @wraps(find)
    def view(request, pk):
        post, listing = _post(request, pk), request.resolver_match.url_name
        return render(request, "posts/reactions.html", {"post": post, "listing": listing, **find(request, post)})

    return view


@_reactions
def likes(request, post):
    return _people(request, post.likes_count, People(post, "user", request.user, Like, "post"))


@_reactions
def reposts(request, post):
    return _people(request, post.reposts_count, People(post, "author", request.user, Post, "repost_of"))


@_reactions
def quotes(request, post):
    return {"page": page_of(queries.quotes(post, request.user), request)}


def _people(request, count, people):
    return {"people": CountedPaginator(people, count).get_page(request.GET.get("page"))}
