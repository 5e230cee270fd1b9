"""The strict content security policy blocks inline scripts and styles, so templates must not contain any."""

import re

from django.conf import settings

TEMPLATES = sorted(settings.BASE_DIR.glob("templates/**/*.html"))
PAGES = [path for path in TEMPLATES if "emails" not in path.parts]  # mail programs only support inline styles
INLINE = {
    "script": re.compile(r"<script(?![^>]*\bsrc=)(?![^>]*type=\"application/(ld\+)?json\")[^>]*>", re.IGNORECASE),
    "style": re.compile(r"<style\b|\sstyle\s*=", re.IGNORECASE),
    "event handler": re.compile(r"<[^>]*\son[a-z]+\s*=", re.IGNORECASE),
    "javascript: link": re.compile(r"javascript:", re.IGNORECASE),
    "foreign address": re.compile(r"<(script|link|img|iframe)[^>]*\b(src|href)=[\"']?(https?:)?//", re.IGNORECASE),
}


def name_of(path):
    return str(path.relative_to(settings.BASE_DIR))


def test_pages_hold_nothing_inline_or_foreign():
    found = {
        f"{name_of(path)}: {kind}": pattern.findall(source)
        for path, source in sources(PAGES)
        for kind, pattern in INLINE.items()
    }
    assert {where: faults for where, faults in found.items() if faults} == {}


def test_what_people_type_is_escaped():
    # The help text of a field is HTML from Django.
    unescaped = re.compile(r"(?<!help_text)\|\s*safe\b|autoescape off")
    assert [name_of(path) for path, source in sources(TEMPLATES) if unescaped.search(source)] == []


def test_comments_end_on_their_line():
    """Django shows any other as text."""
    unended = re.compile(r"{#(?!.*#})")
    assert [name_of(path) for path, source in sources(TEMPLATES) if unended.search(source)] == []


def sources(paths):
    return [(path, path.read_text(encoding="utf-8")) for path in paths]
