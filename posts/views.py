from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.access import post_only, public_reading, with_person
from microblog_site.http import form_page, is_ajax, render_invalid
from microblog_site.paging import Cursor, CursorPage
from social.models import Follow

from . import timelines
from .forms import PostForm


@public_reading
@require_safe
def home(request):
    if request.user.is_authenticated:
        return _home_of_user(request, PostForm())
    return render(request, "posts/welcome.html", {"page": CursorPage(timelines.explore(request.user), Cursor())})


@public_reading
@require_safe
def explore(request):
    return render(request, "posts/explore.html", {"page": _page(request, timelines.explore(request.user))})


@public_reading
@require_safe
@with_person
def profile(request, person):
    context = {
        "person": person,
        "page": _page(request, timelines.profile(person, request.user)),
        "is_following": bool(Follow.objects.followed_among([person], request.user)),
    }
    return render(request, "posts/profile.html", context)


@public_reading
@require_safe
@with_person
def permalink(request, person, pk):
    post = get_object_or_404(person.posts.visible_to(request.user).with_authors(), pk=pk)
    return render(request, "posts/post.html", {"post": post})


@post_only("home")
def create(request):
    form = PostForm(request.POST)
    if form.is_valid() and (post := form.publish(request.user)):
        if is_ajax(request):
            return render(request, "posts/_post.html", {"post": post})
        messages.success(request, _("Your post has been published."))
        return redirect("home")
    if is_ajax(request):
        return render_invalid(request, "posts/_composer.html", {"form": form})
    return _home_of_user(request, form)


@form_page
def edit(request, pk):
    post = _own_post(request, pk)
    if request.method != "POST":
        form = PostForm(initial={"body": post.body, "language": post.language})
        return render(request, "posts/edit.html", {"form": form, "post": post})
    form = PostForm(request.POST)
    if not form.is_valid():
        return render_invalid(request, "posts/edit.html", {"form": form, "post": post})
    if not form.edit(post):
        raise Http404
    messages.success(request, _("Your post has been updated."))
    return redirect(post)


@form_page
def delete(request, pk):
    post = _own_post(request, pk)
    if request.method != "POST":
        return render(request, "posts/delete.html", {"post": post})
    post.delete()
    messages.success(request, _("Your post has been deleted."))
    return redirect("home")


def _home_of_user(request, form):
    return render(request, "posts/home.html", {"form": form, "page": _page(request, timelines.home(request.user))})


def _own_post(request, pk):
    return get_object_or_404(request.user.posts.visible_to(request.user), pk=pk)


def _page(request, timeline):
    return CursorPage(timeline, Cursor.from_query(request.GET))
