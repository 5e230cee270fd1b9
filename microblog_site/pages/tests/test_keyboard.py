"""The list of keyboard shortcuts: a page, and what opens over another page."""

import re

import pytest
from django.urls import reverse
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects, assertTemplateUsed

from accounts.models import User

pytestmark = pytest.mark.any_database

AJAX = {"X-Requested-With": "XMLHttpRequest"}


def keys(response):
    return re.findall(r"<kbd>(\w|\?)</kbd>", response.content.decode())


def test_it_lists_the_keys_for_people_who_can_turn_them_off(client, susan):
    assertRedirects(client.get("/keyboard/"), "/login/?next=/keyboard/")
    assertNotContains(client.get("/explore/"), "shortcuts.js")
    client.force_login(susan)
    assert keys(client.get("/keyboard/")) == ["j", "k", "r", "l", "b", "n", "?"]
    assertContains(client.get("/explore/"), "shortcuts.js")


def test_it_says_where_to_turn_them_off_and_whether_they_are(client, susan):
    client.force_login(susan)
    assertContains(client.get("/keyboard/"), "You can turn them off")
    assertContains(client.get(reverse("settings_preferences")), 'href="/keyboard/"')
    User.objects.update(keyboard_shortcuts=False)
    assertContains(client.get("/keyboard/"), "turned off single keys")


def test_a_script_gets_the_list_without_the_page_around_it(susan_client):
    fragment = susan_client.get("/keyboard/", headers=AJAX)
    assert fragment.content.decode().strip().startswith("<h2>Keyboard shortcuts</h2>")
    assert keys(fragment) == ["j", "k", "r", "l", "b", "n", "?"]
    assertNotContains(fragment, "<main")
    assert "X-Requested-With" in fragment["Vary"]


def test_the_page_says_that_it_needs_scripts(susan_client):
    page = susan_client.get("/keyboard/")
    assertTemplateUsed(page, "base.html")
    assertContains(page, "<noscript>")
