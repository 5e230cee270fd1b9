"""Nobody can guess a password by trying many, and nobody can lock the owner out that way."""

import pytest
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from pytest_django.asserts import assertContains, assertTemplateUsed

from accounts.models import User
from tests.races import at_once

from .factories import PASSWORD, UserFactory
from .test_login import CountingHasher, is_logged_in, log_in
from .test_password_reset import ask_for_link, link_in, reset

pytestmark = pytest.mark.any_database

TRIES = 5
MANY = 12
AT_THE_SAME_MOMENT = 40
WRONG = "wrong"
NEW_PASSWORD = "seven purple kettles"


def statuses(client, *names):
    return [log_in(client, name, WRONG).status_code for name in names]


def fail(name="susan", times=TRIES):
    return statuses(Client(), *[name] * times)


def test_after_five_wrong_passwords_the_right_one_is_refused_too(client, susan):
    assert fail() == [200] * 4 + [429]
    response = log_in(client)
    assert response.status_code == 429
    assert not is_logged_in(client)


def test_the_answer_says_when_to_try_again_and_what_else_to_do(client, susan):
    fail()
    response = log_in(client)
    assert 0 < int(response["Retry-After"]) <= 15 * 60
    assertTemplateUsed(response, "accounts/login_refused.html")
    assertContains(response, "Try again in about 15 minutes.", status_code=429)
    assertContains(response, reverse("password_reset"), status_code=429)


def test_when_the_time_is_over_the_right_password_works_again(client, susan, later):
    fail()
    later(minutes=16)
    assert log_in(client).status_code == 302


SPELLINGS = [
    ["susan", "SUSAN", "@susan", " susan ", "@ Susan"],
    ["susan@example.org", "Susan@Example.ORG", "@susan@example.org", "susan@ｅxample.org", " susan@example.org "],
]


@pytest.mark.parametrize("names", SPELLINGS)
def test_every_spelling_counts_for_the_same_name_or_address(susan, names):
    assert statuses(Client(), *names) == [200] * 4 + [429]


@pytest.mark.parametrize("state", ["confirmed", "unconfirmed"])
@pytest.mark.parametrize(("locked", "asked"), [("susan@example.org", "susan"), ("susan", "susan@example.org")])
def test_no_counter_tells_which_name_belongs_to_an_address(susan, state, locked, asked):
    if state == "unconfirmed":
        User.objects.update(email_confirmed_at=None)
    fail(locked, times=MANY)
    assert log_in(Client(), locked).status_code == 429
    assert statuses(Client(), asked, "nobody", "nobody@example.org") == [200] * 3


@pytest.mark.parametrize("way_in", ["susan", "susan@example.org"])
def test_nor_does_one_that_a_log_in_or_a_new_password_opens(susan, run_tasks, way_in):
    """Whoever waits in front of a locked address sees no difference when its owner comes by."""
    fail("susan@example.org", times=TRIES - 1)
    assert log_in(Client(), way_in).status_code == 302
    ask_for_link(Client())
    run_tasks()
    reset(Client(), link_in(mail.outbox[-1]), NEW_PASSWORD)
    assert statuses(Client(), "susan@example.org") == [429]


def test_nor_does_the_time_for_which_it_is_locked(susan, later):
    """What is left of it would tell that somebody logged in before."""
    assert log_in(Client(), "susan@example.org").status_code == 302
    later(minutes=10)
    fail("susan@example.org")
    assert log_in(Client(), "susan@example.org")["Retry-After"] == str(15 * 60)


def test_who_tries_by_name_and_by_address_gets_twice_as_many_tries_and_no_more(susan):
    answers = statuses(Client(), *["susan", "susan@example.org"] * MANY)
    assert answers.count(200) == 2 * (TRIES - 1)
    assert log_in(Client(), "susan").status_code == log_in(Client(), "susan@example.org").status_code == 429


@pytest.mark.django_db
@pytest.mark.parametrize(
    "names", [["nobody"] * 5, ["nobody", "NOBODY", "@nobody", " nobody ", "@ nobody"], ["No@mail.example"] * 5]
)
def test_a_name_that_nobody_has_is_locked_as_well(client, names):
    assert statuses(client, *names) == [200] * 4 + [429]


@pytest.mark.parametrize("spelling", ["{}", "@{}", "@ {}", " @{} ", "@@{}", "{}.", "{}@"])
def test_spellings_that_count_together_do_not_tell_whether_a_name_is_known(susan, spelling):
    known, unknown = (statuses(Client(), *[name] * 4, spelling.format(name)) for name in ("susan", "nobody"))
    assert known == unknown


@pytest.mark.parametrize("state", ["unconfirmed", "suspended", "leaving"])
def test_an_account_that_is_not_in_use_is_locked_like_any_other(susan, state):
    column = {"unconfirmed": "email_confirmed_at", "suspended": "suspended_at", "leaving": "deletion_requested_at"}[
        state
    ]
    User.objects.update(**{column: None if state == "unconfirmed" else timezone.now()})
    assert fail() == [200] * 4 + [429]
    assert log_in(Client()).status_code == 429


@pytest.mark.parametrize("way_in", ["email", "username"])
def test_with_a_claim_to_an_address_one_gets_no_more_tries_at_its_owner_and_learns_of_none(susan, way_in):
    """By the address, each log-in of a claimant is a try at all who have it: they may all have the same password."""
    answers = []
    for email in ("susan@example.org", "free@mail.example"):
        claimant = UserFactory(email=email, email_confirmed_at=None, password=NEW_PASSWORD)
        for _time in range(TRIES):
            answers += statuses(Client(), email)
            log_in(Client(), getattr(claimant, way_in), NEW_PASSWORD)
    assert answers[:TRIES] == answers[TRIES:]
    assert answers.count(200) == (2 if way_in == "email" else 4) * 2


def test_of_two_with_one_password_no_one_becomes_the_other_by_trying_on(susan):
    UserFactory(email="shared@example.org", email_confirmed_at=None, password=NEW_PASSWORD)
    newer = UserFactory(email="shared@example.org", email_confirmed_at=None)
    answers = [log_in(Client(), newer.email).status_code for _guess in range(MANY)]
    assert answers == [302] * TRIES + [429] * (MANY - TRIES)
    assert log_in(Client(), newer.username).status_code == 302


def test_a_new_password_in_the_settings_gives_a_claimant_no_more_tries(susan):
    claimant = UserFactory(email=susan.email, email_confirmed_at=None)
    client = Client()
    client.force_login(claimant)
    fail(susan.email, times=TRIES - 1)
    passwords = {"new_password1": NEW_PASSWORD, "new_password2": NEW_PASSWORD}
    assert client.post(reverse("password_change"), {"old_password": PASSWORD, **passwords}).status_code == 302
    assert statuses(Client(), susan.email) == [429]


def test_a_locked_account_locks_no_other(client, susan, john):
    fail("susan")
    assert log_in(client, "john").status_code == 302


def test_logging_in_forgets_the_wrong_tries_before(susan):
    for _time in range(3):
        fail(times=4)
        assert log_in(Client()).status_code == 302


def test_the_right_password_of_a_suspended_person_is_no_wrong_try(client, susan):
    susan.suspend()
    assert {log_in(client).status_code for _time in range(TRIES + 1)} == {200}


def test_what_is_no_try_is_not_counted(client, susan):
    for _time in range(TRIES):
        log_in(client, password="")
        log_in(client, password="nul\x00")
    assert log_in(client).status_code == 302


# By IP address


@pytest.fixture
def few_from_one_address(settings):
    settings.LIMITS = settings.LIMITS | {"log_in": {"account": (TRIES, 900), "address": (10, 900)}}


@pytest.mark.usefixtures("few_from_one_address")
def test_an_address_from_which_many_accounts_are_tried_is_locked(susan):
    assert statuses(Client(), *[f"nobody{number}" for number in range(12)]) == [200] * 10 + [429] * 2
    assert log_in(Client()).status_code == 429
    assert log_in(Client(REMOTE_ADDR="192.0.2.7")).status_code == 302


@pytest.mark.usefixtures("few_from_one_address")
def test_with_an_account_of_ones_own_one_gets_no_more_tries_at_others(susan):
    answers = []
    for number in range(12):
        answers += statuses(Client(), f"nobody{number}")
        log_in(Client())
    assert answers == [200] * 10 + [429] * 2


@pytest.mark.usefixtures("few_from_one_address")
def test_a_class_that_has_just_signed_up_can_log_in_from_one_address(db):
    for person in UserFactory.create_batch(12, email_confirmed_at=None):
        assert log_in(Client(), person.email).status_code == 302


@pytest.mark.usefixtures("few_from_one_address")
def test_a_locked_account_uses_up_nothing_of_the_address(susan, john):
    fail("susan", times=MANY)
    assert log_in(Client(), "john").status_code == 302


@pytest.mark.usefixtures("few_from_one_address")
def test_a_locked_address_locks_no_account(susan):
    statuses(Client(), *[f"nobody{number}" for number in range(10)])
    assert fail(times=TRIES + 1) == [429] * (TRIES + 1)
    assert log_in(Client(REMOTE_ADDR="192.0.2.7")).status_code == 302


@pytest.mark.usefixtures("few_from_one_address")
def test_a_forged_header_gives_no_new_address(susan):
    answers = []
    for number in range(12):
        answers += statuses(Client(headers={"X-Forwarded-For": f"192.0.2.{number}"}), f"nobody{number}")
    assert answers == [200] * 10 + [429] * 2


# The owner's way back


def test_a_new_password_by_the_mailed_link_opens_the_account(client, susan, run_tasks):
    fail(times=MANY)
    ask_for_link(client)
    run_tasks()
    reset(client, link_in(mail.outbox[0]), NEW_PASSWORD)
    assert log_in(client, password=NEW_PASSWORD).status_code == 302
    assert is_logged_in(client)


def test_so_it_does_while_somebody_goes_on_trying(client, susan, run_tasks):
    ask_for_link(client)
    run_tasks()
    reset(client, link_in(mail.outbox[0]), NEW_PASSWORD)
    fail(times=MANY)
    assert log_in(Client(), password=NEW_PASSWORD).status_code == 429
    assert log_in(client, password=NEW_PASSWORD).status_code == 302


def test_after_a_new_password_there_are_five_tries_as_well(client, susan, run_tasks):
    ask_for_link(client)
    run_tasks()
    reset(client, link_in(mail.outbox[0]), NEW_PASSWORD)
    assert statuses(client, *["susan"] * TRIES) == [200] * 4 + [429]


@pytest.mark.usefixtures("few_from_one_address")
def test_so_it_does_where_the_address_is_locked(client, susan, john, run_tasks):
    statuses(Client(), *[f"nobody{number}" for number in range(11)])
    ask_for_link(client)
    run_tasks()
    reset(client, link_in(mail.outbox[0]), NEW_PASSWORD)
    assert log_in(client, "john").status_code == 429
    assert log_in(client, password=WRONG).status_code == 200
    assert log_in(client, password=NEW_PASSWORD).status_code == 302
    assert log_in(Client(), "john").status_code == 429


def test_who_is_logged_in_stays_so(susan_client):
    fail(times=MANY)
    assert susan_client.get(reverse("settings_profile")).status_code == 200


# Simultaneous attempts, and what time and queries reveal


@pytest.mark.django_db(transaction=True)
def test_of_many_tries_at_once_five_are_checked(susan, settings):
    settings.PASSWORD_HASHERS = [f"{CountingHasher.__module__}.CountingHasher"]
    CountingHasher.runs = 0
    answers = at_once(lambda number: log_in(Client(), password=WRONG).status_code, AT_THE_SAME_MOMENT)
    assert CountingHasher.runs == TRIES
    assert answers.count(429) >= AT_THE_SAME_MOMENT - TRIES + 1
    assert set(answers) <= {200, 429}


@pytest.mark.parametrize(
    ("name", "unknown"),
    [
        ("susan", "somebody"),
        ("nobody", "somebody"),
        ("susan@example.org", "somebody@mail.example"),
        ("claimed@example.org", "somebody@mail.example"),
        ("nobody@example.org", "somebody@mail.example"),
    ],
)
def test_known_and_unknown_names_cost_the_same(client, susan, settings, name, unknown):
    UserFactory(email="claimed@example.org", email_confirmed_at=None)
    settings.PASSWORD_HASHERS = [f"{CountingHasher.__module__}.CountingHasher"]
    CountingHasher.runs = 0
    with CaptureQueriesContext(connection) as first:
        log_in(client, name, WRONG)
    with CaptureQueriesContext(connection) as reference:
        log_in(client, unknown, WRONG)
    assert CountingHasher.runs == (8 if "@" in name else 2)
    assert len(first) == len(reference)
