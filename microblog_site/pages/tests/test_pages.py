"""About, rules, privacy and contact: their texts, their languages, and where they are linked."""

import re
from datetime import timedelta
from urllib.robotparser import RobotFileParser

import polib
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains

from microblog_site.pages.models import Page
from posts.tests.factories import PostFactory

pytestmark = pytest.mark.any_database

NAMES = ["about", "rules", "privacy", "contact"]
all_pages = pytest.mark.parametrize("name", NAMES)


@pytest.fixture
def in_spanish(client, db):
    """A logged-out visitor who reads Spanish."""
    client.cookies["django_language"] = "es"
    return client


def prose_of(response):
    """Language, direction and HTML of the text on a page."""
    html = response.content.decode()
    return re.search(r'<div class="prose" lang="(.*?)" dir="(.*?)">(.*?)</div>', html, re.DOTALL).groups()


# Who reads them


@all_pages
def test_strangers_read_it_also_where_all_else_needs_an_account(client, db, settings, name):
    settings.PUBLIC_READING = False
    response = client.get(f"/{name}/")
    assert response.status_code == 200
    assert prose_of(response)[:2] == ("en", "ltr")


@all_pages
def test_it_is_on_every_page(client, db, susan_client, name):
    link = f'<a href="/{name}/">'
    assertContains(client.get("/"), link)
    assertContains(client.get("/login/"), link)
    assertContains(susan_client.get("/settings/profile/"), link)


@all_pages
def test_its_link_says_where_one_is(client, db, name):
    assertContains(client.get(f"/{name}/"), f'<a href="/{name}/" aria-current="page">')


@all_pages
def test_search_engines_may_keep_it(client, db, settings, name):
    settings.SITE_URL = "https://town.example"
    response = client.get(f"/{name}/")
    assertContains(response, f'<link rel="canonical" href="https://town.example/{name}/">')
    assertContains(response, '<meta name="description" content="')
    assertNotContains(response, "noindex")
    robots = RobotFileParser()
    robots.parse(client.get("/robots.txt").content.decode().splitlines())
    assert robots.can_fetch("Robot", f"/{name}/")


@all_pages
def test_it_costs_one_query(client, db, name):
    for _visit in range(2):
        with CaptureQueriesContext(connection) as queries:
            client.get(f"/{name}/")
        assert len(queries) == 1
    Page.objects.create(name=name, language="en", body="Ours")
    Page.objects.create(name=name, language="es", body="Nuestro")
    with CaptureQueriesContext(connection) as queries:
        client.get(f"/{name}/")
    assert len(queries) == 1


@all_pages
def test_it_cannot_be_sent_to(client, db, name):
    assert client.post(f"/{name}/").status_code == 405


# What it says


def test_the_operators_words_replace_those_of_the_site(client, db):
    Page.objects.create(name="about", language="en", body="# Harbour\n\nThe **town** of Ålesund.")
    _language, _direction, html = prose_of(client.get("/about/"))
    assert html == "<h2>Harbour</h2>\n<p>The <strong>town</strong> of Ålesund.</p>\n"


def test_an_edit_shows_at_once_and_so_does_its_date(client, db):
    page = Page.objects.create(name="rules", language="en", body="Be good.")
    client.get("/rules/")
    page.body = "Be better."
    page.save()
    Page.objects.update(changed_at=timezone.now() - timedelta(days=400))
    response = client.get("/rules/")
    assertContains(response, "Be better.")
    assertContains(response, f'<time datetime="{Page.objects.get().changed_at:%Y-%m-%dT%H:%M:%SZ}"')


def test_without_the_operators_words_the_sites_own_come_back(client, db):
    before = prose_of(client.get("/rules/"))
    page = Page.objects.create(name="rules", language="en", body="Be good.")
    assert prose_of(client.get("/rules/")) != before
    page.delete()
    response = client.get("/rules/")
    assert prose_of(response) == before
    assertNotContains(response, "Last changed")


def test_the_readers_language_comes_first(in_spanish, settings):
    settings.LANGUAGE_CODE = "en"
    Page.objects.create(name="about", language="en", body="Ours")
    Page.objects.create(name="about", language="es", body="Lo nuestro")
    assert prose_of(in_spanish.get("/about/"))[0] == "es"


def test_then_that_of_the_site(in_spanish, settings):
    settings.LANGUAGES = [("de", "Deutsch"), ("en", "English"), ("es", "Español")]
    settings.LANGUAGE_CODE = "en"
    Page.objects.create(name="about", language="de", body="Unseres")
    Page.objects.create(name="about", language="en", body="Ours")
    response = in_spanish.get("/about/")
    assert prose_of(response)[0] == "en"
    assertContains(response, '<html lang="es"')


def test_then_any_that_the_operator_wrote(in_spanish):
    Page.objects.create(name="about", language="he", body="שלנו")
    assert prose_of(in_spanish.get("/about/")) == ("he", "rtl", "<p>שלנו</p>\n")
    Page.objects.create(name="rules", language="he", body="שלנו")
    assert prose_of(in_spanish.get("/privacy/"))[0] == "es"


def test_then_the_sites_own_in_the_readers_language(client, db, settings, tmp_path):
    catalogue = polib.POFile()
    catalogue.metadata = {"Content-Type": "text/plain; charset=UTF-8"}
    catalogue.append(polib.POEntry(msgid="Cookies", msgstr="עוגיות"))
    (tmp_path / "he/LC_MESSAGES").mkdir(parents=True)
    catalogue.save_as_mofile(str(tmp_path / "he/LC_MESSAGES/django.mo"))
    settings.LOCALE_PATHS = [tmp_path]
    settings.LANGUAGES = [("en", "English"), ("he", "עברית")]
    client.cookies["django_language"] = "he"
    language, direction, html = prose_of(client.get("/privacy/"))
    assert (language, direction) == ("he", "rtl")
    assert "<h2>עוגיות</h2>" in html


def test_a_search_engine_is_told_the_first_paragraph(client, db):
    Page.objects.create(
        name="about", language="en", body='# Hello\n\nTom & Jerry\'s **"place"** <by> the sea.\n\nMore.'
    )
    described = "Tom &amp; Jerry&#x27;s &quot;place&quot; &lt;by&gt; the sea."
    assertContains(client.get("/about/"), f'<meta name="description" content="{described}">')


def test_a_text_without_a_paragraph_is_described_by_its_title(client, db):
    Page.objects.create(name="about", language="en", body="- one\n- two")
    assertContains(client.get("/about/"), '<meta name="description" content="About">')


# The built-in texts


@pytest.mark.parametrize("language", ["en", "es", "de"])
@all_pages
def test_the_first_text_is_sound(name, language):
    page = Page.built_in(name, language)
    assert 0 < len(page.summary) <= 200
    for remnant in ("{%", "{{", "%(", "&#", "&lt;", "()", "**", "\n\n\n"):
        assert remnant not in (page.body if remnant in ("{%", "{{", "\n\n\n") else page.html), remnant
    assert "<h2>" in page.html
    assert not re.search(r"<h[13-6]>", page.html)


@all_pages
def test_links_of_the_first_text_lead_somewhere(client, db, name):
    for path in re.findall(r'href="(/.*?)"', Page.built_in(name, "en").html):
        assert client.get(path).status_code == 200, path


@pytest.mark.parametrize("name", ["rules", "privacy", "contact"])
def test_the_first_text_says_where_to_write(settings, name):
    settings.CONTACT_EMAIL = "harbour_master@town.example"
    link = '<a href="mailto:harbour_master@town.example">harbour_master@town.example</a>'
    assert link in Page.built_in(name, "en").html


def test_without_an_address_the_first_text_does_not_offer_one(settings):
    settings.CONTACT_EMAIL = ""
    assert "Write to us" not in Page.built_in("contact", "en").html
    for name in NAMES:
        assert "&lt;" not in Page.built_in(name, "en").html


@pytest.mark.parametrize("contact", ["mailto:holes@town.example", "https://town.example/holes?a=(b)&c=d"])
def test_contact_says_whom_to_tell_about_holes(settings, contact):
    settings.SECURITY_CONTACT = contact
    assert f'href="{contact.replace("&", "&amp;")}"' in Page.built_in("contact", "en").html


def test_the_name_of_the_site_stays_as_it_is(settings):
    settings.SITE_NAME = "Tom & Jerry's <3 Harbour"
    assert "<p>Tom &amp; Jerry's &lt;3 Harbour stores" in Page.built_in("privacy", "en").html
    assert "Tom & Jerry's <3 Harbour stores" in Page.built_in("privacy", "en").body


def test_privacy_names_the_terms_that_are_set(settings):
    settings.LEAVING_DAYS, settings.FORMER_USERNAME_DAYS, settings.UNDO_EMAIL_DAYS = 1, 11, 12
    settings.SESSION_COOKIE_AGE = 13 * 24 * 60 * 60
    html = Page.built_in("privacy", "en").html
    for words in (
        "log in within 1 day",
        "reserved for 11 more days",
        "user name: 11 days",
        "address: 12 days",
        "most 13 days",
    ):
        assert words in html, words


def test_privacy_says_who_reads(settings):
    settings.PUBLIC_READING = True
    assert "Everybody, even without an account:" in Page.built_in("privacy", "en").html
    settings.PUBLIC_READING = False
    assert "Everybody with an account:" in Page.built_in("privacy", "en").html


# Links to change them


def test_the_operator_is_led_to_where_the_text_is_changed(client, boss_client, susan_client, moderator_client):
    way = "/admin/pages/page/add/?name=rules&amp;language=en"
    assertContains(boss_client.get("/rules/"), f'href="{way}"')
    for reader in (client, susan_client, moderator_client):
        assertNotContains(reader.get("/rules/"), "/admin/microblog_site/")


def test_other_pages_know_no_page_of_these(client, db):
    post = PostFactory()
    with CaptureQueriesContext(connection) as queries:
        client.get(post.get_absolute_url())
        client.get(reverse("explore"))
    assert not [query for query in queries if "pages_page" in query["sql"]]
