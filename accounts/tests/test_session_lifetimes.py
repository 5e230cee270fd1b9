"""How long people stay logged in: with and without use, and whatever they do."""

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import Session

from .factories import PASSWORD
from .test_sessions import is_logged_in, log_in

pytestmark = pytest.mark.any_database

FOR_THE_BROWSER, REMEMBERED = {}, {"remember_me": "on"}


@pytest.mark.parametrize(
    ("data", "idle", "too_idle"),
    [
        (FOR_THE_BROWSER, {"hours": 1, "minutes": 55}, {"hours": 2, "minutes": 1}),
        (REMEMBERED, {"days": 13}, {"days": 14, "minutes": 1}),
    ],
)
@pytest.mark.every_database
def test_it_ends_when_it_is_not_used(susan, later, data, idle, too_idle):
    client = log_in(susan, **data)
    for _time in range(2):
        later(**idle)
        assert is_logged_in(client)
    later(**too_idle)
    assert not is_logged_in(client)


@pytest.mark.parametrize(("data", "step", "times"), [(FOR_THE_BROWSER, {"hours": 1}, 11), (REMEMBERED, {"days": 5}, 5)])
def test_it_ends_in_the_end_however_much_it_is_used(susan, later, data, step, times):
    client = log_in(susan, **data)
    for _time in range(times):
        later(**step)
        assert is_logged_in(client)
        client.post(reverse("login"))  # what is saved in it does not prolong it either
    later(**step)
    assert not is_logged_in(client)
    assert not Session.objects.live().exists()


def test_another_key_makes_it_no_younger(susan, later):
    client = log_in(susan)
    for _time in range(7):
        later(minutes=100)
        new = "seven purple kettles"
        passwords = {"old_password": PASSWORD, "new_password1": new, "new_password2": new}
        client.post(reverse("password_change"), passwords)
        assert is_logged_in(client)
    later(minutes=21)
    assert not is_logged_in(client)


def test_an_open_tab_keeps_nobody_logged_in(susan, later):
    client = log_in(susan)
    for _time in range(3):
        later(minutes=41)
        client.get(reverse("home"), headers={"X-Requested-With": "XMLHttpRequest"})
    assert not is_logged_in(client)


def test_noting_last_use_seldom_logs_nobody_out(susan, later, settings):
    settings.LAST_SEEN_INTERVAL = 24 * 60 * 60
    client = log_in(susan)
    for _time in range(3):
        later(hours=1)
        assert is_logged_in(client)


def test_the_cookie_lasts_as_long_as_the_session_may(susan, later):
    client = log_in(susan, remember_me="on")
    later(days=10)
    client.post(reverse("password_again"), {"password": PASSWORD})
    assert client.cookies["sessionid"]["max-age"] == 20 * 24 * 60 * 60


def test_the_list_shows_none_that_has_ended(susan, later):
    log_in(susan)
    later(hours=3)
    here = log_in(susan)
    assert len(here.get(reverse("settings_account")).context["sessions"]) == 1
    assert Session.objects.filter(expire_date__lt=timezone.now()).count() == 1  # `prune` deletes it
