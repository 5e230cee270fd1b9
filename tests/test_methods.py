"""Changes need a POST with a CSRF token: a GET may come from a link, a mail scanner or a prefetch."""

import pytest
from django.apps import apps
from django.test import Client
from django.urls import reverse

from posts.tests.factories import PostFactory

from .site import url_names, url_of

pytestmark = pytest.mark.any_database

PAGE_OF_ACTION = {
    "follow": "profile",
    "unfollow": "profile",
    "hide_reposts": "profile",
    "show_reposts": "profile",
    "accept": "profile",
    "reject": "profile",
    "remove": "profile",
    "block": "profile",
    "unblock": "profile",
    "mute": "profile",
    "unmute": "profile",
    "post_create": "home",
    "draft_delete": "drafts",
    "post_translation": "post",
    **{f"post_{act}": "post" for act in ("like", "repost", "bookmark", "pin", "mute")},
    **{f"post_{act}": "post" for act in ("unlike", "unrepost", "unbookmark", "unpin", "unmute")},
    "account_download": "settings_account",
    "email_cancel": "settings_account",
    "email_confirm_send": "settings_account",
    "session_end": "settings_account",
    "sessions_end_others": "settings_account",
}
ACTIONS_WITHOUT_PAGE = ["logout", "set_language"]


@pytest.fixture
def post(john):
    return PostFactory(author=john)


def everything():
    """All rows of the site except sessions."""
    return {
        model: list(model.objects.order_by("pk").values_list())
        for app in ("accounts", "social", "posts", "otp_totp", "otp_static")
        for model in apps.get_app_config(app).get_models()
        if model.__name__ != "Session"
    }


@pytest.mark.every_database
def test_get_changes_nothing(susan_client, post):
    before = everything()
    for name in url_names():
        susan_client.get(url_of(name, post))
    assert everything() == before


@pytest.mark.parametrize(("action", "page"), PAGE_OF_ACTION.items())
def test_get_on_an_action_leads_to_its_page(susan_client, post, action, page):
    response = susan_client.get(url_of(action, post))
    assert (response.status_code, response.url) == (302, url_of(page, post))


@pytest.mark.parametrize("action", ACTIONS_WITHOUT_PAGE)
def test_get_on_an_action_without_a_page_is_refused(susan_client, action):
    assert susan_client.get(reverse(action)).status_code == 405


def test_post_without_csrf_token_changes_nothing(susan, post):
    client = Client(enforce_csrf_checks=True)
    client.force_login(susan)
    before = everything()
    answers = {name: client.post(url_of(name, post)).status_code for name in url_names()}
    assert {name for name, status in answers.items() if status not in (403, 405)} == set()
    assert everything() == before
