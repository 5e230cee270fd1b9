"""The strict content security policy blocks scripts and styles inside pages, so that there are none to miss."""

import re

import pytest
from django.conf import settings

TEMPLATES = sorted(settings.BASE_DIR.glob("templates/**/*.html"))
PAGES = [path for path in TEMPLATES if "emails" not in path.parts]  # mail programs know no style sheets but inline ones
INLINE = {
    "script": re.compile(r"<script(?![^>]*\bsrc=)(?![^>]*type=\"application/(ld\+)?json\")[^>]*>", re.IGNORECASE),
    "style": re.compile(r"<style\b|\sstyle\s*=", re.IGNORECASE),
    "event handler": re.compile(r"<[^>]*\son[a-z]+\s*=", re.IGNORECASE),
    "javascript: link": re.compile(r"javascript:", re.IGNORECASE),
    "foreign address": re.compile(r"<(script|link|img|iframe)[^>]*\b(src|href)=[\"']?(https?:)?//", re.IGNORECASE),
}


def name_of(path):
    return str(path.relative_to(settings.BASE_DIR))


@pytest.mark.parametrize("path", PAGES, ids=name_of)
def test_page_holds_nothing_inline_or_foreign(path):
    source = path.read_text(encoding="utf-8")
    assert {kind: found[0] for kind, pattern in INLINE.items() if (found := pattern.search(source))} == {}


@pytest.mark.parametrize("path", TEMPLATES, ids=name_of)
def test_what_people_type_is_escaped(path):
    # The help text of a field is HTML of Django's making.
    assert not re.search(r"(?<!help_text)\|\s*safe\b|autoescape off", path.read_text(encoding="utf-8"))
