from urllib.parse import urlsplit

from django.conf import settings
from django.contrib import messages
from django.db import transaction
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts import markup
from accounts.access import post_only, public_reading, writing
from microblog_site import typed
from microblog_site.http import form_page, is_ajax, posted, redirect_back, referer_path, render_form
from microblog_site.limits.rate_limits import limited
from microblog_site.paging import CountedPaginator, row_id
from microblog_site.said import fragments, say
from posts.rendering import articles
from posts.rendering.summary import summaries
from posts.timelines.views import render_home

from .drafts.forms import to_continue
from .forms import TEXTS, EditForm, PostForm
from .models import UNDO_TIME, Post
from .tasks import erase_withdrawn

SENT = '<span data-sent="{}">{}</span>'  # which drafts.js no longer keeps


def _composer_again(request, refusal):
    return composer(request, PostForm(request.user, request.POST).refuse(refusal))


def _number_of_texts(request):
    return max(sum(bool(request.POST.get(name)) for name in TEXTS), 1)


@post_only("home", takes_text=True)
def create(request):
    if "add" not in request.POST:
        return _publish(request)
    typed.forget(request)  # or it would come back in place of what was typed since
    return composer(request, PostForm.with_another_text(request.user, request.POST))


@limited("write", otherwise=_composer_again, amount=_number_of_texts)
def _publish(request):
    form = PostForm(request.user, request.POST)
    if not (form.is_valid() and (posts := form.publish())):
        return composer(request, form)
    text = _("Your thread has been published.") if len(posts) > 1 else _("Your post has been published.")
    if not is_ajax(request):
        say(request, format_html(SENT, form.cleaned_data["submission"], text))
        return redirect(_page_of_new(request, posts[0], form.answered))
    say(request, text, link=(posts[0].get_absolute_url(), _("Show")))
    shown = summaries([post.pk for post in posts], request.user)
    in_order = [shown[post.pk] for post in posts if post.pk in shown]
    return fragments(request, articles.render(in_order, request.user), *_counts_around(request, posts[0]))


def _counts_around(request, post):
    """The parts of pages that change when `post` comes or goes."""
    request.user.refresh_from_db(fields=["posts_count"])
    others = summaries({post.in_reply_to_id, post.quote_of_id} - {None}, request.user)
    rows = (articles.action_row(other, request.user) for other in others.values())
    return render_to_string("accounts/_counts.html", {"person": request.user}), *rows


def _page_of_new(request, post, answered):
    """Where its author goes on: the thread they were reading, else the page of a reply or quote, else home."""
    thread = answered and answered.get_absolute_url()
    if thread and thread == urlsplit(referer_path(request)).path:
        is_on_first_page = answered.replies_count < settings.TIMELINE_PAGE_SIZE
        return f"{thread}#post-{post.pk}" if is_on_first_page else post
    return post if post.in_reply_to_id or post.is_quote else "home"


def composer(request, form):
    """The composer as `form` has it, with its errors if it was sent."""
    if is_ajax(request):
        return render_form(request, "posts/_composer.html", form.in_dialog() if "dialog" in request.POST else form)
    return render_home(request, form) if form.is_of_home else _compose_page(request, form)


@require_safe
def compose(request):
    if "draft" not in request.GET:
        return _compose(request)
    draft = get_object_or_404(request.user.drafts, pk=row_id(request.GET["draft"]))
    return _compose_page(request, to_continue(draft))


@writing
def _compose(request):
    others = {name: request.GET.get(name, "") for name in ("in_reply_to", "quote")}
    text = {"body": request.GET["text"]} if "text" in request.GET else {}
    form = PostForm.about(request.user, **others, **text)
    if (others["in_reply_to"] and not form.answered) or (others["quote"] and not form.quoted):
        raise Http404
    return _compose_page(request, form)


def _compose_page(request, form):
    others = {"answered": form.answered, "quoted": form.quoted if form.quoted != form.answered else None}
    found = summaries([post.pk for post in others.values() if post], request.user)
    shown = {role: [found[post.pk]] for role, post in others.items() if post and post.pk in found}
    shown["has_drafts"] = request.user.drafts.exists()
    template, form = ("posts/_compose.html", form.in_dialog()) if is_ajax(request) else ("posts/compose.html", form)
    return render_form(request, template, form, sent_to=reverse("post_create"), **shown)


def _edit_again(request, pk, refusal):
    form = EditForm(request.user, request.POST).refuse(refusal)
    return render_form(request, "posts/edit.html", form, post=_own_post(request, pk))


@form_page
@limited("write", otherwise=_edit_again)
def edit(request, pk):
    post = _own_post(request, pk)
    initial = {name: getattr(post, name) for name in ("body", "content_warning", "language")}
    form = EditForm(request.user, posted(request)[0], initial=initial)
    if not form.is_valid():
        return render_form(request, "posts/edit.html", form, post=post)
    if not form.edit(post):
        raise Http404
    messages.success(request, _("Your post has been updated."))
    return redirect(post)


@public_reading
@require_safe
def history(request, pk):
    post = get_object_or_404(Post.objects.visible_to(request.user).meant_by(pk).select_related("author"))
    versions = post.versions.order_by("-pk")
    page = CountedPaginator(versions, versions.count()).get_page(request.GET.get("page"))
    texts = map(mark_safe, markup.render_all([version.body for version in page]))
    former = list(zip(page, texts, strict=True))
    return render(request, "posts/history.html", {"post": post, "page": page, "former": former})


@form_page
def delete(request, pk):
    if request.method == "POST":
        return _delete(request, _own_post(request, pk))
    mine = request.user.posts
    post = get_object_or_404(mine.visible_to(request.user) | mine.withdrawn(), pk=pk)
    return render(request, "posts/delete.html", {"post": post})


def _delete(request, post):
    with transaction.atomic():
        post.withdraw()
        erase_withdrawn.using(run_after=timezone.now() + UNDO_TIME).enqueue(post.pk)
    say(request, _("Your post has been deleted."), (reverse("post_undelete", args=[post.pk]), _("Undo")))
    return fragments(request, *_counts_around(request, post)) if is_ajax(request) else redirect("home")


@post_only("post_delete")
@limited("block")
def undelete(request, pk):
    post = get_object_or_404(request.user.posts.select_related("author"), pk=pk)
    if not post.restore() and post not in request.user.posts.visible_to(request.user):
        raise Http404
    say(request, _("Your post is back."))
    if is_ajax(request):
        return fragments(request, *_counts_around(request, post))
    is_from_question = referer_path(request) == reverse("post_delete", args=[pk])
    return redirect(post) if is_from_question else redirect_back(request, post)


def _own_post(request, pk):
    return get_object_or_404(request.user.posts.visible_to(request.user), pk=pk)
