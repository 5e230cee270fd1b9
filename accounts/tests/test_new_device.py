"""An e-mail about each log-in from a browser that the person has never used before."""

from datetime import UTC, datetime

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse
from pytest_django.asserts import assertContains

from accounts import devices
from accounts.emails import send_new_device
from accounts.models import User

from .factories import UserFactory
from .test_preferences import save as save_preferences
from .test_sessions import FIREFOX, log_in, session_of

pytestmark = pytest.mark.any_database

COOKIE = "devices"


@pytest.fixture
def mails(run_tasks):
    """A function that returns the e-mails about log-ins sent since its last call."""

    def sent():
        run_tasks()
        fresh = [message for message in mail.outbox if "log-in" in message.subject]
        mail.outbox.clear()
        return fresh

    return sent


def log_out(client):
    client.post(reverse("logout"))
    return client


def sign_up(client, username="susan"):
    passwords = {"password1": "seven purple kettles", "password2": "seven purple kettles"}
    client.post(reverse("register"), {"username": username, "email": f"{username}@example.org", **passwords})
    return User.objects.get(username=username)


# When


def test_a_browser_never_used_before_is_told_of_once(susan, mails):
    client = log_in(susan)
    (message,) = mails()
    assert message.to == ["susan@example.org"]
    log_in(susan, client=log_out(client))
    assert mails() == []


def test_every_new_browser_is_told_of(susan, mails):
    for _browser in range(2):
        log_in(susan)
        assert len(mails()) == 1


def test_nobody_gets_very_many(susan, mails, limit):
    limit("new_device", person=(2, 3600))
    for _browser in range(4):
        log_in(susan)
    assert len(mails()) == 2


def test_signing_up_is_no_news_and_makes_the_browser_known(db, mails):
    client = Client()
    susan = sign_up(client)
    assert mails() == []
    assert devices.is_known(client.get("/").wsgi_request, susan)


def test_a_wrong_password_tells_nothing_and_makes_nothing_known(susan, mails):
    client = Client()
    client.post(reverse("login"), {"username": "susan", "password": "wrong"})
    assert mails() == []
    assert COOKIE not in client.cookies


def test_it_can_be_switched_off(susan, mails):
    save_preferences(log_in(susan), mail_new_devices="false")
    mails()
    log_in(susan)
    assert mails() == []


def test_and_on_again(susan, susan_client):
    User.objects.update(mail_new_devices=False)
    page = susan_client.get(reverse("settings_preferences"))
    assertContains(page, '<input type="hidden" name="mail_new_devices" value="false">', html=True)
    save_preferences(susan_client, mail_new_devices=["false", "on"])
    assert User.objects.get().mail_new_devices


@pytest.mark.parametrize("wanted", [True, False])
def test_preferences_without_a_word_of_it_leave_it_as_it_is(susan, susan_client, wanted):
    User.objects.update(mail_new_devices=wanted)
    save_preferences(susan_client, theme="dark")
    susan.refresh_from_db()
    assert (susan.theme, susan.mail_new_devices) == ("dark", wanted)


def test_who_has_no_address_gets_none(susan, mails):
    User.objects.update(email="")
    log_in(susan)
    assert mails() == []


def test_who_is_suspended_or_gone_by_then_gets_none(susan, john, mails):
    log_in(susan)
    log_in(john)
    susan.suspend()
    john.delete()
    assert mails() == []


# What it says


def told(person, browser="Firefox on Linux", address="203.0.113.7", language="en"):
    send_new_device.call(person.pk, browser, address, datetime(2026, 11, 22, 16, 30, tzinfo=UTC).isoformat(), language)
    return mail.outbox.pop()


def test_it_says_where_it_was_and_what_to_do(susan):
    message = told(susan)
    assert message.subject == "A new log-in to your account on Microblog"
    html = message.alternatives[0].content
    for text in ("Firefox on Linux", "203.0.113.7", "22 Nov 2026, 16:30 (UTC)", "@susan"):
        assert text in message.body
        assert text in html
    for path in ("/settings/account/", "/password/change/"):
        assert f"http://127.0.0.1:8000{path}" in message.body
        assert f"http://127.0.0.1:8000{path}" in html


def test_the_time_is_that_of_the_person(susan):
    User.objects.update(time_zone="Asia/Kolkata")
    assert "22 Nov 2026, 22:00 (Asia/Kolkata, UTC+05:30)" in told(susan).body


def test_a_time_zone_there_is_no_more_is_passed_over(susan):
    User.objects.update(time_zone="Mars/Olympus")
    assert "16:30 (UTC)" in told(susan).body


def test_it_is_in_the_language_of_the_person_or_else_of_the_log_in(susan):
    assert 'lang="es"' in told(susan, language="es").alternatives[0].content
    User.objects.update(language="en")
    assert 'lang="en"' in told(susan, language="es").alternatives[0].content


def test_what_is_not_known_is_left_out(susan):
    message = told(susan, browser="", address=None)
    assert "Unknown browser" in message.body
    assert "None" not in message.body
    assert "IP address" not in message.body


def test_it_shows_no_key(susan, mails):
    session = session_of(log_in(susan))
    (message,) = mails()
    for text in (message.body, message.alternatives[0].content):
        assert session.pk not in text
        assert str(session.handle) not in text


def test_the_mail_says_what_the_session_s_list_says(susan, mails):
    log_in(susan, FIREFOX, "2001:db8::7")
    (message,) = mails()
    assert "Firefox on Linux" in message.body
    assert "2001:db8::7" in message.body


# The cookie


def test_the_cookie_is_for_this_site_alone_and_for_a_year(susan):
    cookie = log_in(susan).cookies[COOKIE]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"
    assert cookie["path"] == "/"
    assert cookie["max-age"] == 60 * 60 * 24 * 365


def test_it_names_nobody(susan):
    cookie = log_in(susan).cookies[COOKIE].value
    assert "susan" not in cookie
    assert str(susan.pk) not in cookie.split(".")


def test_a_browser_is_known_for_the_last_five_people(db, mails):
    client = Client()
    people = UserFactory.create_batch(6)
    for person in people:
        log_in(person, client=log_out(client))
    mails()
    for person in people[1:]:
        log_in(person, client=log_out(client))
    assert mails() == []
    log_in(people[0], client=log_out(client))
    assert len(mails()) == 1


def test_what_another_person_s_browser_carries_counts_for_nothing(susan, john, mails):
    client = log_in(john)
    mails()
    log_in(susan, client=log_out(client))
    assert len(mails()) == 1


@pytest.mark.parametrize("forge", [lambda value: "garbage", lambda value: value + "x", lambda value: "\xff.:" + value])
def test_a_forged_cookie_means_one_more_mail(susan, mails, forge):
    client = log_in(susan)
    mails()
    log_out(client).cookies[COOKIE] = forge(client.cookies[COOKIE].value)
    log_in(susan, client=client)
    assert len(mails()) == 1
    log_in(susan, client=log_out(client))
    assert mails() == []


def test_a_new_secret_key_forgets_no_browser_while_the_old_one_is_kept(susan, mails, settings):
    client = log_in(susan)
    mails()
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another-key-for-tests-only-0123456789-abcdefghijklmnopqrst"
    log_in(susan, client=log_out(client))
    assert mails() == []
