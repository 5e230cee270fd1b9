import pytest
from django.test import Client
from django.urls import reverse
from pytest_django.asserts import assertRedirects

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]


def choose(client, language, **data):
    headers = data.pop("headers", None)
    return client.post(reverse("set_language"), {"language": language, **data}, headers=headers)


def test_a_stranger_s_choice_is_kept_in_a_cookie(client):
    response = choose(client, "es", next="/login/")
    assertRedirects(response, "/login/", fetch_redirect_response=False)
    cookie = response.cookies["django_language"]
    assert (cookie.value, cookie["max-age"], cookie["samesite"]) == ("es", 365 * 24 * 3600, "Lax")
    assert cookie["httponly"]
    assert client.get("/login/", headers={"Accept-Language": "en"})["Content-Language"] == "es"


def test_that_of_somebody_logged_in_is_kept_in_the_account_too(susan, john, susan_client):
    assert "django_language" in choose(susan_client, "es").cookies
    susan.refresh_from_db()
    john.refresh_from_db()
    assert (susan.language, john.language) == ("es", "")


@pytest.mark.parametrize("language", ["", "nl", "xx", "es\x00", "es; Secure", "../es"])
def test_a_language_the_site_does_not_speak_is_ignored(susan, susan_client, language):
    response = choose(susan_client, language, next="/explore/")
    assertRedirects(response, "/explore/", fetch_redirect_response=False)
    assert "django_language" not in response.cookies
    susan.refresh_from_db()
    assert susan.language == ""


@pytest.mark.parametrize(
    "url",
    [
        "",
        "home",
        "https://evil.example/",
        "//evil.example/",
        "/\\evil.example",
        "javascript:alert(1)",
        "\x00//x.example",
    ],
)
def test_next_stays_on_this_site(client, url):
    assertRedirects(choose(client, "es", next=url), "/", fetch_redirect_response=False)


def test_without_next_it_leads_back(client):
    for referer, target in (
        ("http://testserver/explore/?after=7", "/explore/?after=7"),
        ("http://testserver//evil.example/", "/%2Fevil.example/"),
        ("https://evil.example/", "/"),
    ):
        response = choose(client, "es", headers={"Referer": referer})
        assertRedirects(response, target, fetch_redirect_response=False)


def test_a_link_changes_nothing(client):
    response = client.get(reverse("set_language"), {"language": "es"})
    assert response.status_code == 405
    assert "django_language" not in response.cookies


def test_it_needs_a_token():
    client = Client(enforce_csrf_checks=True)
    assert choose(client, "es").status_code == 403
