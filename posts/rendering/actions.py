"""The row of actions below a post: reply, repost, like, share, and a menu."""

from functools import lru_cache

from django.conf import settings
from django.template import Context, Engine
from django.utils.html import escape
from django.utils.safestring import mark_safe
from django.utils.translation import get_language

from accounts.summary import profile_url
from microblog_site.templatetags.site import number
from posts.translation.offers import can_be_translated

BLANKS = ("pk", "username", "profile", "replies", "reposts", "likes")
MARKS = ("is_liked", "is_reposted", "is_bookmarked", "is_pinned")


def row(post, reader_id, quoted):
    """The row of a `PostSummary` for the reader with this id, None if logged out, who may read the post `quoted` in it,
    if any.

    The template is rendered once for all rows that differ only in `BLANKS`: for each post it would take longer than the
    rest of the post does.
    """
    is_stranger, is_author = reader_id is None, reader_id == post.author_id
    reposts = post.reposts_count + post.quotes_count
    counts = {"replies": post.replies_count, "reposts": reposts, "likes": post.likes_count}
    form = (_form.__wrapped__ if settings.DEBUG else _form)(
        get_language(),
        is_stranger=is_stranger,
        is_author=is_author,
        is_public=post.owner_id is None,
        may_translate=not (post.language or is_stranger or is_author) and can_be_translated(post),
        may_unquote=quoted is not None and reader_id in (post.author_id, quoted.author_id),
        **{mark: bool(getattr(post, mark)) for mark in MARKS},
        **{f"has_{name}": count > 0 for name, count in counts.items()},
    )
    numbers = {name: number(count) if count > 999 else count for name, count in counts.items()}
    author = {"username": escape(post.username), "profile": profile_url(post.username)}
    return form.format(pk=post.pk, **author, **numbers)


@lru_cache(maxsize=2_000)  # a few KB each
def _form(language, **differences):
    """A row with blanks, which holds nothing that people wrote."""
    blanks = {name: mark_safe(f"{{{name}}}") for name in BLANKS}  # noqa: S308, not from people
    return Engine.get_default().get_template("posts/_post_actions.html").render(Context(differences | blanks))
