from datetime import datetime, timedelta

import pytest
from django.contrib.staticfiles import finders
from django.urls import reverse
from django.utils import timezone


def test_security_txt_names_whom_to_tell(client, settings):
    settings.SECURITY_CONTACT = "mailto:holes@town.example"
    settings.SITE_URL = "https://town.example"
    response = client.get("/.well-known/security.txt")
    assert (response.status_code, response["Content-Type"]) == (200, "text/plain; charset=utf-8")
    fields = dict(line.split(": ", 1) for line in response.content.decode().splitlines())
    assert fields["Contact"] == "mailto:holes@town.example"
    assert fields["Canonical"] == "https://town.example/.well-known/security.txt"
    assert fields["Preferred-Languages"] == ", ".join(code for code, _name in settings.LANGUAGES)


def test_security_txt_is_good_for_less_than_a_year(client):
    (expires,) = [
        line.removeprefix("Expires: ")
        for line in client.get("/.well-known/security.txt").content.decode().splitlines()
        if line.startswith("Expires: ")
    ]
    left = datetime.fromisoformat(expires) - timezone.now()
    assert timedelta(days=30) < left < timedelta(days=365)


def test_password_managers_find_where_to_change_a_password(client):
    response = client.get("/.well-known/change-password")
    assert (response.status_code, response.url) == (302, reverse("password_change"))


@pytest.mark.parametrize("path", ["/favicon.ico", "/apple-touch-icon.png"])
def test_browsers_that_look_for_an_icon_at_the_root_get_the_logo(client, path):
    response = client.get(path)
    assert response.status_code == 302
    assert finders.find(response.url.removeprefix("/static/"))


def test_no_other_well_known_path_is_promised(client):
    assert client.get("/.well-known/webfinger").status_code == 404
