"""What a session records, and when it ends."""

import uuid
from datetime import timedelta

import pytest
from django.contrib.auth import SESSION_KEY
from django.contrib.auth.signals import user_logged_in
from django.contrib.sessions.backends.base import UpdateError
from django.contrib.sessions.exceptions import SessionInterrupted
from django.db import connection
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from pytest_django.asserts import assertRedirects

from accounts.devices import browser_of
from accounts.models import Session
from accounts.sessions import SessionStore, take_person
from tests.races import at_once

from .factories import PASSWORD, UserFactory

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0"
SAFARI = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) "
    "Version/18.1 Mobile/15E148 Safari/604.1"
)


def log_in(person, browser=FIREFOX, address="203.0.113.7", client=None, **data):
    """A browser in which `person` has just logged in."""
    client = client or Client(headers={"User-Agent": browser}, REMOTE_ADDR=address)
    response = client.post(reverse("login"), {"username": person.username, "password": PASSWORD, **data})
    assert response.status_code == 302
    return client


def session_of(client):
    return Session.objects.get(pk=client.cookies["sessionid"].value)


def is_logged_in(client):
    return client.get(reverse("settings_profile")).status_code == 200


# What it records


@pytest.mark.django_db
@pytest.mark.parametrize("key", ['"\\000' + "a" * 32 + '"', "\xff" * 32, "a" * 31 + "%", "a" * 4000])
def test_a_cookie_that_is_no_key_is_nobodys_session(client, key):
    client.cookies.load({"sessionid": "x"})
    client.cookies["sessionid"].set("sessionid", key, key)
    assertRedirects(client.get(reverse("settings_profile")), "/login/?next=/settings/profile/")


def test_a_session_knows_browser_address_and_time(susan):
    session = session_of(log_in(susan))
    assert (session.user, session.browser, session.address) == (susan, "Firefox on Linux", "203.0.113.7")
    assert session.device == "Firefox on Linux"
    assert timezone.now() - session.started_at < timedelta(minutes=1)
    assert timezone.now() - session.last_used_at < timedelta(minutes=1)
    assert session.handle


@pytest.mark.any_database
def test_signing_up_begins_a_session_too(db):
    passwords = {"password1": "seven purple kettles", "password2": "seven purple kettles"}
    client = Client(headers={"User-Agent": SAFARI})
    client.post(reverse("register"), {"username": "susan", "email": "susan@example.org", **passwords})
    assert session_of(client).browser == "Mobile Safari on iOS"


@pytest.mark.any_database
@pytest.mark.parametrize(("data", "at_close"), [({}, True), ({"remember_me": "on"}, False)])
def test_it_lasts_30_days_or_until_the_browser_closes(susan, data, at_close):
    client = log_in(susan, **data)
    assert client.session.get_expire_at_browser_close() is at_close
    assert bool(client.cookies["sessionid"]["max-age"]) is not at_close


@pytest.mark.any_database
def test_the_handle_is_not_made_of_the_key(susan):
    session = session_of(log_in(susan))
    assert str(session.handle) not in session.pk
    assert session.handle.version == 4


def test_whatever_is_saved_in_it_later_it_still_knows(susan):
    client = log_in(susan)
    before = session_of(client)
    store = client.session
    store["cart"] = "lemons"
    store.save()
    after = session_of(client)
    for name in ("user_id", "handle", "browser", "address", "started_at"):
        assert getattr(after, name) == getattr(before, name)


def test_a_new_key_leaves_it_the_same_session(susan):
    client = log_in(susan)
    before = session_of(client)
    passwords = {"new_password1": "seven purple kettles", "new_password2": "seven purple kettles"}
    client.post(reverse("password_change"), {"old_password": PASSWORD, **passwords})
    after = session_of(client)
    assert after.pk != before.pk
    assert after.handle == before.handle


def test_logging_in_begins_another_session_under_another_key(susan):
    client = Client()
    store = client.session
    store["planted"] = "by a stranger"
    store.save()
    planted = store.session_key
    log_in(susan, client=client)
    assert client.cookies["sessionid"].value != planted
    assert not Session.objects.filter(pk=planted).exists()


def test_a_session_of_before_all_this_still_works(susan, susan_client):
    session = session_of(susan_client)
    assert (session.handle, session.browser, session.address, session.started_at) == (None, "", None, None)
    assert session.device == "Unknown browser"
    Session.objects.update(last_used_at=None)
    assert is_logged_in(susan_client)
    assert session_of(susan_client).last_used_at


@pytest.mark.any_database
def test_its_key_is_not_its_name(susan_client):
    session = session_of(susan_client)
    assert session.pk not in repr(session)


# Browsers


@pytest.mark.any_database
@pytest.mark.parametrize(
    ("user_agent", "browser"),
    [
        (FIREFOX, "Firefox on Linux"),
        (SAFARI, "Mobile Safari on iOS"),
        ("curl/8.14.1", "curl"),
        ("", ""),
        ("nothing anybody knows", ""),
        ("Gecko \x00\x1b[31m \u202e\xff", ""),
        ("https://evil.example/Bot/1.0 (+https://evil.example/)", None),
        ("<script>alert(1)</script>bot/1.0", None),
        ("Mozilla/5.0 " + "(X11; " * 10_000, None),
    ],
)
def test_browsers_are_called_by_their_names(user_agent, browser):
    found = browser_of(RequestFactory().get("/", headers={"User-Agent": user_agent}))
    assert found == browser or browser is None
    assert len(found) <= 100
    assert not set(found) & set("<>/.:\n\x00")


@pytest.mark.any_database
def test_no_user_agent_is_an_unknown_browser(susan):
    client = Client()
    log_in(susan, client=client)
    assert session_of(client).browser == ""


@pytest.mark.parametrize(
    ("remote", "address"),
    [("", None), ("not an address", None), ("2001:db8::7", "2001:db8::7"), ("::ffff:203.0.113.7", "203.0.113.7")],
)
def test_addresses_of_every_kind_are_kept(susan, remote, address):
    assert session_of(log_in(susan, address=remote)).address == address


# Last use


def use(client):
    """View a page. Returns the number of writes to the table of sessions."""
    with CaptureQueriesContext(connection) as queries:
        assert client.get(reverse("settings_profile")).status_code == 200
    return sum('UPDATE "accounts_session"' in query["sql"] for query in queries)


@pytest.mark.parametrize(("minutes", "writes"), [(14, 0), (16, 1)])
def test_its_last_use_is_written_at_most_once_in_15_minutes(susan, minutes, writes):
    client = log_in(susan)
    Session.objects.update(last_used_at=timezone.now() - timedelta(minutes=minutes))
    assert use(client) == writes
    assert use(client) == 0
    assert timezone.now() - session_of(client).last_used_at < timedelta(minutes=15)


def test_the_use_of_one_session_is_not_that_of_another(susan):
    client, other = log_in(susan), log_in(susan)
    before = timezone.now() - timedelta(days=3)
    Session.objects.update(last_used_at=before)
    use(client)
    assert session_of(other).last_used_at == before


# Its end


def suspend(person):
    person.suspend()


def end(person):
    person.end_sessions()


def delete(person):
    person.delete()


@pytest.mark.parametrize("act", [suspend, end, delete])
def test_what_ends_it_leaves_nothing_of_it(susan, john, act):
    client, other = log_in(susan), log_in(john)
    act(susan)
    assert Session.objects.get() == session_of(other)
    assert not is_logged_in(client)


def test_leaving_ends_it(susan):
    client = log_in(susan)
    susan.request_deletion()
    assert not Session.objects.exists()
    assert not is_logged_in(client)


def test_a_password_the_staff_set_ends_the_person_s_sessions(susan, boss, boss_client):
    client = log_in(susan)
    passwords = {"password1": "seven purple kettles", "password2": "seven purple kettles", "usable_password": "true"}
    for person in (susan, boss):
        response = boss_client.post(reverse("admin:auth_user_password_change", args=[person.pk]), passwords)
        assert response.status_code == 302
    assert not susan.sessions.exists()
    assert not is_logged_in(client)
    assert is_logged_in(boss_client)


def test_what_has_ended_does_not_come_back_when_it_is_saved(susan):
    client = log_in(susan)
    store = SessionStore(client.cookies["sessionid"].value)
    assert store[SESSION_KEY] == str(susan.pk)
    susan.end_sessions()
    store["late"] = "too late"
    with pytest.raises(UpdateError):
        store.save()
    assert not Session.objects.exists()


def test_what_has_ended_does_not_come_back_under_another_key(susan):
    client = log_in(susan)
    store = SessionStore(client.cookies["sessionid"].value)
    assert store[SESSION_KEY] == str(susan.pk)
    susan.end_sessions()
    with pytest.raises(SessionInterrupted):
        store.cycle_key()
    assert not Session.objects.exists()


@pytest.fixture
def everything_ends_during_log_in():
    def end_all(sender, user, **kwargs):
        Session.objects.all().delete()

    user_logged_in.connect(end_all)
    yield
    user_logged_in.disconnect(end_all)


@pytest.mark.usefixtures("everything_ends_during_log_in")
def test_a_request_whose_session_ends_meanwhile_leads_to_log_in(susan):
    data = {"username": "susan", "password": PASSWORD}
    client = Client()
    response = client.post(reverse("login"), data)
    assertRedirects(response, reverse("login"))
    assert not Session.objects.exists()
    script = client.post(reverse("login"), data, headers={"X-Requested-With": "XMLHttpRequest"})
    assert script.status_code == 401


@pytest.mark.django_db(transaction=True)
def test_requests_that_race_with_the_end_do_not_fail_and_revive_nothing():
    susan = UserFactory(username="susan")
    clients = [log_in(susan) for _number in range(6)]
    passwords = {"new_password1": "seven purple kettles", "new_password2": "seven purple kettles"}

    def act(number):
        if number % 2:
            return clients[number // 2].post(reverse("password_change"), {"old_password": PASSWORD, **passwords})
        susan.end_sessions()
        return None

    answers = [response for response in at_once(act) if response]
    assert {response.status_code for response in answers} <= {200, 302}
    assert susan.sessions.count() <= 1  # the session that changed the password after ending all others
    assert sum(map(is_logged_in, clients)) == susan.sessions.count()


def test_a_session_s_data_goes_with_it(susan):
    client = log_in(susan)
    client.post(reverse("logout"))
    assert not Session.objects.exists()


@pytest.mark.any_database
def test_handles_are_unlike_each_other(susan):
    handles = {session_of(log_in(susan)).handle for _number in range(3)}
    assert len(handles) == 3
    assert all(isinstance(handle, uuid.UUID) for handle in handles)


def test_a_session_brings_its_person_along_once(susan, susan_client):
    store = SessionStore(susan_client.session.session_key)
    store.load()
    assert take_person(susan.pk + 1) is None
    store.load()
    assert take_person(susan.pk) == susan
    assert take_person(susan.pk) is None


def test_nobody_is_left_of_the_request_before(susan, susan_client):
    SessionStore(susan_client.session.session_key).load()
    SessionStore()
    assert take_person(susan.pk) is None
