"""The list of sessions in the settings, and how to end them."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from accounts.models import Session
from accounts.models.session import MAX_LISTED

from .test_sessions import FIREFOX, SAFARI, is_logged_in, log_in, session_of

ACCOUNT = reverse("settings_account")

pytestmark = pytest.mark.any_database


def end(client, handle):
    return client.post(reverse("session_end"), {"session": handle}, follow=True)


def listed(client):
    return re.findall(r'<button[^>]* name="session" value="([^"]+)"', client.get(ACCOUNT).text)


@pytest.mark.every_database
def test_all_sessions_are_listed_the_one_used_last_first(susan):
    old, here = log_in(susan, SAFARI, "2001:db8::7"), log_in(susan, FIREFOX)
    Session.objects.filter(pk=session_of(old).pk).update(last_used_at=timezone.now() - timedelta(days=2))
    page = here.get(ACCOUNT)
    assert [session.browser for session in page.context["sessions"]] == ["Firefox on Linux", "Mobile Safari on iOS"]
    assertContains(page, "2001:db8::7")
    assertContains(page, "203.0.113.7")


def test_this_one_is_marked_and_has_no_button(susan):
    other, here = log_in(susan), log_in(susan)
    assertContains(here.get(ACCOUNT), "This device", count=1)
    assert listed(here) == [str(session_of(other).handle)]
    assert listed(other) == [str(session_of(here).handle)]


def test_of_one_session_there_is_nothing_to_end(susan):
    page = log_in(susan).get(ACCOUNT)
    assertContains(page, "This device", count=1)
    assertNotContains(page, "Log out everywhere else")


def test_no_page_shows_a_key(susan):
    clients = [log_in(susan), log_in(susan)]
    page = clients[0].get(ACCOUNT)
    for client in clients:
        assertNotContains(page, session_of(client).pk)


def test_sessions_of_others_and_expired_ones_are_not_listed(susan, john):
    log_in(john, SAFARI)
    expired, here = log_in(susan, SAFARI), log_in(susan)
    susan.sessions.filter(pk=session_of(expired).pk).update(expire_date=timezone.now())
    assert [session.browser for session in here.get(ACCOUNT).context["sessions"]] == ["Firefox on Linux"]


def test_the_list_has_an_end_and_one_query(susan):
    here = log_in(susan)

    def queries():
        with CaptureQueriesContext(connection) as captured:
            sessions = here.get(ACCOUNT).context["sessions"]
        return len(sessions), len(captured)

    _one, few = queries()
    log_in(susan)
    tomorrow = timezone.now() + timedelta(days=1)
    Session.objects.bulk_create(
        Session(pk=f"{number:032}", session_data="", user=susan, expire_date=tomorrow) for number in range(MAX_LISTED)
    )
    assert queries() == (MAX_LISTED, few)


def test_a_session_of_before_all_this_is_shown_as_unknown(susan, susan_client):
    log_in(susan)
    assertContains(susan_client.get(ACCOUNT), "Unknown browser", count=1)
    assertContains(susan_client.get(ACCOUNT), "This device", count=1)


def test_one_is_ended(susan):
    thief, here, third = log_in(susan), log_in(susan), log_in(susan)
    answer = end(here, session_of(thief).handle)
    assertRedirects(answer, ACCOUNT)
    assertContains(answer, "been logged out there.")
    assert not is_logged_in(thief)
    assert is_logged_in(here)
    assert is_logged_in(third)


def test_all_others_are_ended(susan, john):
    others, here, friend = [log_in(susan), log_in(susan)], log_in(susan), log_in(john)
    answer = here.post(reverse("sessions_end_others"), follow=True)
    assertRedirects(answer, ACCOUNT)
    assertContains(answer, "been logged out everywhere else.")
    assert not any(map(is_logged_in, others))
    assert is_logged_in(here)
    assert is_logged_in(friend)


def test_one_of_before_all_this_ends_with_the_others(susan, susan_client):
    log_in(susan).post(reverse("sessions_end_others"))
    assert not is_logged_in(susan_client)


def test_ending_it_twice_is_no_mistake(susan):
    thief, here = log_in(susan), log_in(susan)
    handle = session_of(thief).handle
    end(here, handle)
    assertContains(end(here, handle), "You were already logged out there.")


def test_nobody_ends_somebody_else_s(susan, john):
    victim, here = log_in(john), log_in(susan)
    assertContains(end(here, session_of(victim).handle), "You were already logged out there.")
    assert is_logged_in(victim)


GARBAGE = ["", "garbage", "nul\x00", "'; drop table", "7d1b2a52-6d0c-4b5e-9a53-0f6f2f0a3c11", "1" * 5000]


@pytest.mark.every_database
@pytest.mark.parametrize("handle", GARBAGE)
def test_garbage_ends_nothing(susan, handle):
    other, here = log_in(susan), log_in(susan)
    assertContains(end(here, handle), "You were already logged out there.")
    assert is_logged_in(other)


def test_a_key_is_no_handle(susan):
    other, here = log_in(susan), log_in(susan)
    end(here, session_of(other).pk)
    assert is_logged_in(other)


def test_ending_this_one_is_logging_out(susan):
    here = log_in(susan)
    answer = end(here, session_of(here).handle)
    assertRedirects(answer, f"{reverse('login')}?next={ACCOUNT}")
    assert not is_logged_in(here)


@pytest.mark.parametrize("name", ["session_end", "sessions_end_others"])
def test_strangers_end_nothing(client, susan, name):
    log_in(susan)
    assertRedirects(client.post(reverse(name)), reverse("login"))
    assert Session.objects.count() == 1


@pytest.mark.parametrize("name", ["session_end", "sessions_end_others"])
def test_a_foreign_page_ends_nothing(susan, name):
    client = Client(enforce_csrf_checks=True)
    client.force_login(susan)
    log_in(susan)
    assert client.post(reverse(name), {"session": susan.sessions.exclude(handle=None).get().handle}).status_code == 403
    assert susan.sessions.count() == 2
