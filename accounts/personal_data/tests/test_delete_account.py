"""Deleting an account: the password, then some days in which logging in cancels the deletion."""

from contextlib import suppress
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from accounts.emails import send_deletion_requested, send_password_reset
from accounts.models import Session, User
from accounts.personal_data import erasure
from accounts.personal_data.deletion import LastAdministrator
from accounts.tests.factories import PASSWORD, UserFactory
from accounts.tests.test_password_reset import choose, link_in, open_link
from posts.tests.factories import PostFactory
from social.models import Follow
from tests.races import at_once

PAGE = "/settings/account/delete/"

pytestmark = pytest.mark.any_database


def leave(client, password=PASSWORD, **extra):
    return client.post(PAGE, {"password": password}, **extra)


def log_in(username, client=None):
    return (client or Client()).post(reverse("login"), {"username": username, "password": PASSWORD})


def is_logged_in(client):
    return client.get(reverse("settings_profile")).status_code == 200


# The page


def test_the_page_says_what_happens_and_offers_the_download(susan_client):
    response = susan_client.get(PAGE)
    assertContains(response, "For 7 days you can change your mind")
    assertContains(response, "Then @susan leads nowhere, and others can take the name after 90 days.")
    assertContains(response, f'formaction="{reverse("account_download")}"')


def test_the_account_s_settings_lead_there(susan_client):
    response = susan_client.get(reverse("settings_account"))
    assertContains(response, f'href="{PAGE}"')
    assertContains(response, f'formaction="{reverse("account_download")}"')


def test_a_stranger_is_led_to_log_in(client, db):
    assertRedirects(client.get(PAGE), f"/login/?next={PAGE}")


@pytest.mark.parametrize("password", ["", "not my password"])
def test_without_the_password_nobody_leaves(susan, susan_client, password):
    response = leave(susan_client, password)
    assert response.status_code == 200
    assert response.context["form"].errors.keys() == {"password"}
    assert leave(susan_client, password, headers={"X-Requested-With": "XMLHttpRequest"}).status_code == 422
    susan.refresh_from_db()
    assert susan.deletion_requested_at is None
    assert is_logged_in(susan_client)


def test_wrong_passwords_are_limited(susan, susan_client):
    for _try in range(10):
        leave(susan_client, "not my password")
    response = leave(susan_client)
    assert response.status_code == 429
    assert response.headers["Retry-After"]
    susan.refresh_from_db()
    assert susan.deletion_requested_at is None


def test_somebody_without_a_password_is_led_to_one(susan, susan_client):
    susan.set_unusable_password()
    susan.save()
    susan_client.force_login(susan)
    assertContains(susan_client.get(PAGE), reverse("password_reset"))


# Leaving


def test_leaving_logs_out_everywhere_and_says_until_when_it_can_be_taken_back(susan, susan_client):
    elsewhere = Client()
    elsewhere.force_login(susan)
    response = susan_client.post(PAGE, {"password": PASSWORD}, follow=True)
    assertContains(response, "Your account will be deleted in 7 days. Log in before then to keep it.")
    assert response.redirect_chain == [("/", 302)]
    assert not is_logged_in(susan_client)
    assert not is_logged_in(elsewhere)
    assert not Session.objects.filter(user=susan).exists()


def test_who_leaves_is_hidden_like_somebody_suspended(susan, susan_client, john, john_client):
    PostFactory(author=susan, body="Low tide")
    Follow.objects.follow(john, susan)
    leave(susan_client)
    assert john_client.get("/@susan/").status_code == 404
    assertNotContains(john_client.get("/explore/"), "Low tide")
    assertNotContains(john_client.get("/"), "Low tide")
    assertNotContains(john_client.get("/@john/following/"), "susan")
    john.refresh_from_db()
    assert john.following_count == 1
    assert Follow.objects.count() == 1


def test_a_mail_says_until_when(susan, susan_client, postbox, run_tasks):
    User.objects.filter(pk=susan.pk).update(time_zone="Pacific/Auckland")
    leave(susan_client)
    User.objects.filter(pk=susan.pk).update(deletion_requested_at="2026-11-22T20:30:00Z")
    run_tasks()
    (message,) = postbox.received
    text = message.get_body(["plain"]).get_content()
    assert message["To"] == "susan@example.org"
    assert message["Subject"] == "Your account on Microblog will be deleted"
    assert "on 30 Nov 2026, 09:30 (Pacific/Auckland, UTC+13:00)." in text
    assert reverse("login") in text
    assert reverse("password_reset") in text
    assert "on 30 Nov 2026, 09:30 (Pacific/Auckland, UTC+13:00)." in message.get_body(["html"]).get_content()


def test_no_mail_for_who_came_back_meanwhile_has_no_address_or_is_gone(susan, postbox):
    susan.request_deletion()
    susan.cancel_deletion()
    send_deletion_requested.call(susan.pk, "en")
    nobody = UserFactory(email="")
    nobody.request_deletion()
    send_deletion_requested.call(nobody.pk, "en")
    send_deletion_requested.call(0, "en")
    assert postbox.received == []


def test_a_change_of_address_is_forgotten(susan, susan_client):
    User.objects.filter(pk=susan.pk).update(pending_email="sue@example.org")
    leave(susan_client)
    susan.refresh_from_db()
    assert susan.pending_email == ""


def test_leaving_twice_is_leaving_once(susan, susan_client, run_tasks, postbox):
    leave(susan_client)
    susan.refresh_from_db()
    since = susan.deletion_requested_at
    assert not User.objects.get(pk=susan.pk).request_deletion()
    susan.refresh_from_db()
    assert susan.deletion_requested_at == since
    run_tasks()
    assert len(postbox.received) == 1


def test_the_name_and_the_address_stay_theirs_meanwhile(susan, client):
    susan.request_deletion()
    assert User.objects.is_taken("Susan")
    assert User.objects.with_email("susan@example.org").exists()


# Coming back


def test_logging_in_takes_it_back(susan, susan_client, john_client):
    PostFactory(author=susan, body="Low tide")
    leave(susan_client)
    client = Client()
    assertRedirects(log_in("susan", client), "/")
    assert is_logged_in(client)
    assertContains(john_client.get("/@susan/"), "Low tide")
    susan.refresh_from_db()
    assert susan.is_active


def test_a_wrong_password_takes_nothing_back(susan, susan_client, client):
    leave(susan_client)
    client.post(reverse("login"), {"username": "susan", "password": "not my password"})
    susan.refresh_from_db()
    assert susan.deletion_requested_at


def test_old_sessions_do_not_come_back(susan, susan_client):
    elsewhere = Client()
    elsewhere.force_login(susan)
    leave(susan_client)
    log_in("susan")
    assert not is_logged_in(elsewhere)


def test_who_forgot_the_password_gets_a_new_one_and_comes_back(susan, mailoutbox, client):
    susan.request_deletion()
    send_password_reset.call("susan@example.org", "en")
    choose(client, open_link(client, link_in(mailoutbox[-1])), "seven purple kettles")
    susan.refresh_from_db()
    assert susan.deletion_requested_at  # the new password alone does not cancel the deletion
    client.post(reverse("login"), {"username": "susan", "password": "seven purple kettles"})
    susan.refresh_from_db()
    assert susan.is_active


def test_somebody_suspended_comes_back_suspended(susan):
    susan.request_deletion()
    susan.suspend()
    assert susan.cancel_deletion()
    assert not susan.is_active
    response = log_in("susan")
    assertContains(response, "suspended")


def test_restoring_does_not_bring_back_who_is_leaving(susan):
    susan.request_deletion()
    susan.suspend()
    susan.restore()
    assert not susan.is_active


# Administrators


def test_the_last_administrator_stays(boss, boss_client):
    response = leave(boss_client)
    assertContains(response, "the only administrator of this site.")
    boss.refresh_from_db()
    assert boss.deletion_requested_at is None
    assert is_logged_in(boss_client)


def test_a_suspended_administrator_is_none(boss, boss_client):
    UserFactory(is_superuser=True).suspend()
    leave(boss_client)
    boss.refresh_from_db()
    assert boss.deletion_requested_at is None


def test_one_of_two_administrators_may_leave(boss, boss_client):
    UserFactory(is_superuser=True)
    assertRedirects(leave(boss_client), "/")


@pytest.mark.django_db(transaction=True)
def test_of_administrators_who_leave_at_once_one_stays():
    administrators = UserFactory.create_batch(4, is_superuser=True)

    def leave(number):
        with suppress(LastAdministrator):
            administrators[number].request_deletion()

    at_once(leave, times=4)
    assert User.objects.active().filter(is_superuser=True).count() == 1


@pytest.mark.django_db(transaction=True)
def test_leaving_and_logging_in_at_once_ends_in_one_of_both(susan):
    acts = [lambda: User.objects.get(pk=susan.pk).request_deletion(), lambda: log_in("susan").status_code]
    answers = at_once(lambda number: acts[number % 2](), times=8)  # no more log-ins than the limit allows
    assert set(answers) <= {True, False, 302}
    susan.refresh_from_db()
    assert (susan.deletion_requested_at is None) == susan.is_active
    assert susan.deletion_requested_at is None or susan.deletion_requested_at > timezone.now() - timedelta(minutes=5)


# What the moderators see


def admin_page(client, person):
    return client.get(reverse("admin:accounts_user_change", args=[person.pk]))


def listed(client, **query):
    response = client.get(reverse("admin:accounts_user_changelist"), query)
    return {person.username for person in response.context["cl"].result_list}


def moderate(client, action, person):
    data = {"action": action, "_selected_action": person.pk, "reason": "Sells pills"}
    client.post(reverse("admin:accounts_user_changelist"), data)
    person.refresh_from_db()


def erased(person):
    person.request_deletion()
    User.objects.filter(pk=person.pk).update(deletion_requested_at=timezone.now() - timedelta(days=7))
    assert erasure.anonymize(person)
    return person


def test_moderators_see_who_is_leaving(moderator_client, susan):
    susan.request_deletion()
    assertContains(admin_page(moderator_client, susan), "Deletion requested at")
    assert "susan" in listed(moderator_client)


def test_who_is_leaving_can_be_suspended_and_restored(moderator_client, susan):
    susan.request_deletion()
    moderate(moderator_client, "restore", susan)
    assert susan.deletion_requested_at
    moderate(moderator_client, "suspend", susan)
    assert susan.suspended_at
    moderate(moderator_client, "restore", susan)
    assert susan.suspended_at is None
    assert susan.deletion_requested_at


def test_who_left_is_in_no_list_and_nobody_changes_them(boss_client, moderator_client, susan):
    erased(susan)
    for client in (boss_client, moderator_client):
        assert f"deleted-{susan.pk}" not in listed(client)
        assert listed(client, q="deleted") == set()
        response = admin_page(client, susan)
        assertContains(response, f"deleted-{susan.pk}")
        assertNotContains(response, "field-password")
    for action in ("suspend", "restore"):
        moderate(moderator_client, action, susan)
        assert susan.suspended_at is None
    page = reverse("admin:accounts_user_change", args=[susan.pk])
    assert boss_client.post(page, {"email": "me@example.org"}).status_code == 403
    password = {"password1": "seven purple kettles", "password2": "seven purple kettles", "usable_password": "true"}
    page = reverse("admin:auth_user_password_change", args=[susan.pk])
    assert boss_client.post(page, password).status_code == 403
