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
from .thread import Thread


@public_reading
@require_safe
@with_visible_person
def permalink(request, person, pk):
    post = get_object_or_404(person.posts.acts_visible_to(request.user), pk=pk)
    if post.repost_of_id:
        return redirect(get_object_or_404(_posts(request), pk=post.repost_of_id))
    place = row_id(request.GET.get("place"))
    if (
        place
        and not Post.objects.places_visible_to(request.user).filter(pk=place, conversation=post.thread_id).exists()
    ):
        place = None
    after = row_id(request.GET.get("after"))
    thread = Thread(post, request.user, place=place, after=after, **opened(request, post))
    if not thread.article:
        raise Http404
    context = {"post": post, "thread": thread, "is_muted": ConversationMute.objects.is_muted(request.user, post)}
    if request.user.is_anonymous or not may_write(request.user):
        return render(request, "posts/thread.html", context)
    form = PostForm.about(request.user, in_reply_to=post.pk)
    form.answered = post
    return render_form(request, "posts/thread.html", form, sent_to=reverse("post_create"), reply_form=form, **context)


def _posts(request):
    return Post.objects.visible_to(request.user).select_related("author")


def _of_post(view):
    """A page about the post with this id: `view(request, post)`, which returns what its template shows besides."""

    @public_reading
    @require_safe
    @wraps(view)
    def wrapper(request, pk):
        post = get_object_or_404(_posts(request), pk=pk)
        context = {"post": post, "listing": request.resolver_match.url_name, **view(request, post)}
        return render(request, "posts/reactions.html", context)

    return wrapper


@_of_post
def likes(request, post):
    people = People(post, "user", request.user, Like, "post")
    return {"people": _page(request, people, post.likes_count)}


@_of_post
def reposts(request, post):
    people = People(post, "author", request.user, Post, "repost_of")
    return {"people": _page(request, people, post.reposts_count)}


@_of_post
def quotes(request, post):
    return {"page": page_of(queries.quotes(post, request.user), request)}


def _page(request, people, count):
    return CountedPaginator(people, count).get_page(request.GET.get("page"))
