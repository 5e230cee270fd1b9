"""Changing the e-mail address: requested with the password, confirmed at the new one, reported to the old one."""

import pytest
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django_ox.models import OxTask
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from accounts.emails import send_address_changed
from accounts.models import BlockedDomain, EmailChange, User

from .factories import PASSWORD, UserFactory
from .test_email_confirmation import assert_dead, client_of, link_for, link_in

pytestmark = pytest.mark.any_database

ACCOUNT = reverse("settings_account")


def ask(client, email="new@example.org", password=PASSWORD, **extra):
    return client.post(ACCOUNT, {"email": email, "password": password}, **extra)


def address_of(person):
    person.refresh_from_db()
    return person.email


@pytest.mark.every_database
def test_the_address_changes_when_the_link_sent_to_the_new_one_is_used(client, susan_client, susan, run_tasks):
    assertRedirects(ask(susan_client), ACCOUNT)
    run_tasks()
    message = mail.outbox.pop()
    assert message.to == ["new@example.org"]
    assert address_of(susan) == "susan@example.org"
    page = susan_client.get(ACCOUNT)
    assertContains(page, "You asked to change it to <bdi>new@example.org</bdi>.")

    client.post(link_in(message))
    assert address_of(susan) == "new@example.org"
    assert susan.email_confirmed_at
    assert susan.pending_email == ""
    assertNotContains(susan_client.get(ACCOUNT), "You asked to change it")


def test_the_former_address_is_told(client, susan, run_tasks):
    susan.claim_email("new@example.org")
    client.post(link_for(susan))
    run_tasks()
    (message,) = mail.outbox
    assert message.to == ["susan@example.org"]
    assert "changed to new@example.org" in message.body
    assert "/email/undo/" in message.body
    assert "/email/undo/" in message.alternatives[0].content


def test_an_address_that_was_never_confirmed_is_told_nothing(client, run_tasks):
    sue = UserFactory(email="typo@example.org", email_confirmed_at=None)
    sue.claim_email("sue@example.org")
    client.post(link_for(sue))
    assert address_of(sue) == "sue@example.org"
    assert run_tasks() == 0
    assert not EmailChange.objects.exists()


@pytest.mark.every_database
def test_confirming_the_present_address_leaves_the_wish_for_another(client, db):
    sue = UserFactory(email="sue@example.org", email_confirmed_at=None)
    link = link_for(sue)
    sue.claim_email("new@example.org")
    client.post(link)
    assert address_of(sue) == "sue@example.org"
    assert sue.email_confirmed_at
    assert sue.email_to_confirm == "new@example.org"


@pytest.mark.parametrize("password", ["", "wrong", PASSWORD.upper()])
def test_it_asks_the_password(susan_client, susan, password):
    page = ask(susan_client, password=password)
    assert page.context["form"].errors.keys() == {"password"}
    assertContains(page, 'value="new@example.org"')
    assert not User.objects.exclude(pending_email="").exists()
    assert not OxTask.objects.exists()


def test_passwords_cannot_be_tried_without_end(susan_client, settings):
    settings.LIMITS = {**settings.LIMITS, "password": {"person": (2, 60)}}
    assert [ask(susan_client, password="wrong").status_code for _time in range(3)] == [200, 200, 429]


@pytest.mark.every_database
@pytest.mark.parametrize("email", ["", "susan", "a@b.c, d@e.f", "susan@example.org\x00", "SUSAN@example.org"])
def test_it_has_to_be_another_address(susan_client, email):
    response = ask(susan_client, email=email, headers={"X-Requested-With": "XMLHttpRequest"})
    assert response.status_code == 422
    assert response.context["form"].errors.keys() == {"email"}


def test_the_rules_of_sign_up_hold(susan_client, settings):
    BlockedDomain.objects.create(domain="evil.example")
    assert "email" in ask(susan_client, "new@mail.evil.example").context["form"].errors
    settings.REGISTRATION = "school.example"
    assert "email" in ask(susan_client, "new@example.org").context["form"].errors
    assertRedirects(ask(susan_client, "new@school.example"), ACCOUNT)


def test_it_works_where_nobody_can_sign_up(susan_client, settings):
    settings.REGISTRATION = "closed"
    assertRedirects(ask(susan_client), ACCOUNT)


@pytest.mark.every_database
def test_the_answer_never_tells_whose_the_address_is(susan, john, run_tasks):
    answers, work = [], []
    for person, email in ((UserFactory(), "john@example.org"), (UserFactory(), "nobody@example.org")):
        client = client_of(person)
        with CaptureQueriesContext(connection) as queries:
            response = ask(client, email)
        answers.append((response.status_code, response.url, [str(m) for m in response.wsgi_request._messages]))
        work.append(len(queries))
        assertContains(client.get(ACCOUNT), f"You asked to change it to <bdi>{email}</bdi>.")
    assert answers[0] == answers[1]
    assert work[0] == work[1]
    assert run_tasks() == 2
    assert [(message.to, message.subject) for message in mail.outbox] == [
        (["john@example.org"], "You already have an account on Microblog"),
        (["nobody@example.org"], "Confirm your e-mail address for Microblog"),
    ]


@pytest.mark.every_database
def test_the_last_wish_counts(client, susan):
    susan.claim_email("one@example.org")
    link = link_for(susan)
    susan.claim_email("two@example.org")
    assert_dead(client.post(link))
    client.post(link_for(susan))
    assert address_of(susan) == "two@example.org"


def test_one_may_think_better_of_it(client, susan_client, susan):
    ask(susan_client)
    susan.refresh_from_db()
    link = link_for(susan)
    assertRedirects(susan_client.post(reverse("email_cancel")), ACCOUNT)
    assert_dead(client.post(link))
    assert address_of(susan) == "susan@example.org"


def test_a_new_password_ends_the_wish(client, susan_client, susan):
    ask(susan_client)
    susan.refresh_from_db()
    link = link_for(susan)
    new = {"new_password1": "seven purple kettles", "new_password2": "seven purple kettles"}
    susan_client.post(reverse("password_change"), {"old_password": PASSWORD, **new})
    assert_dead(client.post(link))
    assert address_of(susan) == "susan@example.org"


def test_a_password_changed_meanwhile_counts(susan):
    stale = User.objects.get(pk=susan.pk)
    susan.set_password("seven purple kettles")
    susan.save()
    assert not stale.claim_email("evil@example.org")
    susan.refresh_from_db()
    assert susan.pending_email == ""


def test_somebody_without_a_password_is_led_to_get_one(susan):
    susan.set_unusable_password()
    susan.save()
    page = client_of(susan).get(ACCOUNT)
    assertContains(page, "your account doesn't have one yet")
    assertNotContains(page, 'name="password"')


def test_the_page_tells_what_is_confirmed(susan_client):
    assertContains(susan_client.get(ACCOUNT), "Confirmed")
    sue = UserFactory(email="sue@example.org", email_confirmed_at=None)
    page = client_of(sue).get(ACCOUNT)
    assertContains(page, "Not confirmed yet")
    assertContains(page, "Send the link again")
    assertContains(client_of(UserFactory(email="")).get(ACCOUNT), "Your account has no e-mail address.")


def test_somebody_who_lost_the_address_gives_another(client, run_tasks):
    sue = UserFactory(email="")
    ask(client_of(sue), "sue@example.org")
    run_tasks()
    client.post(link_in(mail.outbox[0]))
    assert address_of(sue) == "sue@example.org"


def test_nobody_else_sees_an_address(client, susan, john_client, moderator_client, susan_client):
    susan.claim_email("new@example.org")
    pages = [reverse("profile", args=["susan"]), reverse("explore"), reverse("followers", args=["susan"])]
    for visitor in (client, john_client, moderator_client):
        for page in pages:
            for address in ("susan@example.org", "new@example.org"):
                assertNotContains(visitor.get(page), address)


@pytest.mark.every_database
def test_superusers_see_what_is_confirmed_and_another_address_is_not(boss_client, susan):
    page = reverse("admin:accounts_user_change", args=[susan.pk])
    assertContains(boss_client.get(page), "Address confirmed")
    boss_client.post(page, {"email": susan.email, "display_name": "Susan", "about_me": ""})
    susan.refresh_from_db()
    assert susan.email_confirmed_at
    assertRedirects(boss_client.post(page, {"email": "new@example.org"}), reverse("admin:accounts_user_changelist"))
    susan.refresh_from_db()
    assert susan.email == "new@example.org"
    assert susan.email_confirmed_at is None


def test_somebody_without_an_address_can_be_changed_in_the_admin(boss_client):
    sue = UserFactory(email="")
    response = boss_client.post(reverse("admin:accounts_user_change", args=[sue.pk]), {"email": "", "is_staff": "on"})
    assertRedirects(response, reverse("admin:accounts_user_changelist"))


def test_the_task_runs_for_nobody_and_for_what_is_undone(susan):
    send_address_changed.call(0, "en")
    assert mail.outbox == []
