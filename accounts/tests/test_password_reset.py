import re
from datetime import timedelta
from unittest import mock

import pytest
from django.contrib.auth.hashers import is_password_usable
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from django_ox.models import OxTask
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from accounts.models import Session

from .factories import PASSWORD, UserFactory

NEW_PASSWORD = "seven purple kettles"

pytestmark = pytest.mark.any_database


def ask_for_link(client, email="susan@example.org", **extra):
    return client.post(reverse("password_reset"), {"email": email}, **extra)


@pytest.fixture
def link(susan, run_tasks):
    """The path in the e-mail to Susan."""
    ask_for_link(Client())
    run_tasks()
    return link_in(mail.outbox.pop())


def link_in(message):
    return re.search(r"http://127\.0\.0\.1:8000(/password/reset/\S+)", message.body)[1]


def open_link(client, link):
    """The form for a new password, as a browser that follows redirects sees it."""
    return client.get(link, follow=True)


def choose(client, page, password=NEW_PASSWORD):
    return client.post(page.request["PATH_INFO"], {"new_password1": password, "new_password2": password})


def reset(client, link, password=NEW_PASSWORD):
    return choose(client, open_link(client, link), password)


def assert_dead(page):
    assert page.status_code == 200
    assert not page.context["validlink"]
    assertContains(page, reverse("password_reset"))
    assertNotContains(page, "new_password1")


@pytest.mark.every_database
def test_a_mail_brings_a_link_and_the_link_a_new_password(client, susan, link):
    response = reset(client, link)
    assertRedirects(response, reverse("login"))
    susan.refresh_from_db()
    assert susan.check_password(NEW_PASSWORD)
    assertContains(client.get(reverse("login")), "Welcome back")


def test_the_token_leaves_the_url_at_once(client, link):
    response = client.get(link)
    assert response.status_code == 302
    assert response["Location"] == re.sub(r"[^/]+/$", "set-password/", link)
    assertNotContains(client.get(response["Location"]), link.split("/")[-2])


def test_looking_at_the_link_uses_nothing_up(client, link):
    for _scanner in range(3):
        Client().head(link)
        Client().get(link, follow=True)
    assertRedirects(reset(client, link), reverse("login"))


def test_it_ends_all_sessions_and_logs_nobody_in(client, susan_client, link):
    reset(client, link)
    assert not Session.objects.filter(user__isnull=False).exists()
    assert susan_client.get(reverse("settings_profile")).status_code == 302
    assert client.get(reverse("settings_profile")).status_code == 302


def test_it_works_in_a_browser_that_is_logged_in(susan_client, link):
    assertRedirects(reset(susan_client, link), reverse("login"))


def test_the_owner_is_told(client, link, run_tasks):
    reset(client, link)
    run_tasks()
    assert mail.outbox[0].to == ["susan@example.org"]
    assert "password for Microblog was changed" in mail.outbox[0].subject


@pytest.mark.parametrize("password", ["short", "password123", "susan@example.org", "nul\x00 in the middle"])
def test_a_bad_password_is_refused_and_the_link_still_works(client, susan, link, password):
    page = open_link(client, link)
    assert choose(client, page, password).context["form"].errors
    susan.refresh_from_db()
    assert susan.check_password(PASSWORD)
    assertRedirects(choose(client, page), reverse("login"))


@pytest.mark.every_database
def test_a_link_works_once(client, susan, link):
    reset(client, link)
    assert_dead(open_link(client, link))
    assert_dead(open_link(Client(), link))


def test_of_two_opened_links_only_the_first_used_works(client, link, susan):
    other = Client()
    first, second = open_link(client, link), open_link(other, link)
    choose(client, first, NEW_PASSWORD)
    assert_dead(choose(other, second, "eight yellow saucepans"))
    susan.refresh_from_db()
    assert susan.check_password(NEW_PASSWORD)


@pytest.mark.parametrize(
    "change",
    [
        {"email": "sue@example.org"},
        {"password": "!"},
        {"suspended_at": timezone.now()},
    ],
)
def test_a_link_dies_with_a_change_of_the_account(client, susan, link, change):
    opened = open_link(client, link)
    assert opened.context["validlink"]
    for name, value in change.items():
        setattr(susan, name, value)
    susan.save()
    assert_dead(open_link(Client(), link))
    assert_dead(choose(client, opened))


def test_a_link_works_for_an_hour(client, susan, run_tasks):
    for minutes, alive in ((59, True), (61, False)):
        with mock.patch("accounts.tokens.timezone.now", return_value=timezone.now() - timedelta(minutes=minutes)):
            ask_for_link(client)
            run_tasks()
        assert open_link(Client(), link_in(mail.outbox.pop())).context["validlink"] is alive


def test_a_link_is_only_for_whom_it_was_made(client, link, john):
    uid = re.search(r"reset/([^/]+)/", link)[1]
    assert_dead(open_link(client, link.replace(uid, "Mg" if uid != "Mg" else "MQ")))


@pytest.mark.every_database
@pytest.mark.django_db
@pytest.mark.parametrize("uid", ["MQ", "x", "____", "LTE", "MTAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAw", "AA", "é"])
@pytest.mark.parametrize("token", ["set-password", "x", "a.b.c", "..", "é", "%00", "eyJhbGciOiJub25lIn0.e30."])
def test_garbage_gets_a_page_that_offers_a_new_link(client, susan, uid, token):
    for method in (client.get, client.post):
        assert_dead(method(f"/password/reset/{uid}/{token}/"))


def test_the_link_is_built_from_the_site_s_url(client, susan, run_tasks, settings):
    settings.SITE_URL = "https://town.example"
    ask_for_link(client, headers={"Host": "localhost", "X-Forwarded-Host": "evil.example"})
    run_tasks()
    for content in (mail.outbox[0].body, mail.outbox[0].alternatives[0].content):
        assert set(re.findall(r"https?://[^/]+", content)) == {"https://town.example"}
        assert "https://town.example/password/reset/" in content


def test_the_mail_goes_to_the_address_of_the_account(client, susan, run_tasks):
    ask_for_link(client, "SUSAN@Example.org")
    run_tasks()
    assert [message.to for message in mail.outbox] == [["susan@example.org"]]


@pytest.mark.every_database
def test_nobody_and_the_suspended_get_no_mail(client, susan, run_tasks):
    susan.suspend()
    for email in ("susan@example.org", "nobody@example.org"):
        ask_for_link(client, email)
    assert run_tasks() == 2
    assert mail.outbox == []


def test_the_answer_and_its_work_are_the_same_for_every_address(susan):
    UserFactory(username="gone", suspended_at=timezone.now())
    answers, work = [], []
    for email in ("susan@example.org", "gone@example.org", "nobody@example.org"):
        client = Client()
        with CaptureQueriesContext(connection) as queries:
            response = ask_for_link(client, email)
        answers.append((response.status_code, response["Location"], [str(m) for m in response.wsgi_request._messages]))
        work.append([query["sql"].split(" (")[0] for query in queries if "SAVEPOINT" not in query["sql"]])
    assert answers[0] == answers[1] == answers[2]
    assert work[0] == work[1] == work[2]
    assert [sql for sql in work[0] if "accounts_user" in sql] == []
    assert OxTask.objects.count() == 3


@pytest.mark.every_database
@pytest.mark.django_db
@pytest.mark.parametrize("email", ["", "susan", "susan@example.org\x00", '"\x01"@example.org', "a@b.c, d@e.f"])
def test_a_malformed_address_is_refused(client, email):
    assert "email" in ask_for_link(client, email).context["form"].errors
    assert not OxTask.objects.exists()


def test_an_account_without_a_usable_password_gets_its_first_one_this_way(client, susan, run_tasks):
    susan.set_unusable_password()
    susan.save()
    ask_for_link(client)
    run_tasks()
    reset(client, link_in(mail.outbox[0]))
    susan.refresh_from_db()
    assert is_password_usable(susan.password)


@pytest.mark.parametrize(("chosen", "asked_in", "language"), [("es", "en", "es"), ("", "es", "es"), ("", "en", "en")])
def test_the_mail_is_in_the_language_of_the_account_else_of_the_page(
    client, susan, run_tasks, chosen, asked_in, language
):
    susan.language = chosen
    susan.save()
    ask_for_link(client, headers={"Accept-Language": asked_in})
    run_tasks()
    assert f'<html lang="{language}" dir="ltr">' in mail.outbox[0].alternatives[0].content


def test_a_second_try_of_the_task_sends_a_fresh_link(client, susan, run_tasks):
    a_minute_ago = timezone.now() - timedelta(minutes=1)
    ask_for_link(client)
    run_tasks()
    OxTask.objects.update(status="READY", attempts=0)
    with mock.patch("accounts.tokens.timezone.now", return_value=a_minute_ago):
        run_tasks()
    first, second = map(link_in, mail.outbox)
    assert first != second
    assert open_link(client, first).context["validlink"]
    assert open_link(client, second).context["validlink"]


@pytest.mark.every_database
def test_while_nobody_has_confirmed_an_address_each_account_gets_a_link(client, run_tasks):
    first, _second = [
        UserFactory(username=name, email="shared@example.org", email_confirmed_at=None) for name in ("first", "second")
    ]
    client.post(reverse("password_reset"), {"email": "shared@example.org"})
    run_tasks()
    (message,) = mail.outbox
    for content in (message.body, message.alternatives[0].content):
        assert re.findall("@(first|second)", content) == ["first", "second"]
        assert content.count("/password/reset/") >= 2
    page = open_link(client, link_in(message))
    assertContains(page, "@first")
    choose(client, page)
    first.refresh_from_db()
    assert first.check_password(NEW_PASSWORD)
