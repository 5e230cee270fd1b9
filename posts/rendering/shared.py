"""The parts of a post's HTML that readers share: rendered once, and cached.

They are rendered without the request, so that nothing about the first reader gets into them. Nothing is ever
invalidated: a cache key contains everything the HTML depends on, so that a change of the post, its author or the site
leads to a different key.
"""

import hashlib
import logging
from functools import cache as once

from django.conf import settings
from django.core.cache import cache
from django.template import Context, Engine
from django.utils.safestring import mark_safe
from django.utils.translation import get_language

from accounts.summary import profile_url
from microblog_site.text import is_long
from posts.models import Post

from .summary import COLUMNS, PostSummary

PARTS = {  # of the template posts/_post_parts.html, by look of the post
    "listed": ("head", "body", "offer"),
    "focused": ("head", "body", "offer"),  # the post that a page is about
    "quoted": ("quote",),
}
CONTENT = ("body", "html", "content_warning", "created_at", "edited_at")
KEPT_FOR = 24 * 60 * 60  # seconds
SOURCES = ("templates", "locale", "posts", "accounts", "microblog_site")

logger = logging.getLogger(__name__)


def parts(posts):
    """The `PARTS` of each post; without posts deleted in the meantime.

    `posts` has a `PostSummary` for each pair of an id and a look, as has the result.
    """
    keys = {(pk, look): _key(post, look) for (pk, look), post in posts.items()}
    cached = {} if settings.DEBUG else _attempt(cache.get_many, keys.values())  # templates may have changed
    found = {name: cached[key] for name, key in keys.items() if key in cached}
    return found | _make([name for name in keys if name not in found])


def _make(names):
    made = list(_render(names)) if names else []
    if made:
        _attempt(cache.set_many, {_key(post, look): html for post, look, html in made}, KEPT_FOR)
    return {(post.pk, look): html for post, look, html in made}


def _render(names):
    """Yield the summary of each post, its look and the `PARTS`."""
    # Read everything again and take the key from that: the posts may have changed since they were looked up.
    found = Post.objects.filter(pk__in={pk for pk, _look in names}).values_list(*COLUMNS, *CONTENT)
    rows = {row[0]: row for row in found}
    context = Context(use_l10n=False, use_tz=False)
    template("posts/_post_parts.html#words").render(context)
    for pk, look in names:
        if row := rows.get(pk):
            post, content = PostSummary(*row[: len(COLUMNS)]), dict(zip(CONTENT, row[len(COLUMNS) :], strict=True))
            about = {"person": post.author, "profile": profile_url(post.username), "is_long": is_long(content["body"])}
            html = mark_safe(content["html"])  # noqa: S308, as Post.safe_html
            with context.push(content | about, post=post, look=look, html=html):
                used = [part for part in PARTS[look] if part != "offer" or settings.TRANSLATOR]
                yield post, look, {part: template(f"posts/_post_parts.html#{part}").render(context) for part in used}


def template(name):
    return Engine.get_default().get_template(name)


def _key(post, look):
    of_site = (edition(), settings.TRANSLATOR, get_language(), look)
    author = (post.username, post.display_name, post.avatar)
    shown = (*of_site, post.pk, post.version, post.owner_id is None, *author)
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
