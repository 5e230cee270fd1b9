"""Where administrators write the pages about, rules, privacy and contact."""

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Permission
from django.urls import reverse
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from microblog_site.pages.models import Page

pytestmark = pytest.mark.any_database

LIST, ADD = reverse("admin:pages_page_changelist"), reverse("admin:pages_page_add")


def change_url(page):
    return reverse("admin:pages_page_change", args=[page.pk])


def errors(response):
    return response.context["adminform"].form.errors


@pytest.fixture
def rules(db):
    return Page.objects.create(name="rules", language="es", body="## Sé amable\n\nNada de *gritos*. <script>x</script>")


# Permissions


def test_moderators_have_no_business_here(moderator_client, rules):
    for url in (LIST, ADD, f"{ADD}?name=about&language=en", change_url(rules)):
        assert moderator_client.get(url).status_code == 403, url
    moderator_client.post(change_url(rules), {"body": "Mine now"})
    moderator_client.post(ADD, {"name": "about", "language": "en", "body": "Mine now"})
    assert not Page.objects.filter(body="Mine now").exists()
    assertNotContains(moderator_client.get("/admin/"), LIST)


def test_unless_they_are_given_the_right(moderator, moderator_client, rules):
    moderator.user_permissions.add(*Permission.objects.filter(content_type__model="page"))
    moderator_client.post(change_url(rules), {"body": "Mine now"})
    assert Page.objects.get().body == "Mine now"


# A new text


def test_writing_begins_with_which_page_and_language(boss_client, settings):
    response = boss_client.get(ADD)
    assertContains(response, '<form id="content-main" method="get">')
    for code, name in settings.LANGUAGES:
        assertContains(response, f'<option value="{code}">{name}</option>')
    for name in ("about", "rules", "privacy", "contact"):
        assertContains(response, f'<option value="{name}">')


def test_then_comes_what_people_read_there_now(boss_client):
    form = boss_client.get(ADD, {"name": "privacy", "language": "en"}).context["adminform"].form
    assert form.initial["name"] == "privacy"
    assert form.initial["language"] == "en"
    assert form.initial["body"] == Page.built_in("privacy", "en").body


def test_what_is_saved_is_what_people_read(boss_client, client):
    data = {"name": "about", "language": "en", "body": "  Ours,\r\nsince 1900.\r\n\r\n"}
    assertRedirects(boss_client.post(f"{ADD}?name=about&language=en", data), LIST)
    assert Page.objects.get().body == "Ours,\nsince 1900."
    assertContains(client.get("/about/"), "<p>Ours,\nsince 1900.</p>")
    assert LogEntry.objects.get().object_repr == "About (en)"


def test_every_first_text_can_be_saved_as_it_is(boss_client):
    for name in Page.Name.values:
        boss_client.post(ADD, {"name": name, "language": "en", "body": Page.built_in(name, "en").body})
        page = Page.objects.get(name=name)
        assert page.html == Page.built_in(name, "en").html


def test_a_text_that_is_there_is_changed_instead(boss_client, rules):
    assertRedirects(boss_client.get(ADD, {"name": "rules", "language": "es"}), change_url(rules))
    response = boss_client.post(ADD, {"name": "rules", "language": "es", "body": "Another"})
    assert errors(response)
    assertContains(response, "Another")
    assert Page.objects.get().body == rules.body


@pytest.mark.parametrize(
    "place",
    [{"name": "about"}, {"name": "imprint", "language": "en"}, {"name": "about", "language": "xx\x00"}, {"q": "1"}],
)
def test_there_are_no_other_pages_and_languages(boss_client, place):
    assertContains(boss_client.get(ADD, place), '<form id="content-main" method="get">')
    assert errors(boss_client.post(ADD, place | {"body": "Text"}))
    assert not Page.objects.exists()


# An existing one


def test_a_text_is_shown_as_people_read_it(boss_client, rules):
    response = boss_client.get(change_url(rules))
    assertContains(response, '<div class="preview" lang="es" dir="ltr"><h2>Sé amable</h2>')
    assertContains(response, "<em>gritos</em>. &lt;script&gt;")
    assertNotContains(response, "<script>x")


def test_only_the_text_changes_and_not_where_it_stands(boss_client, rules):
    boss_client.post(change_url(rules), {"name": "about", "language": "en", "body": "Otra"})
    page = Page.objects.get()
    assert (page.name, page.language, page.body) == ("rules", "es", "Otra")
    assert page.changed_at > rules.changed_at


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        ("", "required"),
        (" \n\u200b", "required"),
        ("a\x07b", "control_characters"),
        ("a" * 50_001, "max_length"),
    ],
)
def test_a_text_nobody_could_read_is_refused(boss_client, rules, body, problem):
    response = boss_client.post(change_url(rules), {"body": body})
    assert [error.code for error in errors(response).as_data()["body"]] == [problem]
    assert Page.objects.get().body == rules.body


def test_a_text_may_be_long(boss_client, rules):
    boss_client.post(change_url(rules), {"body": "a" * 50_000})
    assert len(Page.objects.get().body) == 50_000


def test_deleting_it_brings_back_the_sites_own(boss_client, client, rules):
    client.cookies["django_language"] = "es"
    assertContains(client.get("/rules/"), "gritos")
    boss_client.post(reverse("admin:pages_page_delete", args=[rules.pk]), {"post": "yes"})
    assertNotContains(client.get("/rules/"), "gritos")


def test_the_list_names_page_and_language(boss_client, rules):
    Page.objects.create(name="about", language="tlh", body="Of a language the site does not speak any more")
    response = boss_client.get(LIST)
    for text in ("Rules", "Español", "About", "tlh"):
        assertContains(response, text)
    boss_client.get(change_url(Page.objects.get(language="tlh")))
