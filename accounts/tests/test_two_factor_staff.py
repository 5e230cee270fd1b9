"""Two-factor log-in and moderation: it can be mandatory for staff, and a superuser can remove it for somebody locked
out.
"""

import pytest
from django.contrib.admin.models import LogEntry
from django.core import mail
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import NoReverseMatch, reverse
from pytest_django.asserts import assertContains

from accounts import two_factor
from moderation.tests.test_people_admin import moderate, page_of

from .test_two_factor import set_up
from .two_factor import give_password, is_logged_in, log_in, switch_on

pytestmark = pytest.mark.any_database

ADMIN = reverse("admin:index")


@pytest.fixture
def required(settings):
    settings.STAFF_TWO_FACTOR = "required"


def messages_of(response):
    return [str(message) for message in response.context["messages"]]


def test_without_the_setting_the_password_is_enough(moderator_client):
    assert moderator_client.get(ADMIN).status_code == 200


@pytest.mark.usefixtures("required")
def test_staff_without_it_are_led_to_where_they_switch_it_on(moderator_client):
    response = moderator_client.get(ADMIN, follow=True)
    assert response.redirect_chain[-1] == (reverse("two_factor"), 302)
    assert messages_of(response) == ["To moderate, you need two-step log-in. Turn it on first."]


@pytest.mark.usefixtures("required")
@pytest.mark.parametrize("url", [reverse("admin:accounts_user_changelist"), reverse("admin:jsi18n")])
def test_every_page_is_closed_to_them(moderator_client, boss_client, url):
    for client in (moderator_client, boss_client):
        assert client.get(url).status_code == 302
        assert client.post(url, {"action": "suspend"}).status_code == 302


@pytest.mark.usefixtures("required")
def test_with_password_and_code_they_come_in(client, moderator):
    switch_on(moderator)
    log_in(client, moderator)
    assert client.get(ADMIN).status_code == 200


@pytest.mark.usefixtures("required")
def test_with_password_and_recovery_code_too(client, moderator):
    recovery_codes = switch_on(moderator)
    give_password(client, moderator.username)
    client.post(reverse("login_code"), {"code": recovery_codes[0]})
    assert client.get(ADMIN).status_code == 200


@pytest.mark.usefixtures("required")
def test_who_switches_it_on_comes_in_at_once(moderator_client):
    set_up(moderator_client)
    assert moderator_client.get(ADMIN).status_code == 200


@pytest.mark.usefixtures("required")
def test_a_session_that_began_without_the_code_begins_anew(moderator, moderator_client):
    switch_on(moderator)
    people = reverse("admin:accounts_user_changelist")
    response = moderator_client.get(people, follow=True)
    assert response.redirect_chain[-1] == (f"{reverse('login')}?next={people}", 302)
    assert messages_of(response) == ["To moderate, log in again with your password and a code."]
    assert not is_logged_in(moderator_client)


@pytest.mark.usefixtures("required")
def test_what_was_passed_with_a_former_app_counts_no_more(client, moderator):
    switch_on(moderator)
    log_in(client, moderator)
    two_factor.switch_off(moderator)
    assert client.get(ADMIN, follow=True).redirect_chain[-1] == (reverse("two_factor"), 302)
    switch_on(moderator)
    assert client.get(ADMIN, follow=True).redirect_chain[-1] == (f"{reverse('login')}?next={ADMIN}", 302)


@pytest.mark.usefixtures("required")
def test_others_have_no_business_there_still(client, susan):
    switch_on(susan)
    log_in(client, susan)
    assert client.get(ADMIN, follow=True).status_code == 403


# People who lost everything


@pytest.fixture
def other(susan):
    """Susan's browser, in which she was logged in when she lost her phone."""
    client = Client()
    switch_on(susan)
    log_in(client, susan)
    return client


def test_a_superuser_removes_it_for_a_reason_that_is_kept(boss_client, susan, other, client, run_tasks):
    response = moderate(boss_client, "remove_two_factor", susan, reason="Lost her phone; I know her voice.")
    assert response.status_code == 200
    assert not two_factor.is_on(susan)
    assert other.get(reverse("two_factor")).status_code == 302
    give_password(client)
    assert is_logged_in(client)
    assert "I know her voice." in LogEntry.objects.latest("pk").get_change_message()
    run_tasks()
    assert "Two-step log-in is off · Microblog" in [message.subject for message in mail.outbox]


def test_the_page_that_asks_for_the_reason_names_the_same_action(boss_client, susan, other):
    page = moderate(boss_client, "remove_two_factor", susan)
    assertContains(page, '<input type="hidden" name="action" value="remove_two_factor">', html=True)


def test_there_has_to_be_a_reason(boss_client, susan, other):
    moderate(boss_client, "remove_two_factor", susan, reason="")
    assert two_factor.is_on(susan)


def test_moderators_do_not_remove_it(moderator_client, susan, other):
    moderate(moderator_client, "remove_two_factor", susan, reason="So that I can guess on.")
    assert two_factor.is_on(susan)
    assert "remove_two_factor" not in moderator_client.get(page_of(susan)).content.decode()


def test_it_is_offered_on_the_page_of_a_person(boss_client, susan):
    assertContains(boss_client.get(page_of(susan)), "Remove two-step log-in")


@pytest.mark.parametrize("model", ["otp_totp_totpdevice", "otp_static_staticdevice"])
def test_the_admin_has_no_page_that_shows_or_makes_keys(model):
    with pytest.raises(NoReverseMatch):
        reverse(f"admin:{model}_changelist")


def test_the_last_administrator_is_helped_on_the_server(boss):
    switch_on(boss)
    call_command("remove_two_factor", "Brenda", verbosity=0)
    assert not two_factor.is_on(boss)
    with pytest.raises(CommandError, match="Nobody has the user name nobody"):
        call_command("remove_two_factor", "nobody")
