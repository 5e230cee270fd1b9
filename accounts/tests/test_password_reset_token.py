import base64
import json
from datetime import UTC, datetime, timedelta

import jwt
import pytest
from django.conf import settings
from django.test import override_settings
from hypothesis import example, given
from hypothesis import strategies as st

from accounts.models import User
from accounts.tokens import PasswordResetTokenGenerator

pytestmark = pytest.mark.any_database

generator = PasswordResetTokenGenerator()


def somebody(**changes):
    return User(**{"pk": 7, "password": "hash", "email": "susan@example.org", **changes})


def claims_of(token):
    return jwt.decode(token, options={"verify_signature": False})


def forged(key=None, algorithm="HS256", headers=None, **changes):
    """A token like ours except for what is given; None leaves a claim out."""
    claims = {**claims_of(generator.make_token(somebody())), **changes}
    claims = {name: value for name, value in claims.items() if value is not None}
    return jwt.encode(claims, key or generator._key(settings.SECRET_KEY), algorithm, headers=headers)


def test_it_says_for_whom_what_and_how_long():
    token = generator.make_token(somebody())
    claims = claims_of(token)
    assert jwt.get_unverified_header(token) == {"alg": "HS256", "typ": "JWT"}
    assert claims.keys() == {"sub", "purpose", "iat", "exp", "fingerprint"}
    assert claims["sub"] == "7"
    assert claims["purpose"] == "password-reset"
    assert claims["exp"] - claims["iat"] == 60 * 60
    assert generator.check_token(somebody(), token)


def test_a_forged_one_is_told_from_ours():
    assert generator.check_token(somebody(), forged())


@pytest.mark.parametrize(
    "changes",
    [
        {"pk": 8},
        {"password": "another hash"},
        {"email": "sue@example.org"},
        {"suspended_at": datetime.now(UTC)},
        {"erased_at": datetime.now(UTC)},
    ],
)
def test_it_is_for_one_person_as_they_are(changes):
    assert not generator.check_token(somebody(**changes), generator.make_token(somebody()))


@pytest.mark.parametrize(
    "changes",
    [
        {"sub": None},
        {"sub": "8"},
        {"sub": 7},
        {"purpose": None},
        {"purpose": "confirm-email"},
        {"iat": None},
        {"iat": 2**40},
        {"iat": "now"},
        {"exp": None},
        {"exp": 0},
        {"exp": "never"},
        {"exp": datetime.now(UTC) - timedelta(seconds=1)},
        {"fingerprint": None},
        {"fingerprint": ""},
        {"nbf": 2**40},
    ],
)
def test_every_claim_counts_even_where_the_signature_is_right(changes):
    assert not generator.check_token(somebody(), forged(**changes))


@pytest.mark.filterwarnings("ignore::jwt.warnings.InsecureKeyLengthWarning")
@pytest.mark.parametrize("algorithm", ["HS384", "HS512"])
def test_the_algorithm_is_pinned(algorithm):
    assert not generator.check_token(somebody(), forged(algorithm=algorithm))


def test_unsigned_tokens_are_refused():
    header = base64.urlsafe_b64encode(json.dumps({"alg": "none"}).encode()).rstrip(b"=").decode()
    payload = generator.make_token(somebody()).split(".")[1]
    for signature in ("", "x"):
        assert not generator.check_token(somebody(), f"{header}.{payload}.{signature}")


def test_the_site_s_key_alone_makes_no_token():
    assert not generator.check_token(somebody(), forged(key=settings.SECRET_KEY))


def test_a_changed_character_breaks_it():
    token = generator.make_token(somebody())
    for position in range(0, len(token) - 1, 7):
        other = "A" if token[position] != "A" else "B"
        assert not generator.check_token(somebody(), token[:position] + other + token[position + 1 :])


def test_it_survives_a_change_of_the_site_s_key_while_the_old_one_is_a_fallback():
    old, new = "the old key " * 5, "the new key " * 5
    with override_settings(SECRET_KEY=old):
        token = generator.make_token(somebody())
    with override_settings(SECRET_KEY=new, SECRET_KEY_FALLBACKS=[old]):
        assert generator.check_token(somebody(), token)
        assert not generator.check_token(somebody(password="another hash"), token)
    with override_settings(SECRET_KEY=new, SECRET_KEY_FALLBACKS=[]):
        assert not generator.check_token(somebody(), token)


@given(st.one_of(st.none(), st.text(), st.lists(st.text("AeyJ0-_=é"), min_size=3, max_size=4).map(".".join)))
@example(base64.urlsafe_b64encode(b"[" * 3000).decode().rstrip("=") + ".e30.x")
@example("\ud800.\ud800.\ud800")
def test_garbage_is_refused(token):
    assert not generator.check_token(somebody(), token)


@given(st.dictionaries(st.text(), st.one_of(st.none(), st.booleans(), st.integers(), st.text(), st.lists(st.text()))))
def test_garbage_in_the_header_is_refused(header):
    payload, signature = generator.make_token(somebody()).split(".")[1:]
    header = base64.urlsafe_b64encode(json.dumps(header).encode()).rstrip(b"=").decode()
    assert not generator.check_token(somebody(), f"{header}.{payload}.{signature}")


def test_nobody_has_a_token():
    assert not generator.check_token(None, generator.make_token(somebody()))
