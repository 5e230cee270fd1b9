"""People who have enabled two-factor log-in need password and code; nothing gets round it."""

import time
from types import SimpleNamespace

import pytest
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from django_otp.plugins.otp_totp.models import TOTPDevice
from pytest_django.asserts import assertContains, assertFormError, assertNotContains, assertRedirects

from accounts import pending_login, two_factor
from accounts.models import User
from tests.races import AT_ONCE, at_once

from .test_password_reset import ask_for_link, link_in, reset
from .two_factor import code_of, give_code, give_password, is_logged_in, log_in, switch_on

pytestmark = pytest.mark.any_database

WRONG = "This code is wrong or has already been used. Try the next one your app shows."
NEW_PASSWORD = "seven purple kettles"


@pytest.fixture
def recovery_codes(susan):
    return switch_on(susan)


@pytest.fixture
def pending(client, recovery_codes):
    """A browser in which Susan's password was accepted and the code is still missing."""
    give_password(client)
    return client


def wrong_code(person):
    right = [code_of(person, steps) for steps in range(-2, 3)]
    return next(code for code in map("{:06}".format, range(9)) if code not in right)


def test_after_the_password_nobody_is_logged_in(client, recovery_codes):
    assertRedirects(give_password(client), reverse("login_code"))
    assert not is_logged_in(client)
    assert client.get(reverse("settings_profile")).status_code == 302
    assertContains(client.get(reverse("home")), reverse("login"))


def test_the_code_logs_in(pending, susan):
    assertRedirects(give_code(pending, code_of(susan)), reverse("home"))
    assert pending.session["_auth_user_id"] == str(susan.pk)
    assert pending.get(reverse("settings_profile")).status_code == 200


def test_without_it_all_is_as_before(client, john):
    assertRedirects(give_password(client, "john"), reverse("home"))
    assert is_logged_in(client)


def test_a_device_that_was_never_confirmed_asks_for_nothing(client, john):
    TOTPDevice.objects.create(user=john, confirmed=False)
    assertRedirects(give_password(client, "john"), reverse("home"))


@pytest.mark.parametrize("spelling", ["{}", " {} ", "{0[0]}{0[1]}{0[2]} {0[3]}{0[4]}{0[5]}"])
def test_blanks_in_a_code_do_no_harm(pending, susan, spelling):
    assert give_code(pending, spelling.format(code_of(susan))).status_code == 302


def test_digits_of_other_scripts_are_digits(pending, susan):
    arabic = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")
    assert give_code(pending, code_of(susan).translate(arabic)).status_code == 302


@pytest.mark.parametrize("steps", [-1, 1])
def test_a_clock_may_be_half_a_minute_off(pending, susan, steps):
    if give_code(pending, code_of(susan, steps)).status_code == 200:  # Time passed between the two.
        give_code(pending, code_of(susan, steps))
    assert is_logged_in(pending)


@pytest.mark.parametrize("steps", [-3, 3])
def test_and_no_more(pending, susan, steps):
    assertFormError(give_code(pending, code_of(susan, steps)).context["form"], "code", WRONG)


@pytest.mark.parametrize("code", ["", "12345", "abcdef", "1234567", "0" * 12, "9" * 5000, "-12345", "nul\x00"])
def test_what_is_no_code_is_refused(pending, code):
    response = give_code(pending, code)
    assert response.status_code == 200
    assert response.context["form"].errors.keys() == {"code"}
    assert not is_logged_in(pending)


def test_a_script_is_told_with_422(pending):
    assert give_code(pending, "1", headers={"X-Requested-With": "XMLHttpRequest"}).status_code == 422


def test_a_code_works_once(pending, susan):
    code = code_of(susan)
    give_code(pending, code)
    other = Client()
    give_password(other)
    assertFormError(give_code(other, code).context["form"], "code", WRONG)
    assertFormError(give_code(other, code_of(susan, -1)).context["form"], "code", WRONG)
    assert not is_logged_in(other)


def test_the_code_of_somebody_else_does_not_work(pending, john):
    switch_on(john)
    assertFormError(give_code(pending, code_of(john)).context["form"], "code", WRONG)


# Recovery codes


@pytest.mark.parametrize("spelling", [str, lambda code: code.replace(" ", ""), lambda code: code.replace(" ", "-")])
def test_a_recovery_code_does_it_too_once(pending, susan, recovery_codes, spelling):
    assert give_code(pending, spelling(recovery_codes[3])).status_code == 302
    assert is_logged_in(pending)
    other = Client()
    give_password(other)
    assertFormError(give_code(other, recovery_codes[3]).context["form"], "code", WRONG)
    assert give_code(other, recovery_codes[4]).status_code == 302
    assert two_factor.codes_left(susan) == 8


def test_the_owner_is_told_of_a_recovery_code(pending, recovery_codes, run_tasks):
    give_code(pending, recovery_codes[0])
    run_tasks()
    assert "A recovery code was used · Microblog" in [message.subject for message in mail.outbox]


def test_a_recovery_code_is_somebodys_own(pending, john):
    assertFormError(give_code(pending, switch_on(john)[0]).context["form"], "code", WRONG)


def test_recovery_codes_outlive_a_change_of_the_sites_key(pending, recovery_codes, settings):
    secret, settings.SECRET_KEY = settings.SECRET_KEY, "another-key-for-tests-0123456789-abcdefghijklmnopqrstuvwxyz"
    other = Client()
    settings.SECRET_KEY_FALLBACKS = [secret]
    give_password(other)
    assert give_code(other, recovery_codes[0]).status_code == 302


# Between the steps


def test_remember_me_and_next_outlast_the_second_step(client, susan, recovery_codes):
    give_password(client, remember_me="on", next="/explore/?after=7")
    response = give_code(client, code_of(susan))
    assertRedirects(response, "/explore/?after=7", fetch_redirect_response=False)
    assert response.cookies["sessionid"]["max-age"] == 30 * 24 * 3600


def test_without_remember_me_the_session_ends_with_the_browser(pending, susan):
    assert give_code(pending, code_of(susan)).cookies["sessionid"]["max-age"] == ""


@pytest.mark.parametrize("url", ["https://evil.example/", "//evil.example/", "/login/", "/logout/"])
def test_next_leads_nowhere_else(client, susan, recovery_codes, url):
    give_password(client, next=url)
    assertRedirects(give_code(client, code_of(susan)), reverse("home"), fetch_redirect_response=False)


def test_who_cancels_is_at_log_in_again(client, recovery_codes):
    give_password(client, next="/explore/?after=7")
    assertContains(client.get(reverse("login_code")), 'href="/login/?next=/explore/%3Fafter%3D7"')
    assert client.get(reverse("login")).status_code == 200


@pytest.mark.django_db
def test_there_is_no_second_step_without_a_first(client):
    assertRedirects(client.get(reverse("login_code")), reverse("login"))
    assertRedirects(give_code(client, "123456"), reverse("login"))


def test_there_is_none_for_who_is_logged_in(susan_client):
    assert susan_client.get(reverse("login_code"), follow=True).redirect_chain[-1] == (reverse("home"), 302)


def test_it_has_to_be_done_in_ten_minutes(pending, susan, monkeypatch):
    late = time.time() + 10 * 60 + 1
    monkeypatch.setattr(pending_login, "time", SimpleNamespace(time=lambda: late))
    assertRedirects(give_code(pending, code_of(susan)), reverse("login"))
    assert not is_logged_in(pending)


def change_password(susan):
    susan.set_password(NEW_PASSWORD)
    susan.save()


AFTERWARDS = {
    "the password is changed": change_password,
    "the person is suspended": User.suspend,
    "the account is erased": lambda susan: User.objects.filter(pk=susan.pk).update(erased_at=timezone.now()),
    "two-step log-in is removed": two_factor.remove,
}


@pytest.mark.parametrize("happens", AFTERWARDS)
def test_a_first_step_is_worth_nothing_when(pending, susan, recovery_codes, happens):
    code = code_of(susan)
    AFTERWARDS[happens](susan)
    response = give_code(pending, code)
    assert response.status_code in (200, 302)
    assert not is_logged_in(pending)


def test_the_session_has_a_new_key_after_each_step(client, susan, recovery_codes):
    client.get(reverse("login"))
    session = client.session
    session["planted"] = "by somebody else"
    session.save()
    client.cookies["sessionid"] = session.session_key
    answers = [give_password(client), give_code(client, code_of(susan))]
    keys = [session.session_key, *(answer.cookies["sessionid"].value for answer in answers)]
    assert len(set(keys)) == 3
    intruder = Client()
    for key in keys[:2]:
        intruder.cookies["sessionid"] = key
        assert intruder.get(reverse("settings_profile")).status_code == 302
        assert intruder.get(reverse("login_code")).status_code == 302


def test_nothing_of_the_first_step_stays_in_the_session(pending, susan):
    give_code(pending, code_of(susan))
    assert pending_login.SESSION_KEY not in pending.session


def test_a_log_in_that_waits_is_no_session_of_the_person(pending, susan):
    assert not susan.sessions.exists()


def test_the_page_helps_phones_and_is_not_kept(pending):
    response = pending.get(reverse("login_code"))
    assertContains(response, 'autocomplete="one-time-code"')
    assertContains(response, 'inputmode="numeric"')
    assert "no-store" in response["Cache-Control"]


def test_the_page_tells_nothing_about_the_person(pending):
    assertNotContains(pending.get(reverse("login_code")), "susan")


# No way round it


def test_a_new_password_does_not_go_round_it(client, susan, recovery_codes, run_tasks):
    run_tasks()
    mail.outbox.clear()
    ask_for_link(client)
    run_tasks()
    reset(client, link_in(mail.outbox[0]), NEW_PASSWORD)
    assert not is_logged_in(client)
    assertRedirects(
        client.post(reverse("login"), {"username": "susan", "password": NEW_PASSWORD}), reverse("login_code")
    )
    assert not is_logged_in(client)


def test_who_is_leaving_comes_back_by_both_steps(client, susan, recovery_codes):
    susan.request_deletion()
    give_password(client)
    assert User.objects.get(pk=susan.pk).deletion_requested_at
    assertContains(give_code(client, code_of(susan), follow=True), "everything is still here")
    assert User.objects.get(pk=susan.pk).deletion_requested_at is None
    assert is_logged_in(client)


# Guessing


def test_after_five_wrong_codes_the_right_one_is_refused_too(pending, susan):
    wrong = wrong_code(susan)
    assert [give_code(pending, wrong).status_code for _time in range(5)] == [200] * 4 + [429]
    response = give_code(pending, code_of(susan))
    assert response.status_code == 429
    assert int(response["Retry-After"]) > 0
    assert not is_logged_in(pending)


def test_another_browser_gives_no_more_tries(pending, susan):
    for _time in range(5):
        give_code(pending, wrong_code(susan))
    other = Client(REMOTE_ADDR="192.0.2.7")
    give_password(other)
    assert give_code(other, code_of(susan)).status_code == 429


def test_the_owner_is_told_that_somebody_has_the_password(pending, susan, run_tasks):
    run_tasks()
    mail.outbox.clear()
    for _time in range(7):
        give_code(pending, wrong_code(susan))
    run_tasks()
    assert [message.subject for message in mail.outbox] == ["Somebody has your password · Microblog"]


def test_a_right_code_forgets_the_wrong_ones_before(pending, susan):
    for client in (pending, Client()):
        give_password(client)
        for _time in range(4):
            give_code(client, wrong_code(susan))
        TOTPDevice.objects.update(last_t=-1)
        assert give_code(client, code_of(susan)).status_code == 302


def test_many_accounts_from_one_address_are_limited(settings, susan, john):
    settings.LIMITS = settings.LIMITS | {"code": {"person": (5, 900), "address": (3, 900)}}
    answers = []
    for person in (susan, john):
        switch_on(person)
        client = Client()
        give_password(client, person.username)
        answers += [give_code(client, wrong_code(person)).status_code for _time in range(2)]
    assert answers == [200, 200, 200, 429]


# Many at once


@pytest.mark.django_db(transaction=True)
def test_of_equal_codes_at_once_one_works(susan):
    switch_on(susan)
    check_that_one_works(susan, code_of(susan))


@pytest.mark.django_db(transaction=True)
def test_of_equal_recovery_codes_at_once_one_works(susan):
    check_that_one_works(susan, switch_on(susan)[0])
    assert two_factor.codes_left(susan) == 9


def check_that_one_works(susan, code, times=5):
    clients = [Client() for _number in range(times)]
    for client in clients:
        give_password(client)
    at_once(lambda number: give_code(clients[number], code), times)
    assert [is_logged_in(client) for client in clients].count(True) == 1
    assert susan.sessions.count() == 1


@pytest.mark.django_db(transaction=True)
def test_of_many_wrong_codes_at_once_five_are_checked(susan, monkeypatch):
    switch_on(susan)
    clients = [Client() for _number in range(AT_ONCE)]
    for client in clients:
        give_password(client)
    wrong = wrong_code(susan)
    at_once(lambda number: give_code(clients[number], wrong), len(clients))
    assert TOTPDevice.objects.get().throttling_failure_count == 5


# What it costs


def test_other_pages_ask_no_more_queries(susan):
    plain, stepped = Client(), Client()
    give_password(plain)
    switch_on(susan)
    log_in(stepped, susan)
    counts = []
    for client in (plain, stepped):
        client.get(reverse("home"))
        with CaptureQueriesContext(connection) as captured:
            client.get(reverse("home"))
        counts.append(len(captured))
    assert counts[0] == counts[1]
