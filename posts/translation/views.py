from django.conf import settings
from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language

from accounts.access import public_reading
from microblog_site.http import form_page, is_ajax
from posts.models import Post, Translation

from .models import Reason, Untranslated

RETRY_AFTER = 1  # seconds before asking again for a translation in progress


@public_reading
@form_page
def translate(request, pk):
    """Translate a post into the reader's language. Posts are given by id, never as text, so that nobody translates
    other things.
    """
    post = _post(request, pk)
    if request.method != "POST":
        return redirect(post)
    translation = message = None
    try:
        translation = Translation.objects.give(post, get_language(), request.user)
    except Untranslated as reason:
        message = reason
    _post(request, pk)  # it may have been hidden or deleted by now
    answer = _fragment if is_ajax(request) else _page
    return answer(request, post, translation=translation, message=message)


def opened(request, post):
    """What the page of `post` shows for `?translation=es`: the stored translation. Calls no service."""
    language = request.GET.get("translation")
    if language not in dict(settings.LANGUAGES):
        return {}
    try:
        return {"translation": Translation.objects.kept(post, language)}
    except Untranslated as reason:
        return {"message": reason}


def _post(request, pk):
    return get_object_or_404(Post.objects.visible_to(request.user).select_related("author"), pk=pk)


def _fragment(request, post, translation, message):
    context = {"post": post, "translation": translation, "message": message, "in_place": True}
    response = render(request, "posts/_translation.html", context)
    if message and message.kind == Reason.UNDER_WAY:
        response.status_code = 202
        response["Retry-After"] = RETRY_AFTER
    return response


def _page(request, post, translation, message):
    """Redirect to the post's page, which shows stored translations and refusals; any other message is shown once."""
    language = get_language()
    stored = Translation.objects.of(post, language).first()
    if message and (stored is None or stored.is_void):
        messages.warning(request, str(message))
    return redirect(f"{post.get_absolute_url()}?translation={language}")
