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
    return mark_safe("".join(each(posts, reader, **opened).values()))  # noqa: S308, each part comes from a template


def each(posts, reader, *, focus=None, **opened):
    """Like `render`, by id. `focus` is the id of the post that the page is about, and that `opened` is for, if any."""
    kinds = {post.pk: shared.kind_of_reader(post, reader.pk) for post in posts}
    parts = shared.parts(posts, kinds)
    offered = {language: is_offered(language, reader) for language in {post.language for post in posts}}
    return {
        post.pk: _article(
            post,
            parts[post.pk],
            offered[post.language] and (reader.is_authenticated or post.has_translation),
            post.pk == focus,
            opened if focus in (None, post.pk) else {},
        )
        for post in posts
        if post.pk in parts
    }


def _article(post, parts, offered, is_focused, opened):
    body = parts["body"]
    if offered:
        body += parts.get("offer", "")  # authors get none
    if opened:
        body = render_to_string("posts/_opened.html", {"body": body, **opened})
    menu = parts.get("menu") or parts.get("own_menu", "")
    current = ' aria-current="true"' if is_focused else ""
    label = f"post-{post.pk}-author post-{post.pk}-moment"
    tag = f'<article class="post" id="post-{post.pk}"{current} aria-labelledby="{label}">'
    return mark_safe(f"{tag}{parts['head']}{body}{menu}</article>")  # noqa: S308, each part comes from a template
