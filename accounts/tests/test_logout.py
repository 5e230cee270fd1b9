import pytest
from django.test import Client
from django.urls import reverse
from pytest_django.asserts import assertContains, assertRedirects

from accounts.models import Session

pytestmark = pytest.mark.any_database


def test_logging_out_ends_the_session_on_the_server(susan_client):
    thief = Client()
    thief.cookies["sessionid"] = susan_client.cookies["sessionid"].value
    assertRedirects(susan_client.post(reverse("logout")), reverse("home"), fetch_redirect_response=False)
    assert not Session.objects.exists()
    assert thief.get(reverse("settings_profile")).status_code == 302


def test_the_browser_is_told_to_forget_its_cached_pages(boss_client, susan_client):
    for client, path in ((susan_client, reverse("logout")), (boss_client, reverse("admin:logout"))):
        assert client.post(path)["Clear-Site-Data"] == '"cache"'


def test_it_says_so(susan_client):
    assertContains(susan_client.post(reverse("logout"), follow=True), "You&#x27;ve been logged out.")


def test_a_link_logs_nobody_out(susan_client):
    assert susan_client.get(reverse("logout")).status_code == 405
    assert Session.objects.exists()


def test_it_needs_a_token(susan):
    client = Client(enforce_csrf_checks=True)
    client.force_login(susan)
    assert client.post(reverse("logout")).status_code == 403
    assert Session.objects.exists()


@pytest.mark.parametrize(("url", "target"), [("/explore/", "/explore/"), ("https://evil.example/", "/")])
def test_next_stays_on_this_site(susan_client, url, target):
    assertRedirects(susan_client.post(reverse("logout"), {"next": url}), target, fetch_redirect_response=False)
