"""Which passwords are refused."""

import hashlib
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.urls import reverse
from pytest_django.asserts import assertFormError

from tests.stand_in import serving

from .factories import PASSWORD

pytestmark = pytest.mark.any_database

BREACHED = "This password has been in a data breach, so others may try it. Choose another one."
OLD = "dolphins at dawn"


class Breaches(BaseHTTPRequestHandler):
    """Behaves like https://haveibeenpwned.com/API/v3#PwnedPasswords and knows one password."""

    def do_GET(self):
        self.server.asked.append((self.path, self.headers["Add-Padding"]))
        digest = hashlib.sha1(OLD.encode()).hexdigest().upper()
        others = ["0" * 35 + ":3", hashlib.sha1(PASSWORD.encode()).hexdigest().upper()[5:] + ":0"]
        found = [f"{digest[5:]}:12"] if self.path == f"/range/{digest[:5]}" else []
        content = "\r\n".join([*others, *found]).encode()
        self.send_response(self.server.status)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *args):
        pass


@pytest.fixture
def service(settings):
    server = ThreadingHTTPServer(("127.0.0.1", 0), Breaches)
    server.asked, server.status = [], 200
    settings.BREACHED_PASSWORDS_URL = f"http://127.0.0.1:{server.server_port}/range/"
    with serving(server):
        yield server


def change(client, password):
    new = {"new_password1": password, "new_password2": password}
    return client.post(reverse("password_change"), {"old_password": PASSWORD, **new})


# Known from a breach


def test_a_password_from_a_breach_is_refused(service, susan_client):
    assertFormError(change(susan_client, OLD).context["form"], "new_password1", BREACHED)


def test_the_service_gets_the_beginning_of_a_hash_and_no_more(service):
    with pytest.raises(ValidationError):
        validate_password(OLD)
    assert service.asked == [(f"/range/{hashlib.sha1(OLD.encode()).hexdigest().upper()[:5]}", "true")]


def test_another_password_is_accepted_also_one_that_only_pads_the_answer(service):
    validate_password("seven purple kettles")
    validate_password(PASSWORD)


def test_by_default_no_service_is_asked(settings):
    assert settings.BREACHED_PASSWORDS_URL == ""
    validate_password(OLD)


def test_a_service_that_fails_or_is_unreachable_keeps_nobody_out(service, settings, caplog):
    service.status = 503
    validate_password(OLD)
    settings.BREACHED_PASSWORDS_URL = "http://127.0.0.1:9"
    validate_password(OLD)
    assert "does not answer" in caplog.text
    assert OLD not in caplog.text
    assert hashlib.sha1(OLD.encode()).hexdigest().upper()[:5] not in caplog.text.upper()


# Too similar


@pytest.mark.parametrize("password", ["Microblog", "microblog1", "MicroBlog2026", "mymicroblog"])
def test_the_name_of_the_site_is_no_password(susan_client, password):
    [error] = change(susan_client, password).context["form"].errors["new_password1"]
    assert error == "This password is too similar to the name of this site."


def test_nor_is_a_word_of_a_longer_name_nor_its_address(settings):
    settings.SITE_NAME, settings.SITE_HOST = "The Harbourmaster's Square", "square.harbour.example"
    for password in ("harbourmaster", "square.harbour", "thesquare"):
        with pytest.raises(ValidationError, match="name of this site"):
            validate_password(password)
    validate_password("remember that squares are hot")  # the same letters, but in another order


@pytest.mark.parametrize("password", ["susan1234", "susan.example"])
def test_nor_what_resembles_the_person(susan, password):
    susan.email = "susan.example@mail.example"
    with pytest.raises(ValidationError, match="too similar to the"):
        validate_password(password, susan)
