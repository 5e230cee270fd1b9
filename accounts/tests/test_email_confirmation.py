"""People confirm their address through an e-mailed link; until then it is only a claim, which keeps nobody else out."""

import re
import time
from unittest import mock

import pytest
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from django_ox.models import OxTask
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from accounts.emails import send_confirmation, send_password_changed
from accounts.models import EmailChange, NotTheirs, User

from .factories import PASSWORD, UserFactory

SEND = reverse("email_confirm_send")

pytestmark = pytest.mark.any_database


@pytest.fixture
def sue(db):
    """Somebody who has signed up but not confirmed her address."""
    return UserFactory(username="sue", email="sue@example.org", email_confirmed_at=None)


def client_of(person):
    client = Client()
    client.force_login(person)
    return client


def link_in(message):
    return re.search(r"http://127\.0\.0\.1:8000(/email/confirm/\S+)", message.body)[1]


def link_for(person):
    """The path in the e-mail that asks `person` to confirm."""
    send_confirmation.call(person.pk, "en")
    return link_in(mail.outbox.pop())


def is_confirmed(person):
    person.refresh_from_db()
    return person.email_confirmed_at is not None


def assert_dead(page):
    assert page.status_code == 200
    assertContains(page, "This link no longer works")
    assertContains(page, f'href="{reverse("settings_account")}"')
    assertNotContains(page, "Confirm this address")


# Confirming


def test_signing_up_brings_a_mail_whose_link_confirms_the_address(client, postbox, run_tasks):
    passwords = {"password1": "seven purple kettles", "password2": "seven purple kettles"}
    client.post(reverse("register"), {"username": "sue", "email": "Sue@Example.org", **passwords})
    run_tasks()
    letter = postbox.received[0]
    assert letter["To"] == "Sue@example.org"
    assert letter["Subject"] == "Confirm your e-mail address for Microblog"
    text, html = (letter.get_body([kind]).get_content() for kind in ("plain", "html"))
    link = re.search(r"http://127\.0\.0\.1:8000(/email/confirm/\S+)", text)[1]
    assert link in html
    assertContains(client.get(link), "Is <bdi>Sue@example.org</bdi> the address of your account <bdi>@sue</bdi>?")
    assertRedirects(client.post(link), reverse("home"))
    assert User.objects.get(username="sue").has_confirmed("sue@example.org")


def test_looking_at_the_link_changes_nothing(client, sue):
    link = link_for(sue)
    for visit in (client.get, client.head, client.get):
        assert visit(link).status_code == 200
    assert not is_confirmed(sue)


def test_the_link_logs_nobody_in(client, sue):
    assertRedirects(client.post(link_for(sue)), reverse("login"))
    assert is_confirmed(sue)
    assert client.get(reverse("settings_account")).status_code == 302


def test_it_works_while_somebody_else_is_logged_in(john_client, sue, john):
    assertRedirects(john_client.post(link_for(sue)), reverse("home"))
    assert is_confirmed(sue)
    assert john_client.get(reverse("settings_account")).context["user"] == john


def test_it_needs_a_token_against_forgery(sue):
    assert Client(enforce_csrf_checks=True).post(link_for(sue)).status_code == 403
    assert not is_confirmed(sue)


@pytest.mark.parametrize("evil", ["https://evil.example/", "//evil.example"])
def test_it_leads_nowhere_else(client, sue, evil):
    response = client.post(link_for(sue) + f"?next={evil}", {"next": evil}, headers={"Referer": evil})
    assert response.url == reverse("login")


def test_no_other_site_and_no_cache_learns_of_the_link(client, sue):
    response = client.get(link_for(sue))
    assert response["Referrer-Policy"] == "same-origin"
    assert "no-store" in response["Cache-Control"]


def test_a_used_link_says_that_the_address_is_confirmed(client, sue):
    link = link_for(sue)
    client.post(link)
    before = User.objects.get(pk=sue.pk).email_confirmed_at
    assertContains(client.get(link), "This address is confirmed")
    assertRedirects(client.post(link), reverse("login"))
    assert User.objects.get(pk=sue.pk).email_confirmed_at == before
    assert not EmailChange.objects.exists()


@pytest.mark.parametrize(
    "change",
    [
        {"email": "other@example.org"},
        {"email": ""},
        {"suspended_at": timezone.now()},
        {"deletion_requested_at": timezone.now()},
    ],
)
def test_a_link_dies_with_the_claim(client, sue, change):
    link = link_for(sue)
    User.objects.filter(pk=sue.pk).update(**change)
    assert_dead(client.get(link))
    assert_dead(client.post(link))
    assert not is_confirmed(sue)


def test_a_link_works_for_a_week(client, sue):
    for days, alive in ((6, True), (8, False)):
        with mock.patch("django.core.signing.time.time", return_value=time.time() - days * 24 * 60 * 60):
            link = link_for(sue)
        assert (b"Confirm this address" in client.get(link).content) is alive
    assert_dead(client.post(link))


def test_a_link_is_for_one_person(client, sue, john):
    link = link_for(sue)
    sue.delete()
    assert_dead(client.post(link))


@pytest.mark.every_database
@pytest.mark.django_db
@pytest.mark.parametrize("token", ["x", "a.b.c", "..", "é", "%00", "eyJhbGciOiJub25lIn0.e30."])
def test_garbage_gets_a_page_that_offers_a_new_link(client, token):
    for visit in (client.get, client.post):
        assert_dead(visit(f"/email/confirm/{token}/"))


def test_the_link_is_built_from_the_site_s_url(sue, settings):
    settings.SITE_URL = "https://town.example"
    send_confirmation.call(sue.pk, "en")
    for content in (mail.outbox[0].body, mail.outbox[0].alternatives[0].content):
        assert set(re.findall(r"https?://[^/]+", content)) == {"https://town.example"}


@pytest.mark.parametrize(("chosen", "language"), [("es", "es"), ("", "en")])
def test_the_mail_is_in_the_language_of_the_account_else_of_the_page(sue, chosen, language):
    User.objects.filter(pk=sue.pk).update(language=chosen)
    send_confirmation.call(sue.pk, "en")
    assert f'<html lang="{language}" dir="ltr">' in mail.outbox[0].alternatives[0].content


def test_the_mail_holds_no_text_that_somebody_made_up(sue):
    sue.display_name = "Buy pills at evil.example"
    sue.save()
    send_confirmation.call(sue.pk, "en")
    assert "Hello sue," in mail.outbox[0].body
    assert "pills" not in mail.outbox[0].body + mail.outbox[0].alternatives[0].content


def test_there_is_no_mail_for_nothing(sue, susan):
    sue.suspend()
    for user_id in (sue.pk, susan.pk, 0):
        send_confirmation.call(user_id, "en")
    assert mail.outbox == []


# Whose the address is


def test_a_claim_does_not_keep_the_owner_out(client, sue):
    owner = UserFactory(username="owner", email="SUE@example.org", email_confirmed_at=None)
    client.post(link_for(owner))
    assert is_confirmed(owner)
    sue.refresh_from_db()
    assert (sue.email, sue.email_confirmed_at) == ("sue@example.org", None)
    assertContains(client_of(sue).get(reverse("settings_account")), "Not confirmed yet")


@pytest.mark.every_database
def test_whoever_confirms_first_has_it_and_the_others_learn_why_not(client, sue):
    late = UserFactory(username="late", email="late@example.org")
    late.claim_email("sue@example.org")
    first_link, late_link = link_for(sue), link_for(late)
    client.post(first_link)
    for answer in (client.get(late_link), client.post(late_link)):
        assertContains(answer, "Another account has already confirmed <bdi>sue@example.org</bdi>.")
    late.refresh_from_db()
    assert late.email == "late@example.org"
    assert is_confirmed(sue)


def test_the_owner_of_an_address_is_told_and_no_link_is_sent(susan, run_tasks):
    UserFactory(username="claimer", email="Susan@example.org", email_confirmed_at=None)
    send_confirmation.call(User.objects.get(username="claimer").pk, "en")
    (message,) = mail.outbox
    assert message.to == ["susan@example.org"]
    assert message.subject == "You already have an account on Microblog"
    assert "@susan" in message.body
    assert "claimer" not in message.body + message.alternatives[0].content
    assert "http://127.0.0.1:8000/login/" in message.body
    assert "http://127.0.0.1:8000/password/reset/" in message.body
    assert "/email/" not in message.body + message.alternatives[0].content


def test_a_suspended_owner_keeps_the_address_and_gets_no_mail(susan):
    susan.suspend()
    claimer = UserFactory(email="susan@example.org", email_confirmed_at=None)
    send_confirmation.call(claimer.pk, "en")
    assert mail.outbox == []
    with pytest.raises(NotTheirs):
        claimer.confirm_email("susan@example.org")


def test_no_page_tells_a_claimer_whether_the_address_is_taken(susan, sue):
    client, answers, work = client_of(sue), [], []
    for email in ("susan@example.org", "sally@example.org"):
        User.objects.filter(pk=sue.pk).update(email=email)
        with CaptureQueriesContext(connection) as queries:
            sent = client.post(SEND)
        texts = [str(message) for message in sent.wsgi_request._messages]
        pages = [comparable(client.get(reverse(name)), email) for name in ("home", "settings_account")]
        answers.append((sent.status_code, sent.url, texts, pages))
        work.append(len(queries))
    assert answers[0] == answers[1]
    assert work[0] == work[1]
    assert OxTask.objects.count() == 2


def comparable(page, email):
    """The content of a page, without what differs in every response."""
    content = page.content.decode().replace(email, "EMAIL")
    return re.sub(r'(csrfmiddlewaretoken|submission)" value="[^"]+"', "", content)


@pytest.mark.every_database
def test_addresses_are_the_same_in_any_case(client, susan):
    susan.claim_email("New@Example.org")
    client.post(link_for(susan))
    susan.refresh_from_db()
    assert susan.has_confirmed("NEW@EXAMPLE.ORG")
    assert User.objects.with_email("new@EXAMPLE.org").get() == susan


@pytest.mark.every_database
@pytest.mark.django_db
@pytest.mark.parametrize("email", ["boss@example.org", ""])
def test_who_makes_administrators_on_the_server_takes_no_address_from_another(email):
    first, second = (User.objects.create_superuser(name, email, PASSWORD) for name in ("brenda", "bill"))
    assert first.has_confirmed(email) == bool(email)
    assert second.email_confirmed_at is None


@pytest.mark.every_database
@pytest.mark.parametrize(
    "email", ["\u017fusan@example.org", "\u212aim@example.org", "s\u0131m@example.org", "é@example.org"]
)
def test_letters_that_look_like_others_are_refused_before_the_at_sign(susan_client, susan, email):
    form = {"email": email, "password": PASSWORD}
    assert susan_client.post(reverse("settings_account"), form).context["form"].errors.keys() == {"email"}


# Password reset by e-mail


def reset_password(person_email, run_tasks):
    client = Client()
    client.post(reverse("password_reset"), {"email": person_email})
    run_tasks()
    link = re.search(r"http://127\.0\.0\.1:8000(/password/reset/\S+)", mail.outbox[-1].body)[1]
    page = client.get(link, follow=True)
    choice = {"new_password1": "seven purple kettles", "new_password2": "seven purple kettles"}
    return client.post(page.request["PATH_INFO"], choice)


def test_a_new_password_by_mail_confirms_the_address(sue, run_tasks):
    rival = UserFactory(email="sue@example.org", email_confirmed_at=None)
    assertRedirects(reset_password("SUE@example.org", run_tasks), reverse("login"))
    assert is_confirmed(sue)
    assert not is_confirmed(rival)


def test_a_reset_goes_to_the_owner_and_never_to_who_claims_the_address_too(susan, run_tasks):
    claimer = UserFactory(username="claimer", email="susan@example.org", email_confirmed_at=None)
    reset_password("susan@example.org", run_tasks)
    claimer.refresh_from_db()
    susan.refresh_from_db()
    assert claimer.check_password(PASSWORD)
    assert susan.check_password("seven purple kettles")


def test_a_suspended_owner_s_address_resets_nobody_else(client, susan, run_tasks):
    susan.suspend()
    UserFactory(email="susan@example.org", email_confirmed_at=None)
    client.post(reverse("password_reset"), {"email": "susan@example.org"})
    run_tasks()
    assert mail.outbox == []


def test_who_claims_another_s_address_sends_it_no_mail(susan):
    claimer = UserFactory(email="susan@example.org", email_confirmed_at=None)
    send_password_changed.call(claimer.pk, "en")
    assert mail.outbox == []


# The banner


@pytest.mark.parametrize("page_name", ["home", "explore", "settings_profile", "password_change"])
def test_every_page_asks_to_confirm(sue, page_name):
    page = client_of(sue).get(reverse(page_name))
    assertContains(page, "<bdi>s•••@example.org</bdi>")
    assertContains(page, f'formaction="{SEND}"')
    assertNotContains(page, "sue@example.org")


def test_the_confirmed_and_strangers_see_no_banner(client, susan_client):
    for visitor in (client, susan_client):
        assertNotContains(visitor.get(reverse("explore")), SEND)


def test_the_banner_costs_no_query(sue):
    def queries():
        with CaptureQueriesContext(connection) as captured:
            client_of(User.objects.get(pk=sue.pk)).get(reverse("explore"))
        return len(captured)

    with_banner = queries()
    sue.confirm_email(sue.email)
    assert queries() == with_banner


def test_a_new_link_is_sent_on_demand(sue, run_tasks):
    client = client_of(sue)
    response = client.post(SEND, headers={"Referer": "http://testserver/explore/"})
    assert response.url == "/explore/"
    assert run_tasks() == 1
    assert mail.outbox[0].to == ["sue@example.org"]


def test_who_has_nothing_to_confirm_gets_no_mail(susan_client, run_tasks):
    assertRedirects(susan_client.post(SEND), reverse("settings_account"))
    assert run_tasks() == 0


def test_links_cannot_be_asked_for_without_end(sue, settings):
    settings.LIMITS = {**settings.LIMITS, "confirm": {"person": (2, 60), "email": None}}
    client = client_of(sue)
    assert [client.post(SEND).status_code for _time in range(3)] == [302, 302, 429]


def test_one_mailbox_is_not_flooded_through_many_accounts(settings, run_tasks):
    settings.LIMITS = {**settings.LIMITS, "confirm": {"person": None, "email": (2, 60)}}
    for person in UserFactory.create_batch(4, email="victim@example.org", email_confirmed_at=None):
        assert client_of(person).post(SEND).status_code == 302
    run_tasks()
    assert len(mail.outbox) == 2
