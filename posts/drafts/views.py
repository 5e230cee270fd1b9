from django.http import Http404
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _

from accounts.access import post_only
from microblog_site.http import form_page, is_ajax, render_form
from microblog_site.said import fragments, say
from posts.forms import PostForm
from posts.models import Draft, Post
from posts.views import composer

from .forms import DraftForm


@form_page
def drafts(request):
    """Those of the reader, below what they typed and could not send."""
    if request.method == "POST":
        return _save(request)
    shown = _with_others(request.user.drafts.order_by("-saved_at", "-pk"), request.user)
    return render_form(
        request, "posts/drafts.html", PostForm(request.user), sent_to=reverse("post_create"), drafts=shown
    )


drafts.kept_as = "post_create"  # the form's other button


def _save(request):
    """A script gets the hidden field that names the draft: a form that has it renews this one, or removes it when it's
    published.
    """
    form = DraftForm(request.user, request.POST)
    if not (form.is_valid() and (draft := form.save())):
        return composer(request, form)
    say(request, _("Your draft has been saved."))
    if not is_ajax(request):
        return redirect("drafts")
    return fragments(request, format_html('<input type="hidden" name="draft" value="{}">', draft.pk))


def _with_others(drafts, reader):
    """`drafts` with the posts that they answer and quote, where the reader may still see these."""
    ids = {pk for draft in drafts for pk in (draft.in_reply_to, draft.quote)} - {None}
    posts = Post.objects.visible_to(reader).select_related("author").in_bulk(ids)
    for draft in drafts:
        draft.answered, draft.quoted = posts.get(draft.in_reply_to), posts.get(draft.quote)
    return drafts


@post_only(lambda request, pk: redirect("drafts"))
def delete(request, pk):
    mine = request.user.drafts.filter(pk=pk)
    if not mine.delete()[0] and Draft.objects.filter(pk=pk).exists():
        raise Http404
    say(request, _("Your draft has been deleted."))
    return fragments(request) if is_ajax(request) else redirect("drafts")
