"""What password fields offer to people and to password managers."""

import re

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode
from pytest_django.asserts import assertContains, assertNotContains

from accounts.tokens import PasswordResetTokenGenerator

from .two_factor import switch_on

pytestmark = pytest.mark.any_database

PAGES = ["password_change", "settings_account", "account_delete", "two_factor"]
USERNAME = re.compile(
    r'<input class="visually-hidden" type="text" value="(\w+)" autocomplete="username"[^>]* readonly>'
)


def named(page):
    """The user names on the page that only password managers read."""
    return USERNAME.findall(page.content.decode())


@pytest.mark.parametrize("name", PAGES)
def test_password_managers_are_told_whose_password_it_is(susan_client, name):
    assert named(susan_client.get(reverse(name))) == ["susan"]


@pytest.mark.parametrize("name", ["two_factor_codes", "two_factor_off"])
def test_with_two_step_log_in_too(susan, susan_client, name):
    switch_on(susan)
    assert named(susan_client.get(reverse(name))) == ["susan"]


def test_for_a_new_password_too(susan):
    uid = urlsafe_base64_encode(force_bytes(susan.pk))
    link = reverse("password_reset_confirm", args=[uid, PasswordResetTokenGenerator().make_token(susan)])
    assert named(Client().get(link, follow=True)) == ["susan"]


def test_what_is_typed_can_be_shown_where_scripts_run(client, db):
    page = client.get(reverse("register"))
    assertContains(page, "Show password", count=2)
    assertContains(page, 'aria-controls="id_password1" hidden>')
    assertContains(page, "js/show-password.js")


def test_a_page_without_passwords_has_no_such_button(susan_client):
    assertNotContains(susan_client.get(reverse("settings_profile")), "show-password")
