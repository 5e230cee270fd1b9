from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from accounts.access import post_only
from microblog_site.http import form_page, is_ajax, posted, render_form
from microblog_site.limits.rate_limits import limited
from posts.rendering.summary import summaries
from posts.timelines.views import render_home

from .forms import PostForm


def _composer_again(request, refusal):
    return _composer(request, PostForm(request.user, request.POST).refuse(refusal))


@post_only("home", takes_text=True)
@limited("write", otherwise=_composer_again)
def create(request):
    form = PostForm(request.user, request.POST)
    if form.is_valid() and (post := form.publish()):
        if is_ajax(request):
            return render(request, "posts/_posts.html", {"posts": summaries([post.pk], request.user).values()})
        messages.success(request, _("Your post has been published."))
        return redirect("home")
    return _composer(request, form)


def _composer(request, form):
    """The composer with what was typed and the errors of `form`."""
    if is_ajax(request):
        return render_form(request, "posts/_composer.html", form)
    return render_home(request, form)


def _edit_again(request, pk, refusal):
    form = PostForm(request.user, request.POST).refuse(refusal)
    return render_form(request, "posts/edit.html", form, post=_own_post(request, pk))


@form_page
@limited("write", otherwise=_edit_again)
def edit(request, pk):
    post = _own_post(request, pk)
    form = PostForm(request.user, posted(request)[0], initial={"body": post.body, "language": post.language})
    if not form.is_valid():
        return render_form(request, "posts/edit.html", form, post=post)
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


def _own_post(request, pk):
    return get_object_or_404(request.user.posts.visible_to(request.user), pk=pk)
