"""The part of a post's HTML that all readers of one kind share: rendered once, and cached.

It is rendered without the request, so that nothing about the first reader gets into it: only the kind of reader and the
language are known. Nothing is ever invalidated: the cache key contains everything the HTML depends on, so that a change
of the post, its author or the site leads to a different key.
"""

import hashlib
import logging
from functools import cache as once

from django.conf import settings
from django.core.cache import cache
from django.template import Context, Engine
from django.utils.safestring import mark_safe
from django.utils.translation import get_language

from microblog_site.text import is_long
from posts.models import Post

from .summary import COLUMNS, PostSummary

PARTS = {  # of the template posts/_post_parts.html, by kind of reader
    "stranger": ("head", "body", "offer"),
    "member": ("head", "body", "offer", "menu"),
    "author": ("head", "body", "own_menu"),
}
KEPT_FOR = 24 * 60 * 60  # seconds
SOURCES = ("templates", "locale", "posts", "accounts", "microblog_site")

logger = logging.getLogger(__name__)


def kind_of_reader(post, reader_id):
    """The relation of the person with this id to `post`: "author" or "member"; "stranger" if the id is None."""
    if reader_id is None:
        return "stranger"
    return "author" if post.author_id == reader_id else "member"


def parts(posts, kinds):
    """The HTML parts of each post in the summaries `posts`, by post id; without posts deleted in the meantime.

    `kinds` gives the kind of reader by post id.
    """
    keys = {post.pk: _key(post, kinds[post.pk]) for post in posts}
    cached = {} if settings.DEBUG else _attempt(cache.get_many, keys.values())  # templates may have changed
    found = {pk: cached[key] for pk, key in keys.items() if key in cached}
    return found | _make({pk: kind for pk, kind in kinds.items() if pk not in found})


def _make(kinds):
    if not kinds:
        return {}
    # Read everything again and take the key from that: the posts may have changed since they were looked up.
    rows = Post.objects.filter(pk__in=kinds).values_list(*COLUMNS, "body", "html", "created_at", "edited_at")
    made = dict(_render(rows, kinds))
    _attempt(cache.set_many, {_key(post, kinds[post.pk]): parts for post, parts in made.items()}, KEPT_FOR)
    return {post.pk: parts for post, parts in made.items()}


def _render(rows, kinds):
    """Yield the summary of each post and its `PARTS`, for `kinds` of readers."""
    context = Context(use_l10n=False, use_tz=False)
    _part("words").render(context)
    for *summary, body, html, created_at, edited_at in rows:
        post = PostSummary(*summary)
        content = {"html": mark_safe(html), "created_at": created_at, "edited_at": edited_at, "is_long": is_long(body)}  # noqa: S308, as Post.safe_html
        about = {"id": f"post-{post.pk}", "person": post.author, "profile": post.author.get_absolute_url()}
        with context.push(post=post, **about, **content):
            used = [part for part in PARTS[kinds[post.pk]] if part != "offer" or settings.TRANSLATOR]
            yield post, {part: _part(part).render(context) for part in used}


def _part(name):
    return Engine.get_default().get_template(f"posts/_post_parts.html#{name}")


def _key(post, kind):
    of_site = (edition(), settings.TRANSLATOR, get_language(), kind)
    shown = (*of_site, post.pk, post.version, post.username, post.display_name, post.avatar)
    return f"post:{hashlib.blake2b(repr(shown).encode(), digest_size=16).hexdigest()}"


@once
def edition():
    """Identifies the release, because another one may render different HTML."""
    digest = hashlib.blake2b(digest_size=8)
    for folder in SOURCES:
        for path in sorted((settings.BASE_DIR / folder).rglob("*")):
            if path.suffix in (".html", ".mo", ".py", ".svg"):
                digest.update(path.read_bytes())
    return digest.hexdigest()


def _attempt(method, *arguments):
    """The result of a cache method; an empty dictionary if the cache fails."""
    try:
        return method(*arguments)
    except Exception as error:  # noqa: BLE001, caches fail in many ways, and pages work without them
        logger.warning("The cache fails: %s", error)
        return {}
