"""Posts as HTML: the part that readers share (`shared`), combined with what differs from reader to reader."""

from django.template.loader import render_to_string
from django.utils.safestring import mark_safe

from posts.translation.offers import is_offered

from . import shared


def render(posts, reader, **opened):
    """Render post summaries as `reader`, possibly logged out, sees them: the only way in which pages and scripts get
    posts.

    `opened` may hold a `translation` to show, or the `message` that explains why there is none.
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
