"""Posts as HTML. What all readers see the same of a post is made once, and cached; what differs is laid over it.

Nothing is ever cleared: the key that the HTML of a post is cached under tells all that it shows, so that a change of
the post, its author or the site leads to another key, where nothing has been made yet.
"""

import hashlib
import logging
from functools import cache as once

from django.conf import settings
from django.core.cache import cache
from django.template.loader import render_to_string
from django.utils.safestring import mark_safe
from django.utils.translation import get_language

from posts.models import Post
from posts.translation.offers import is_offered

from .summary import PostSummary

PARTS = ("head", "body", "offer", "menu", "own_menu")  # of the template posts/_post_parts.html
KEPT_FOR = 24 * 60 * 60  # seconds
SOURCES = ("templates", "locale", "posts", "accounts", "microblog_site")

logger = logging.getLogger(__name__)


def render(posts, reader, **opened):
    """The one way in which pages and scripts get posts, given as summaries: as `reader`, maybe a stranger, sees them.

    `opened` may hold a `translation` to be shown, or the `message` that says why there is none.
    """
    parts = _parts(posts)
    offered = {language: is_offered(language, reader) for language in {post.language for post in posts}}
    there = [post for post in posts if post.pk in parts]
    shown = [_article(post, parts[post.pk], reader, offered[post.language], opened) for post in there]
    return mark_safe("".join(shown))  # noqa: S308, each part comes from a template


def _article(post, parts, reader, offered, opened):
    is_own = post.author_id == reader.pk
    body = parts["body"]
    if offered and not is_own and (reader.is_authenticated or post.has_translation):
        body += parts["offer"]
    if opened:
        body = render_to_string("posts/_opened.html", {"body": body, **opened})
    menu = parts["own_menu" if is_own else "menu"] if reader.is_authenticated else ""
    return f"{parts['head']}{body}{menu}</article>"


def _parts(posts):
    """What is the same for all readers, by the posts' ids; without those that have gone meanwhile."""
    keys = {post.pk: _key(post) for post in posts}
    cached = _cached(keys.values())
    parts = {pk: cached[key] for pk, key in keys.items() if key in cached}
    return parts | _make(keys.keys() - parts.keys())


def _make(ids):
    if not ids:
        return {}
    # Read as a whole, and the key from that: something may have changed since the posts were looked up.
    made = {PostSummary.of(post): _render(post) for post in Post.objects.filter(pk__in=ids).select_related("author")}
    _keep({_key(post): parts for post, parts in made.items()})
    return {post.pk: parts for post, parts in made.items()}


def _render(post):
    return {part: render_to_string(f"posts/_post_parts.html#{part}", {"post": post}) for part in PARTS}


def _key(post):
    shown = (
        edition(),
        settings.TRANSLATOR,
        get_language(),
        post.pk,
        post.version,
        post.username,
        post.display_name,
        post.avatar,
    )
    return f"post:{hashlib.blake2b(repr(shown).encode(), digest_size=16).hexdigest()}"


@once
def edition():
    """Names the release: another one may make other HTML."""
    digest = hashlib.blake2b(digest_size=8)
    for folder in SOURCES:
        for path in sorted((settings.BASE_DIR / folder).rglob("*")):
            if path.suffix in (".html", ".mo", ".py", ".svg"):
                digest.update(path.read_bytes())
    return digest.hexdigest()


def _cached(keys):
    if settings.DEBUG:
        return {}  # a template may have changed
    try:
        return cache.get_many(keys)
    except Exception as error:  # noqa: BLE001, every cache fails in its own way, and pages do without
        logger.warning("The cache gives nothing: %s", error)
        return {}


def _keep(made):
    try:
        cache.set_many(made, KEPT_FOR)
    except Exception as error:  # noqa: BLE001
        logger.warning("The cache takes nothing: %s", error)
