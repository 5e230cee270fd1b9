"""Tokens to confirm an address and to undo its change: signed by the site, for one purpose, for a limited time."""

import time
from unittest import mock

import pytest
from django.core import signing
from django.test import override_settings
from hypothesis import example, given
from hypothesis import strategies as st

from accounts.models import User
from accounts.tokens import ConfirmationToken, PasswordResetTokenGenerator, UndoToken

pytestmark = pytest.mark.any_database

DAY = 24 * 60 * 60  # seconds

confirmation, undo = ConfirmationToken(), UndoToken()
SUSAN = User(pk=7, email="susan@example.org", password="hash")


def made(email="new@example.org"):
    return confirmation.make([SUSAN.pk, email])


@pytest.mark.parametrize("email", ["new@example.org", "new@bücher.example"])
def test_it_says_for_whom_and_which_address(email):
    assert confirmation.read(made(email)) == [7, email]


def test_an_undo_says_which_change():
    assert undo.read(undo.make(3)) == 3


def test_both_last_a_week():
    confirming, undoing = made(), undo.make(3)
    for age, alive in ((7 * DAY - 60, True), (7 * DAY + 60, False)):
        with mock.patch("django.core.signing.time.time", return_value=time.time() + age):
            assert bool(confirmation.read(confirming)) is alive
            assert bool(undo.read(undoing)) is alive


def test_a_changed_character_breaks_it():
    token = made()
    for position in range(len(token)):
        other = "A" if token[position] != "A" else "B"
        assert confirmation.read(token[:position] + other + token[position + 1 :]) is None


@pytest.mark.parametrize("key", ["x" * 50, confirmation.salt])
def test_the_key_counts(key):
    assert confirmation.read(signing.dumps([7, "new@example.org"], key=key, salt=confirmation.salt)) is None


def test_what_the_site_signs_elsewhere_is_refused():
    assert confirmation.read(signing.dumps([7, "new@example.org"])) is None


def test_unsigned_ones_are_refused():
    content, when, _signature = made().split(":")
    for token in (content, f"{content}:{when}", f"{content}:{when}:"):
        assert confirmation.read(token) is None


def test_one_of_another_kind_is_refused():
    reset = PasswordResetTokenGenerator()
    assert confirmation.read(reset.make_token(SUSAN)) is None
    assert undo.read(made()) is None
    assert confirmation.read(undo.make(3)) is None
    assert not reset.check_token(SUSAN, made())


def test_it_survives_a_change_of_the_site_s_key_while_the_old_one_is_a_fallback():
    old, new = "the old key " * 5, "the new key " * 5
    with override_settings(SECRET_KEY=old):
        token = made()
    with override_settings(SECRET_KEY=new, SECRET_KEY_FALLBACKS=[old]):
        assert confirmation.read(token)
    with override_settings(SECRET_KEY=new, SECRET_KEY_FALLBACKS=[]):
        assert confirmation.read(token) is None


@given(st.one_of(st.text(), st.lists(st.text("AWzc1:-_=é"), min_size=3, max_size=4).map(":".join)))
@example("\ud800:\ud800:\ud800")
def test_garbage_is_refused(token):
    assert confirmation.read(token) is None
    assert undo.read(token) is None
