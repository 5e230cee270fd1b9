"""No text on a page is hard-coded in one language: checked in the language of `tests.pseudo`."""

import re
from html.parser import HTMLParser

import pytest
from django.test import Client

from posts.tests.factories import PostFactory
from social.models import Follow

from . import pseudo
from .site import pages

pytestmark = pytest.mark.any_database

READ_ALOUD = ("alt", "aria-label", "content", "placeholder", "title")
NOT_TEXT = ("script", "relative-time", "code", "kbd")
OWN_WORDS = ("language", "time_zone", "permissions", "user_permissions")  # selects with names that are not translated
BRACKETED = re.compile(f"{pseudo.OPEN}[^{pseudo.OPEN}{pseudo.CLOSE}]*{pseudo.CLOSE}")
WORD = re.compile(r"[^\W\d_]{2,}")


class Texts(HTMLParser):
    """The texts of a page: between tags, and in attributes that are shown or read aloud."""

    def __init__(self, html):
        super().__init__()
        self.texts = []
        self.inside = []
        self.feed(html)

    def handle_starttag(self, tag, attributes):
        attributes = dict(attributes)
        names_a_language = tag == "label" and "lang" in attributes
        if tag in NOT_TEXT or names_a_language or (tag == "select" and attributes["name"] in OWN_WORDS):
            self.inside.append(tag)
        elif tag != "meta" or attributes.get("name") == "description":
            self.texts += [
                value or "" for name, value in attributes.items() if name in READ_ALOUD or for_a_script(name, value)
            ]

    def handle_endtag(self, tag):
        if self.inside and self.inside[-1] == tag:
            self.inside.pop()

    def handle_data(self, data):
        if not self.inside:
            self.texts.append(data)


def for_a_script(name, value):
    """Texts that a script will show; single words are identifiers."""
    return name.startswith("data-") and name != "data-hides" and " " in (value or "")


def untranslated(html):
    """The texts of a page with a word outside the brackets."""
    page = " ".join(f"\x1f{text}" for text in Texts(html).texts)
    while BRACKETED.search(page):  # brackets may be nested
        page = BRACKETED.sub("", page)
    return [text.strip() for text in page.split("\x1f") if WORD.search(text)]


@pytest.fixture
def post(settings, susan, john, pseudo_language):
    """By an author of whom, as of the post, the site shows only digits."""
    settings.SITE_NAME = "42"
    susan.__class__.objects.filter(pk=susan.pk).update(
        username="7", email="7@8", about_me="8", language=pseudo_language
    )
    susan.refresh_from_db()
    john.__class__.objects.filter(pk=john.pk).update(username="9")
    john.refresh_from_db()
    Follow.objects.follow(john, susan)
    Follow.objects.follow(susan, john)
    return PostFactory(author=susan, body="1234")


def check_pages(client, post):
    found = {path: untranslated(client.get(path).content.decode()) for path in pages(client, post)}
    assert {path: texts for path, texts in found.items() if texts} == {}


def test_people_read_no_untranslated_text(post):
    client = Client()
    client.force_login(post.author)
    check_pages(client, post)


def test_strangers_read_no_untranslated_text(client, post, pseudo_language):
    client.cookies["django_language"] = pseudo_language
    check_pages(client, post)


def test_texts_outside_the_brackets_are_found():
    html = f"<p title='two'>{pseudo.wrap('one <b>1</b>')}</p><p data-sent='It is'>three {pseudo.wrap('four')}</p>"
    assert untranslated(html) == ["two", "It is", "three"]
