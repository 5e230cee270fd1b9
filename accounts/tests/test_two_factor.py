"""The settings page: enabling and disabling two-factor log-in, and recovery codes."""

import re
import time
from base64 import b32decode, b32encode, b64decode, b64encode, urlsafe_b64encode
from unittest import mock
from urllib.parse import parse_qs, urlsplit

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils.crypto import salted_hmac
from django_otp.plugins.otp_static.models import StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice, default_key
from pytest_django.asserts import assertContains, assertFormError, assertNotContains, assertRedirects

from accounts import two_factor
from accounts.models import Authenticator, User
from tests.races import at_once

from .factories import PASSWORD
from .two_factor import code_for, code_of, give_code, give_password, is_logged_in, switch_on

pytestmark = pytest.mark.any_database

PAGE = reverse("two_factor")
CODES = reverse("two_factor_codes")
SHOWN = reverse("two_factor_codes_shown")
OFF = reverse("two_factor_off")
WRONG_CODE = "This code is wrong or has already been used. Try the next one your app shows."
WRONG_PASSWORD = "That isn't your current password."


def offered_key(client):
    """The key on the page, as an app reads it."""
    url = client.get(PAGE).context["setup"].url
    return b32decode(parse_qs(urlsplit(url).query)["secret"][0]).hex()


def set_up(client, code=None, password=PASSWORD):
    key = offered_key(client)
    return client.post(PAGE, {"code": code or code_for(key), "password": password})


def confirm(client, url, code, password=PASSWORD):
    return client.post(url, {"code": code, "password": password})


def codes_shown(client):
    return re.findall(r'<code dir="ltr">(\d{4} \d{4} \d{4})</code>', client.get(SHOWN).content.decode())


# Enabling it


def test_the_first_code_of_the_app_switches_it_on(susan, susan_client):
    assertContains(susan_client.get(PAGE), "Two-step log-in is off")
    assertRedirects(set_up(susan_client), SHOWN)
    assert len(set(codes_shown(susan_client))) == 10
    page = susan_client.get(SHOWN)
    assertContains(page, 'data-title="Recovery codes for @susan on Microblog"')
    assertContains(page, '<p class="actions recovery-codes-tools" hidden>')  # until a script copies and prints
    assert two_factor.is_on(susan)
    assertContains(susan_client.get(PAGE), "Two-step log-in is on")


def test_the_key_comes_as_a_picture_as_text_and_as_a_link(susan_client):
    page = susan_client.get(PAGE)
    setup = page.context["setup"]
    assert b64decode(setup.qr_code.partition(",")[2]).startswith(b"<svg ")
    assertContains(page, f'src="{setup.qr_code}"')
    assertContains(page, setup.text)
    assert b32decode(setup.text.replace(" ", "")).hex() == offered_key(susan_client)
    assert re.fullmatch(r"([A-Z2-7]{4} ){7}[A-Z2-7]{4}", setup.text)
    assertContains(page, 'href="otpauth://totp/Microblog%3Asusan?secret=')


def test_the_key_stays_the_same_until_it_is_used(susan_client):
    key = offered_key(susan_client)
    set_up(susan_client, code="000000")
    assert offered_key(susan_client) == key


def test_everybody_is_offered_another_key(susan_client, john_client):
    assert offered_key(susan_client) != offered_key(john_client)


def test_looking_at_the_page_makes_nothing(susan_client):
    susan_client.get(PAGE)
    assert not TOTPDevice.objects.exists()


@pytest.mark.parametrize("code", ["12345", "abcdef", "1234567", "١٢٣", "9" * 5000])
def test_a_wrong_code_changes_nothing(susan, susan_client, code):
    response = set_up(susan_client, code)
    assertFormError(response.context["form"], "code", WRONG_CODE)
    assert not TOTPDevice.objects.exists()


def test_a_wrong_password_changes_nothing(susan, susan_client):
    assertFormError(set_up(susan_client, password="wrong").context["form"], "password", WRONG_PASSWORD)
    assert not TOTPDevice.objects.exists()


def test_the_code_that_switched_it_on_does_not_log_in(susan, susan_client, client):
    key = offered_key(susan_client)
    code = code_for(key)
    susan_client.post(PAGE, {"code": code, "password": PASSWORD})
    give_password(client)
    give_code(client, code)
    assert not is_logged_in(client)
    give_code(client, code_for(key, 1))
    assert is_logged_in(client)


def test_other_sessions_end_and_this_one_gets_a_new_key(susan, susan_client):
    other = Client()
    other.force_login(susan)
    before = susan_client.cookies["sessionid"].value
    set_up(susan_client)
    assert [session.pk for session in susan.sessions.all()] == [susan_client.cookies["sessionid"].value] != [before]
    assert susan_client.get(PAGE).status_code == 200
    assert other.get(PAGE).status_code == 302


def test_nobody_has_two_apps(susan, susan_client):
    key = offered_key(susan_client)
    set_up(susan_client)
    assertContains(susan_client.post(PAGE, {"code": code_for(key), "password": PASSWORD}), "Two-step log-in is on")
    assert two_factor.switch_on(susan, key, code_for(key)) is None
    assert TOTPDevice.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_nobody_has_two_apps_at_once_either(susan):
    keys = [default_key() for _number in range(12)]
    codes = at_once(lambda number: two_factor.switch_on(susan, keys[number], code_for(keys[number])))
    assert sum(code is not None for code in codes) == 1
    assert TOTPDevice.objects.count() == 1
    assert StaticToken.objects.count() == 10


def test_the_owner_is_told(susan_client, run_tasks):
    set_up(susan_client)
    run_tasks()
    assert mail.outbox[0].to == ["susan@example.org"]
    assert mail.outbox[0].subject == "Two-step log-in is on · Microblog"
    assert "http://127.0.0.1:8000/password/reset/" in mail.outbox[0].body


# Recovery codes


def test_recovery_codes_are_shown_to_this_session_for_a_minute(susan, susan_client):
    set_up(susan_client)
    codes = codes_shown(susan_client)
    assert "no-store" in susan_client.get(SHOWN)["Cache-Control"]
    assert codes_shown(susan_client) == codes
    other = Client()
    other.force_login(susan)
    assertContains(other.get(SHOWN), "These codes are no longer shown.")
    with mock.patch("time.time", return_value=time.time() + 61):
        assertContains(susan_client.get(SHOWN), "These codes are no longer shown.")
    assert codes_shown(susan_client) == []


def test_recovery_codes_stand_on_no_other_page(susan_client):
    set_up(susan_client)
    for code in codes_shown(susan_client):
        for url in (PAGE, CODES, OFF):
            assertNotContains(susan_client.get(url), code)


def test_recovery_codes_cannot_be_read_back(susan, susan_client):
    set_up(susan_client)
    codes = codes_shown(susan_client)
    kept = " ".join(StaticToken.objects.values_list("token", flat=True))
    sessions = " ".join(str(session.get_decoded()) for session in susan.sessions.all())
    for code in codes:
        assert code not in kept + sessions
        assert code.replace(" ", "") not in kept + sessions


def test_new_codes_replace_the_old_ones(susan, susan_client, client, run_tasks):
    old = switch_on(susan)
    confirm(susan_client, CODES, code_of(susan))
    new = codes_shown(susan_client)
    assert len(new) == 10
    assert not set(new) & set(old)
    give_password(client)
    give_code(client, old[0])
    assert not is_logged_in(client)
    give_code(client, new[0])
    assert is_logged_in(client)
    run_tasks()
    assert "You have new recovery codes · Microblog" in [message.subject for message in mail.outbox]


def test_the_page_says_how_many_are_left(susan, susan_client):
    codes = switch_on(susan)
    assertContains(susan_client.get(PAGE), "You have 10 recovery codes left")
    for code in codes[:9]:
        assert two_factor.verify(susan, code)
    assertContains(susan_client.get(PAGE), "You have 1 recovery code left")


# Disabling it


def test_password_and_code_switch_it_off(susan, susan_client, client, run_tasks):
    switch_on(susan)
    assertRedirects(confirm(susan_client, OFF, code_of(susan)), PAGE)
    assert not two_factor.is_on(susan)
    assert not StaticToken.objects.exists()
    give_password(client)
    assert is_logged_in(client)
    run_tasks()
    assert "Two-step log-in is off · Microblog" in [message.subject for message in mail.outbox]


def test_a_recovery_code_switches_it_off_too(susan, susan_client):
    confirm(susan_client, OFF, switch_on(susan)[0])
    assert not two_factor.is_on(susan)


def test_it_can_be_switched_on_again_with_another_key(susan, susan_client):
    key = offered_key(susan_client)
    set_up(susan_client)
    TOTPDevice.objects.update(last_t=-1)
    confirm(susan_client, OFF, code_of(susan))
    assert offered_key(susan_client) != key
    set_up(susan_client)
    assert two_factor.is_on(susan)


@pytest.mark.parametrize("url", [CODES, OFF])
def test_a_wrong_password_or_code_changes_nothing(susan, susan_client, url):
    codes = switch_on(susan)
    response = confirm(susan_client, url, codes[0], password="wrong")
    assertFormError(response.context["form"], "password", WRONG_PASSWORD)
    assertFormError(confirm(susan_client, url, "000 000 000").context["form"], "code", WRONG_CODE)
    assert two_factor.is_on(susan)
    assert two_factor.codes_left(susan) == 10


@pytest.mark.parametrize("url", [CODES, OFF])
def test_codes_are_not_guessed_here_either(susan, susan_client, url):
    switch_on(susan)
    assert [confirm(susan_client, url, "12345").status_code for _time in range(5)] == [200] * 4 + [429]
    assert confirm(susan_client, url, code_of(susan)).status_code == 429
    assert two_factor.is_on(susan)


@pytest.mark.parametrize("url", [CODES, OFF])
def test_without_it_there_is_nothing_to_switch_off(susan_client, url):
    assertRedirects(susan_client.get(url), PAGE)
    assertRedirects(confirm(susan_client, url, "123456"), PAGE)


@pytest.mark.parametrize("url", [PAGE, CODES, OFF])
def test_the_password_is_not_guessed_here(susan, susan_client, url):
    if url != PAGE:
        switch_on(susan)
    answers = [confirm(susan_client, url, "123456", password="wrong").status_code for _time in range(11)]
    assert answers == [200] * 10 + [429]


# What the owner is told


SUBJECTS = {
    "on": "Two-step log-in is on · Microblog",
    "off": "Two-step log-in is off · Microblog",
    "new_codes": "You have new recovery codes · Microblog",
    "recovery_code": "A recovery code was used · Microblog",
    "wrong_codes": "Somebody has your password · Microblog",
}


@pytest.mark.parametrize(("news", "subject"), SUBJECTS.items())
def test_each_mail_says_what_happened_and_what_to_do(susan, run_tasks, news, subject):
    two_factor.tell(susan, news)
    run_tasks()
    message = mail.outbox[0]
    assert message.subject == subject
    for body in (message.body, message.alternatives[0].content):
        assert "/password/reset/" in body


def test_nobody_is_told_at_an_address_they_do_not_have(susan, run_tasks):
    User.objects.update(email="")
    two_factor.tell(susan, "on")
    run_tasks()
    assert mail.outbox == []


def test_once_it_is_off_the_site_keeps_nothing_of_it(susan):
    switch_on(susan)
    two_factor.switch_off(susan)
    assert not TOTPDevice.objects.exists()
    assert not StaticToken.objects.exists()


# How it is stored


def test_the_database_holds_no_key_that_an_app_would_take(susan, susan_client):
    key = offered_key(susan_client)
    in_session = susan_client.session["two_factor_key"]
    susan_client.post(PAGE, {"code": code_for(key), "password": PASSWORD})
    kept = TOTPDevice.objects.get().key
    for secret in (key, b32encode(bytes.fromhex(key)).decode(), b64encode(bytes.fromhex(key)).decode()):
        assert secret not in in_session + kept
    assert Authenticator.objects.get().bin_key.hex() == key


def test_the_key_of_one_person_is_worth_nothing_as_that_of_another(susan, john):
    for person in (susan, john):
        switch_on(person)
    code = code_of(john)
    TOTPDevice.objects.filter(user=susan).update(key=TOTPDevice.objects.get(user=john).key)
    assert two_factor.verify(susan, code) is None
    assert two_factor.verify(john, code)


def test_the_key_outlives_a_change_of_the_sites_key(susan, settings):
    switch_on(susan)
    former, settings.SECRET_KEY = settings.SECRET_KEY, "another-key-for-tests-0123456789-abcdefghijklmnopqrstuvwxyz"
    settings.SECRET_KEY_FALLBACKS = [former]
    assert two_factor.verify(susan, code_of(susan))
    settings.SECRET_KEY_FALLBACKS = []  # with that log-in it was encrypted with the new one
    assert two_factor.verify(susan, code_of(susan, 1))


def test_without_the_sites_key_no_code_is_right(susan, settings):
    switch_on(susan)
    code = code_of(susan)
    settings.SECRET_KEY = "another-key-for-tests-0123456789-abcdefghijklmnopqrstuvwxyz"
    assert two_factor.verify(susan, code) is None


def test_the_same_recovery_code_is_stored_otherwise_each_time(susan, john, monkeypatch):
    monkeypatch.setattr(two_factor, "RECOVERY_CODE_DIGITS", 0)  # all ten are the same
    for person in (susan, john):
        switch_on(person)
    assert len(set(StaticToken.objects.values_list("token", flat=True))) == 20


def test_a_recovery_code_from_before_they_had_a_salt_works_once(susan):
    switch_on(susan)
    mac = salted_hmac("accounts.two_factor.recovery_code", f"{susan.pk}:123456789012", algorithm="sha256")
    token = urlsafe_b64encode(mac.digest()).decode()[:16]
    StaticToken.objects.create(device=StaticToken.objects.first().device, token=token)
    assert two_factor.verify(susan, "1234 5678 9012")
    assert two_factor.verify(susan, "1234 5678 9012") is None
