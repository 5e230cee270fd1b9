"""Renders Markdown from administrators as HTML that is safe on any page of the site."""

import re
from functools import lru_cache
from html import unescape

import nh3
from django.conf import settings
from django.utils.html import strip_tags
from django.utils.safestring import mark_safe
from markdown_it import MarkdownIt

TAGS = {"a", "blockquote", "br", "code", "em", "hr", "li", "ol", "p", "pre", "s", "strong", "ul"}
TAGS |= {"h2", "h3", "h4", "h5", "h6", "table", "thead", "tbody", "tr", "th", "td", "div"}  # that one wraps tables
ATTRIBUTES = {"a": {"href", "rel", "title"}, "ol": {"start"}, "div": {"class", "tabindex"}}
SCHEMES = {"http", "https", "mailto", "tel"}
PARAGRAPH = re.compile("<p>(.*?)</p>", re.DOTALL)
WITH_A_HOST = re.compile("https?:|//", re.IGNORECASE)


@lru_cache(maxsize=64)
def to_html(text):
    """Render `text` (CommonMark with tables and strikethrough) as HTML without images. Tags in it are escaped."""
    # A new parser each time: it must not be shared between threads, and its output is cached.
    markdown = MarkdownIt("commonmark", {"html": False})
    markdown.enable(["strikethrough", "table"]).disable("image")
    # A wide table scrolls in its own box, which the keyboard can reach.
    markdown.add_render_rule("table_open", lambda *_: '<div class="wide" tabindex="0"><table>\n')
    markdown.add_render_rule("table_close", lambda *_: "</table></div>\n")
    tokens = markdown.parse(text)
    _nest_headings(tokens)
    _mark_foreign_links(tokens)
    html = markdown.renderer.render(tokens, markdown.options, {})
    safe_html = nh3.clean(html, tags=TAGS, attributes=ATTRIBUTES, url_schemes=SCHEMES, link_rel=None)
    return mark_safe(safe_html)  # noqa: S308


def first_paragraph(html):
    """The text of the first paragraph in the output of `to_html`; '' if there is none."""
    found = PARAGRAPH.search(html)
    return unescape(strip_tags(found[1])) if found else ""


def _nest_headings(tokens):
    """Renumber headings so that they follow the page's <h1> without gaps, whichever of `#` to `######` were used."""
    above = []
    for token in tokens:
        if token.type == "heading_open":
            level = int(token.tag[1:])
            above = [*(higher for higher in above if higher < level), level]
        if token.type in ("heading_open", "heading_close"):
            token.tag = f"h{min(1 + len(above), 6)}"


def _mark_foreign_links(tokens):
    for inline in tokens:
        for token in inline.children or ():
            url = token.attrGet("href") or ""
            if WITH_A_HOST.match(url) and not f"{url}/".startswith(f"{settings.SITE_URL}/"):
                token.attrSet("rel", "nofollow noopener")
