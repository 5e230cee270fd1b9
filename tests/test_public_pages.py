"""Closed by default: this lists all pages that logged-out visitors may open. New pages are closed until they are
listed.
"""

import pytest
from django.urls import reverse

from posts.tests.factories import PostFactory

from .site import url_names, url_of

pytestmark = pytest.mark.any_database

ALWAYS_OPEN = {
    "about",
    "apple_touch_icon",
    "contact",
    "email_confirm",
    "email_undo",
    "favicon",
    "health_live",
    "health_ready",
    "login",
    "media",
    "password_reset",
    "password_reset_confirm",
    "privacy",
    "register",
    "robots_txt",
    "rules",
    "security_txt",
    "set_language",
    "well_known_change_password",
}
OPEN_WHILE_PUBLIC_READING = {
    "explore",
    "followers",
    "following",
    "home",
    "post",
    "post_history",
    "post_likes",
    "post_quotes",
    "post_reposts",
    "post_translation",
    "posts_newest",
    "profile",
    "profile_picture",
    "profile_replies",
}


@pytest.fixture
def open_to_strangers(client, db):
    """A function that returns the names of the URLs that do not redirect logged-out visitors to log-in."""
    post = PostFactory()

    def names():
        return {name for name in url_names() if not leads_to_log_in(client.get(url_of(name, post)))}

    return names


def leads_to_log_in(response):
    return response.status_code == 302 and response.url.startswith(reverse("login"))


def test_strangers_read_what_is_public_and_nothing_else(open_to_strangers):
    assert open_to_strangers() == ALWAYS_OPEN | OPEN_WHILE_PUBLIC_READING


def test_without_public_reading_strangers_only_sign_up_and_log_in(open_to_strangers, settings):
    settings.PUBLIC_READING = False
    assert open_to_strangers() == ALWAYS_OPEN


def test_admin_is_closed_to_people_without_a_right_to_it(client, susan_client):
    assert client.get(reverse("admin:index")).status_code == 302
    assert susan_client.get(reverse("admin:index")).status_code in (302, 403)


def test_a_script_of_somebody_logged_out_gets_401(client, db):
    response = client.get(reverse("settings_profile"), headers={"X-Requested-With": "XMLHttpRequest"})
    assert response.status_code == 401
