"""Posts as HTML: what all readers of a kind see the same of them (`shared`), with what differs laid over it."""

from django.template.loader import render_to_string
from django.utils.safestring import mark_safe

from posts.translation.offers import is_offered

from . import shared


def render(posts, reader, **opened):
    """The one way in which pages and scripts get posts, given as summaries: as `reader`, maybe a stranger, sees them.

    `opened` may hold a `translation` to be shown, or the `message` that says why there is none.
    """
    kinds = {post.pk: shared.kind_of_reader(post, reader.pk) for post in posts}
    parts = shared.parts(posts, kinds)
    offered = {language: is_offered(language, reader) for language in {post.language for post in posts}}
    shown = [
        _article(parts[post.pk], offered[post.language] and (reader.is_authenticated or post.has_translation), opened)
        for post in posts
        if post.pk in parts
    ]
    return mark_safe("".join(shown))  # noqa: S308, each part comes from a template


def _article(parts, offered, opened):
    body = parts["body"]
    if offered:
        body += parts.get("offer", "")  # authors get none
    if opened:
        body = render_to_string("posts/_opened.html", {"body": body, **opened})
    menu = parts.get("menu") or parts.get("own_menu", "")
    return f"{parts['head']}{body}{menu}</article>"
