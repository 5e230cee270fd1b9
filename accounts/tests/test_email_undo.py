"""The owner of a former address can recover the account for a week."""

import re
from datetime import timedelta

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from accounts import two_factor
from accounts.emails import send_address_changed
from accounts.models import Authenticator, EmailChange, User
from accounts.personal_data.tasks import prune

from .factories import PASSWORD, UserFactory
from .test_email_confirmation import client_of, link_for
from .two_factor import switch_on

pytestmark = pytest.mark.any_database


def undo_link():
    return re.search(r"http://127\.0\.0\.1:8000(/email/undo/\S+)", mail.outbox.pop().body)[1]


def change_address(person, email):
    """Change a person's address and return the link sent to the former one."""
    person.refresh_from_db()
    person.claim_email(email)
    assert person.confirm_email(email)
    send_address_changed.call(person.email_changes.latest("pk").pk, "en")
    return undo_link()


def assert_dead(page):
    assert page.status_code == 200
    assertContains(page, "This link no longer works")
    assertNotContains(page, "Restore the old address")


@pytest.fixture
def link(susan):
    """The link in Susan's mailbox after somebody changed the address of her account."""
    return change_address(susan, "evil@example.org")


def test_it_gives_the_account_back(client, susan, link, run_tasks):
    run_tasks()
    mail.outbox.clear()
    assertContains(client.get(link), "This makes <bdi>susan@example.org</bdi> the address of <bdi>@susan</bdi> again.")
    assertRedirects(client.post(link), reverse("login"))
    susan.refresh_from_db()
    assert susan.has_confirmed("susan@example.org")
    run_tasks()
    (message,) = mail.outbox
    assert message.to == ["susan@example.org"]
    assert "/password/reset/" in message.body


def test_whoever_made_the_change_is_out(client, susan, link):
    thief = client_of(susan)
    susan.refresh_from_db()
    susan.claim_email("evil2@example.org")
    pending = link_for(susan)
    client.post(link)
    assert thief.get(reverse("settings_account")).status_code == 302
    assert not susan.sessions.exists()
    Client().post(pending)
    susan.refresh_from_db()
    assert (susan.email, susan.pending_email) == ("susan@example.org", "")
    answer = Client().post(reverse("login"), {"username": "susan", "password": PASSWORD})
    assert answer.status_code == 200  # the intruder knows the password


def test_whoever_made_the_change_leaves_no_second_step_behind(client, susan):
    switch_on(susan)  # before or after the change
    client.post(change_address(susan, "evil@example.org"))
    assert not two_factor.is_on(susan)


def test_the_second_step_of_before_stays(client, susan):
    switch_on(susan)
    Authenticator.objects.update(created_at=timezone.now() - timedelta(days=8))
    client.post(change_address(susan, "new@example.org"))
    assert two_factor.is_on(susan)
    assert two_factor.codes_left(susan) == 10


def test_it_works_in_the_browser_that_is_logged_in(susan, link):
    client = client_of(susan)
    assertRedirects(client.post(link), reverse("login"))
    assertContains(client.get(reverse("login")), "Welcome back")


def test_another_person_s_session_goes_on(john_client, susan, link):
    john_client.post(link)
    assert john_client.get(reverse("settings_account")).status_code == 200


def test_looking_at_the_link_changes_nothing(client, susan, link):
    for visit in (client.get, client.head):
        assert visit(link).status_code == 200
    susan.refresh_from_db()
    assert susan.email == "evil@example.org"


def test_it_works_once(client, susan, link):
    client.post(link)
    change_address(susan, "new@example.org")
    assert_dead(client.get(link))
    assert_dead(client.post(link))
    susan.refresh_from_db()
    assert susan.email == "new@example.org"


def test_it_works_after_further_changes_and_undoes_those_too(client, susan, link):
    later = change_address(susan, "evil2@example.org")
    client.post(link)
    susan.refresh_from_db()
    assert susan.email == "susan@example.org"
    assert not EmailChange.objects.exists()
    assert_dead(client.post(later))


def test_undoing_a_later_change_leaves_the_earlier_link(client, susan, link):
    later = change_address(susan, "evil2@example.org")
    client.post(later)
    susan.refresh_from_db()
    assert susan.email == "evil@example.org"
    client.post(link)
    susan.refresh_from_db()
    assert susan.email == "susan@example.org"


def test_whoever_has_confirmed_the_address_meanwhile_keeps_it(client, susan, link):
    other = UserFactory(email="susan@example.org")
    for answer in (client.get(link), client.post(link)):
        assertContains(answer, "Another account has since confirmed <bdi>susan@example.org</bdi>")
    susan.refresh_from_db()
    other.refresh_from_db()
    assert susan.email == "evil@example.org"
    assert susan.check_password(PASSWORD)
    assert other.has_confirmed("susan@example.org")


def test_whoever_claims_the_address_keeps_nothing_but_the_claim(client, susan, link):
    claimer = UserFactory(email="susan@example.org", email_confirmed_at=None)
    client.post(link)
    claimer.refresh_from_db()
    assert claimer.email_confirmed_at is None
    assert User.objects.owners_of("susan@example.org") == [susan]


def test_it_works_for_a_week(client, susan, link):
    EmailChange.objects.update(changed_at=timezone.now() - timedelta(days=7, seconds=1))
    assert_dead(client.post(link))


def test_it_takes_back_an_account_that_was_made_to_leave(client, susan, link):
    susan.request_deletion()
    client.post(link)
    susan.refresh_from_db()
    assert susan.is_active


def test_a_suspended_account_stays_suspended(client, susan, link):
    susan.suspend()
    client.post(link)
    susan.refresh_from_db()
    assert susan.email == "susan@example.org"
    assert not susan.is_active


@pytest.mark.django_db
@pytest.mark.parametrize("token", ["x", "a.b.c", "..", "é", "%00"])
def test_garbage_is_refused(client, token):
    for visit in (client.get, client.post):
        assert_dead(visit(f"/email/undo/{token}/"))


def test_a_link_of_another_kind_is_refused(client, susan):
    susan.claim_email("new@example.org")
    token = link_for(susan).split("/")[-2]
    assert_dead(client.post(reverse("email_undo", args=[token])))


def test_it_needs_a_token_against_forgery(susan, link):
    assert Client(enforce_csrf_checks=True).post(link).status_code == 403


def test_no_mail_is_sent_about_a_change_that_was_undone(client, susan, link):
    change_id = EmailChange.objects.get().pk
    client.post(link)
    send_address_changed.call(change_id, "en")
    assert mail.outbox == []


def test_what_cannot_be_undone_any_more_is_forgotten(susan, link):
    change_address(susan, "new@example.org")
    EmailChange.objects.filter(former="susan@example.org").update(changed_at=timezone.now() - timedelta(days=7))
    prune.call()
    assert [change.former for change in EmailChange.objects.all()] == ["evil@example.org"]
    assert User.objects.get(pk=susan.pk).email == "new@example.org"
