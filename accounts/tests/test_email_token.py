"""The tokens that confirm an address and undo its change: made by the site, for one purpose, for a while."""

import base64
import json
from datetime import UTC, datetime, timedelta

import jwt
import pytest
from django.conf import settings
from django.test import override_settings
from hypothesis import example, given
from hypothesis import strategies as st

from accounts.models import EmailChange, User
from accounts.tokens import ConfirmationToken, PasswordResetTokenGenerator, UndoToken

pytestmark = pytest.mark.any_database

confirmation, undo = ConfirmationToken(), UndoToken()
SUSAN = User(pk=7, email="susan@example.org", password="hash")


def made():
    return confirmation.make(SUSAN, "new@example.org")


def claims_of(token):
    return jwt.decode(token, options={"verify_signature": False})


def forged(key=None, algorithm="HS256", **changes):
    claims = {**claims_of(made()), **changes}
    claims = {name: value for name, value in claims.items() if value is not None}
    return jwt.encode(claims, key or confirmation._key(settings.SECRET_KEY), algorithm)


def test_it_says_for_whom_what_and_how_long():
    claims = claims_of(made())
    assert claims.keys() == {"sub", "email", "purpose", "iat", "exp"}
    assert (claims["sub"], claims["email"], claims["purpose"]) == ("7", "new@example.org", "confirm-email")
    assert claims["exp"] - claims["iat"] == 7 * 24 * 60 * 60
    assert confirmation.read(made()) == (7, "new@example.org")
    assert confirmation.read(forged()) == (7, "new@example.org")


def test_an_undo_lasts_from_the_change_on():
    change = EmailChange(pk=3, changed_at=datetime.now(UTC) - timedelta(days=6))
    assert undo.read(undo.make(change)) == 3
    change.changed_at -= timedelta(days=1, seconds=1)
    assert undo.read(undo.make(change)) is None


@pytest.mark.parametrize(
    "changes",
    [
        {"sub": None},
        {"sub": 7},
        {"email": None},
        {"purpose": None},
        {"purpose": "undo-email-change"},
        {"iat": None},
        {"iat": 2**40},
        {"exp": None},
        {"exp": 0},
        {"key": settings.SECRET_KEY},
        {"key": "x" * 32},
        {"key": undo._key(settings.SECRET_KEY)},
    ],
)
def test_every_claim_and_the_key_count(changes):
    assert confirmation.read(forged(**changes)) is None


@pytest.mark.filterwarnings("ignore::jwt.warnings.InsecureKeyLengthWarning")
@pytest.mark.parametrize("algorithm", ["HS384", "HS512"])
def test_the_algorithm_is_pinned(algorithm):
    assert confirmation.read(forged(algorithm=algorithm)) is None


def test_unsigned_ones_are_refused():
    header = base64.urlsafe_b64encode(json.dumps({"alg": "none"}).encode()).rstrip(b"=").decode()
    payload = made().split(".")[1]
    assert confirmation.read(f"{header}.{payload}.") is None


def test_one_of_another_kind_is_refused():
    reset = PasswordResetTokenGenerator()
    assert confirmation.read(reset.make_token(SUSAN)) is None
    assert undo.read(made()) is None
    assert not reset.check_token(SUSAN, made())


def test_it_survives_a_change_of_the_site_s_key_while_the_old_one_is_a_fallback():
    old, new = "the old key " * 5, "the new key " * 5
    with override_settings(SECRET_KEY=old):
        token = made()
    with override_settings(SECRET_KEY=new, SECRET_KEY_FALLBACKS=[old]):
        assert confirmation.read(token)
    with override_settings(SECRET_KEY=new, SECRET_KEY_FALLBACKS=[]):
        assert confirmation.read(token) is None


@given(st.one_of(st.text(), st.lists(st.text("AeyJ0-_=é"), min_size=3, max_size=4).map(".".join)))
@example(base64.urlsafe_b64encode(b"[" * 3000).decode().rstrip("=") + ".e30.x")
@example("\ud800.\ud800.\ud800")
def test_garbage_is_refused(token):
    assert confirmation.read(token) is None
    assert undo.read(token) is None
