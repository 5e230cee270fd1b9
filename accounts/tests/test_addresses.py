"""Who may do what with an e-mail address: the rows of the table in docs/security.md, in its order.

Susan has confirmed hers. The first, second and third are claimants of another one.
"""

import re

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse
from django_otp.plugins.otp_totp.models import TOTPDevice, default_key
from pytest_django.asserts import assertContains

from accounts import two_factor
from accounts.emails import send_password_reset
from accounts.models import User
from accounts.personal_data import erasure
from accounts.tests.two_factor import code_for
from conftest import logged_in
from moderation.emails import send_warning
from moderation.models import Report
from tests.races import before_it_is_committed

from .factories import PASSWORD, UserFactory
from .test_login import is_logged_in, log_in
from .test_password_reset import NEW_PASSWORD, ask_for_link, choose, open_link, reset

pytestmark = pytest.mark.any_database

SHARED = "shared@example.org"
SEND_AGAIN = reverse("email_confirm_send")
NAMES = ["first", "second", "third"]


def claimant(username, email=SHARED, **extra):
    return UserFactory(username=username, email=email, email_confirmed_at=None, password=f"{username} kettles", **extra)


@pytest.fixture
def claimants(db):
    return [claimant(name) for name in NAMES]


@pytest.fixture
def links(run_tasks):
    """A function that asks for reset links to an address. Returns them by user name."""

    def get(email=SHARED):
        mail.outbox.clear()
        ask_for_link(Client(), email)
        run_tasks()
        return links_in(mail.outbox)

    return get


def links_in(messages):
    found = re.compile(r"@(\w+)\b[^@]*?http://127\.0\.0\.1:8000(/password/reset/\S+)")
    return {name: link for message in messages for name, link in found.findall(message.body)}


def pre_made(person):
    """Two-step log-in that somebody set up before they had to confirm their address."""
    device = TOTPDevice.objects.create(user=person, key=default_key())
    person.pending_email = "evil@mail.example"
    person.save()
    return device


# Log in by the address


def test_log_in_by_the_address(susan, claimants):
    claimant("sue", susan.email)
    for email, name, password in [
        (susan.email, "susan", PASSWORD),
        (susan.email, "sue", "sue kettles"),
        *[(SHARED, name, f"{name} kettles") for name in NAMES],
    ]:
        client = Client()
        log_in(client, email, password)
        assert client.get("/").context["user"].username == name


def test_log_in_by_an_address_of_others(john, claimants):
    for email in (john.email, SHARED):
        client = Client()
        log_in(client, email, "someone's kettles")
        assert not is_logged_in(client)


# Get a reset link


@pytest.mark.parametrize("number", [3, 30])
def test_get_a_reset_link_after_many_signed_up_with_the_address(claimants, links, number):
    for count in range(number):
        claimant(f"later{count}")
    found = links()
    assert len(mail.outbox) == 1
    assert found.keys() == {*NAMES, *[f"later{count}" for count in range(number)]}
    client = Client()
    reset(client, found["first"])
    log_in(client, SHARED, NEW_PASSWORD)
    assert client.get("/").context["user"].username == "first"


def test_get_a_reset_link_among_very_many(claimants, links):
    people = [claimant(f"later{count}") for count in range(60)]
    assert list(links()) == [*NAMES, *[person.username for person in [*people[:17], *people[-20:]]]]


def test_get_a_reset_link_only_where_ones_own_address_is_written_so(links):
    """To some mail servers, another case is another person."""
    for name, email in [("first", SHARED), ("second", SHARED.upper()), ("third", SHARED)]:
        claimant(name, email)
    links("SHARED@EXAMPLE.ORG")
    assert {message.to[0]: links_in([message]).keys() for message in mail.outbox} == {
        SHARED.upper(): {"second"},
        SHARED: {"first", "third"},
    }


def test_get_a_reset_link_as_the_owner_alone(susan, links):
    claimant("sue", susan.email)
    assert links(susan.email).keys() == {"susan"}


# Use a reset link


def test_use_a_reset_link_that_proves_the_address(claimants, links):
    reset(Client(), links()["second"])
    assert User.objects.confirmed().get().username == "second"
    assert links().keys() == {"second"}


def test_use_a_reset_link_and_take_nothing_from_the_other_accounts(claimants, links):
    found = links()
    reset(Client(), found["third"])
    for name in ("first", "second"):
        for identifier in (name, SHARED):
            client = Client()
            log_in(client, identifier, f"{name} kettles")
            assert client.get("/").context["user"].username == name
        assertContains(client.get(reverse("settings_account")), SHARED)
    reset(Client(), found["first"])  # they read the mail there too, and have this account as well
    assert User.objects.get(username="first").check_password(NEW_PASSWORD)
    assert User.objects.confirmed().get().username == "third"


def test_use_a_reset_link_and_end_what_somebody_set_up_before(claimants, links, run_tasks):
    first, thief = claimants[0], logged_in(claimants[0])
    pre_made(first)
    client = Client()
    reset(client, links()["first"])
    first.refresh_from_db()
    assert not two_factor.is_on(first)
    assert first.pending_email == ""
    assert thief.get(reverse("settings_account")).status_code == 302
    log_in(client, SHARED, NEW_PASSWORD)
    assert is_logged_in(client)
    run_tasks()
    assert "Two-step log-in is off · Microblog" in [message.subject for message in mail.outbox]


def test_use_a_reset_link_and_keep_what_the_owner_set_up(susan, links):
    pre_made(susan)
    reset(Client(), links(susan.email)["susan"])
    assert two_factor.is_on(susan)


@pytest.mark.django_db(transaction=True)
def test_use_a_reset_link_while_somebody_turns_on_two_step_log_in(claimants):
    first, key, given = claimants[0], default_key(), []
    send_password_reset.call(SHARED, "en")
    client, thief = Client(), User.objects.get(pk=first.pk)
    page = open_link(client, links_in(mail.outbox)["first"])
    before_it_is_committed(
        lambda: choose(client, page),
        lambda: given.append(two_factor.switch_on(thief, key, code_for(key))),
    )
    assert given == [None]
    assert not two_factor.is_on(first)
    assert User.objects.get(pk=first.pk).email_confirmed_at


# Confirm the address: test_email_confirmation.py, test_email_races.py

# Turn on two-step log-in


@pytest.mark.parametrize(("email", "sentence"), [(SHARED, "first confirm your"), ("", "first add an e-mail address")])
def test_turn_on_two_step_log_in_with_a_confirmed_address_only(email, sentence, db):
    person = claimant("first", email)
    client = logged_in(person)
    page = client.get(reverse("two_factor"))
    assertContains(page, sentence)
    assertContains(page, SEND_AGAIN if email else reverse("settings_account"))
    key = default_key()
    data = {"code": code_for(key), "password": "first kettles"}
    assertContains(client.post(reverse("two_factor"), data), sentence)
    assert two_factor.switch_on(person, key, code_for(key)) is None
    assert not two_factor.is_on(person)


def test_turn_on_two_step_log_in_as_staff_without_an_address(settings, run_tasks, db):
    settings.STAFF_TWO_FACTOR = "required"
    boss = User.objects.create_superuser("brenda", password=PASSWORD)
    client = logged_in(boss)
    assertContains(client.get(reverse("admin:index"), follow=True), "first add an e-mail address")
    client.post(reverse("settings_account"), {"email": "brenda@example.org", "password": PASSWORD})
    run_tasks()
    client.post(re.search(r"/email/confirm/\S+", mail.outbox[0].body)[0])
    assertContains(client.get(reverse("admin:index"), follow=True), "Scan this QR code")


def test_those_who_have_it_without_a_confirmed_address_keep_it_and_can_turn_it_off(claimants):
    pre_made(claimants[0])
    assertContains(logged_in(claimants[0]).get(reverse("two_factor")), "Two-step log-in is on")


# Have e-mail sent there


def notices(person):
    """Whatever the site e-mails about an account."""
    client = logged_in(person)
    report = Report.objects.create(reporter=person, person=person, reason="spam", is_about_post=False)
    yield lambda: client.post(SEND_AGAIN)
    yield lambda: two_factor.tell(person, "off")
    yield lambda: send_warning.enqueue(report.pk, "Stop it")
    yield lambda: log_in(Client(), person.username, PASSWORD)
    passwords = {"old_password": PASSWORD, "new_password1": PASSWORD, "new_password2": PASSWORD}
    yield lambda: client.post(reverse("password_change"), passwords)
    yield lambda: client.post(reverse("account_delete"), {"password": PASSWORD})


@pytest.mark.parametrize("number", range(6))
def test_have_e_mail_sent_to_an_address_that_nobody_confirmed(limit, run_tasks, number, db):
    limit("confirm", email=(2, 3600))
    for _account in range(4):
        [*notices(UserFactory(email=SHARED, email_confirmed_at=None))][number]()
    run_tasks()
    assert len(mail.outbox) == 2
    ask_for_link(Client(), SHARED)
    run_tasks()
    assert len(mail.outbox) == 3


@pytest.mark.parametrize("number", range(1, 6))
def test_have_e_mail_sent_to_ones_own_address_whatever_strangers_do(limit, run_tasks, number, susan):
    limit("confirm", email=(2, 3600))
    for _account in range(4):
        logged_in(UserFactory(email=susan.email, email_confirmed_at=None)).post(SEND_AGAIN)
    run_tasks()
    assert [message.subject for message in mail.outbox] == ["You already have an account on Microblog"] * 2
    [*notices(susan)][number]()
    run_tasks()
    assert len(mail.outbox) == 3


def test_have_e_mail_sent_about_accounts_that_are_deleted(limit, run_tasks, susan, claimants):
    User.objects.update(deletion_requested_at="2026-01-01T00:00Z")
    for person in [*claimants, susan]:
        erasure.erase(person.pk)
    limit("confirm", email=(0, 3600))
    run_tasks()
    assert [message.to for message in mail.outbox] == [["susan@example.org"]]


def test_have_e_mail_sent_again_when_the_mail_server_refused_it(limit, run_tasks, postbox, claimants):
    limit("confirm", email=(1, 3600))
    postbox.full = True
    logged_in(claimants[0]).post(SEND_AGAIN)
    run_tasks(raise_failures=False)
    postbox.full = False
    logged_in(claimants[0]).post(SEND_AGAIN)
    run_tasks()
    assert len(postbox.received) == 1


# Learn whose address it is: test_login_limits.py, test_password_reset.py, test_register.py
# Try passwords: test_login_limits.py

# Keep others out


def test_keep_others_out_by_trying_passwords_not_where_they_used_a_reset_link(claimants, links):
    client = Client()
    found = links()
    for name in (SHARED, "second"):
        for _try in range(6):
            log_in(Client(), name, "wrong")
    reset(client, found["second"])
    for identifier in (SHARED, "second"):
        log_in(client, identifier, NEW_PASSWORD)
        assert is_logged_in(client)
        client.post(reverse("logout"))
        reset(client, links()["second"])


# Take the address away


def test_take_the_address_away(susan, links):
    thief = claimant("sue", susan.email)
    client = logged_in(thief)
    client.post(SEND_AGAIN)
    client.post(reverse("settings_account"), {"email": "evil@mail.example", "password": "sue kettles"})
    susan.refresh_from_db()
    assert susan.has_confirmed("susan@example.org")
    assert links("susan@example.org").keys() == {"susan"}
