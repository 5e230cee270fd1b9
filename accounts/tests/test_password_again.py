"""What only the person may do asks for the password again, unless they gave it just now."""

import pytest
from django.urls import reverse
from pytest_django.asserts import assertContains, assertFormError, assertRedirects

from .factories import PASSWORD
from .test_sessions import is_logged_in, log_in, session_of
from .two_factor import code_of, switch_on

pytestmark = pytest.mark.any_database

ACCOUNT, AGAIN = reverse("settings_account"), reverse("password_again")
ASKED = f"{AGAIN}?next={ACCOUNT}"


@pytest.fixture
def unattended(susan, later):
    """The browser of @susan, in which she gave her password a quarter of an hour ago."""
    client = log_in(susan, remember_me="on")
    later(minutes=15)
    return client


@pytest.mark.parametrize("name", ["session_end", "sessions_end_others", "account_download"])
def test_it_is_asked_for_and_the_deed_is_repeated_by_hand(susan, unattended, name):
    other = log_in(susan)
    deed = {"session": session_of(other).handle}
    assertRedirects(unattended.post(reverse(name), deed), ASKED)
    assert is_logged_in(other)
    answer = unattended.post(ASKED, {"password": PASSWORD}, follow=True)
    assertRedirects(answer, ACCOUNT)
    assertContains(answer, "Thanks. Now press the button again.")
    assert is_logged_in(other)
    done = unattended.post(reverse(name), deed)
    done.getvalue()
    assert AGAIN not in done.headers.get("Location", "")
    assert is_logged_in(other) is (name == "account_download")


def test_it_leads_back_to_the_page_with_the_button(unattended):
    page = reverse("account_delete")
    response = unattended.post(reverse("account_download"), headers={"Referer": f"http://testserver{page}"})
    assertRedirects(unattended.post(response["Location"], {"password": PASSWORD}), page)


@pytest.mark.parametrize("page", ["//evil.example/", "https://evil.example/", "javascript:alert(1)", "", "home"])
def test_it_leads_nowhere_else(unattended, page):
    assertRedirects(unattended.post(f"{AGAIN}?next={page}", {"password": PASSWORD}), ACCOUNT)


def test_a_wrong_password_is_not_enough(unattended):
    assertFormError(
        unattended.post(ASKED, {"password": "x"}).context["form"], "password", "That isn't your current password."
    )
    assertRedirects(unattended.post(reverse("sessions_end_others")), ASKED)


def test_the_password_is_not_guessed_here(unattended):
    answers = [unattended.post(AGAIN, {"password": "wrong"}).status_code for _time in range(11)]
    assert answers == [200] * 10 + [429]


def test_with_two_step_log_in_a_code_is_asked_for_too(susan, unattended):
    switch_on(susan)
    assert "code" in unattended.post(ASKED, {"password": PASSWORD}).context["form"].errors
    assertRedirects(unattended.post(reverse("sessions_end_others")), ASKED)
    assertRedirects(unattended.post(ASKED, {"password": PASSWORD, "code": code_of(susan)}), ACCOUNT)


def test_after_ten_minutes_it_is_asked_for_again(susan, later):
    client = log_in(susan)
    later(minutes=9)
    assertRedirects(client.post(reverse("sessions_end_others")), ACCOUNT)
    later(minutes=2)
    assertRedirects(client.post(reverse("sessions_end_others")), ASKED)


def test_it_counts_for_this_browser_alone(susan, unattended):
    log_in(susan)
    assertRedirects(unattended.post(reverse("sessions_end_others")), ASKED)


def test_what_a_stranger_is_asked_for_is_to_log_in(client, db):
    assertRedirects(client.get(AGAIN), f"{reverse('login')}?next={AGAIN}")
