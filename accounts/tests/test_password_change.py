import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse
from pytest_django.asserts import assertContains, assertFormError, assertRedirects

from accounts.forms.password import PasswordChangeForm
from accounts.models import User

from .factories import PASSWORD

NEW_PASSWORD = "seven purple kettles"

pytestmark = pytest.mark.any_database


def change(client, old=PASSWORD, new=NEW_PASSWORD, again=None):
    data = {"old_password": old, "new_password1": new, "new_password2": again or new}
    return client.post(reverse("password_change"), data)


def test_the_new_password_counts_from_now_on(susan, susan_client):
    assertRedirects(change(susan_client), reverse("password_change"))
    susan.refresh_from_db()
    assert susan.check_password(NEW_PASSWORD)


def test_other_sessions_end_and_this_one_stays(susan, susan_client):
    other = Client()
    other.force_login(susan)
    before = susan_client.cookies["sessionid"].value
    change(susan_client)
    assert [session.pk for session in susan.sessions.all()] == [susan_client.cookies["sessionid"].value]
    assert susan_client.cookies["sessionid"].value != before
    assert susan_client.get(reverse("settings_profile")).status_code == 200
    assert other.get(reverse("settings_profile")).status_code == 302


def test_the_owner_is_told(susan_client, run_tasks):
    change(susan_client)
    run_tasks()
    assert mail.outbox[0].to == ["susan@example.org"]
    assert "password for Microblog was changed" in mail.outbox[0].subject
    assert "http://127.0.0.1:8000/password/reset/" in mail.outbox[0].body


def test_an_account_without_an_address_gets_no_mail(susan, susan_client, run_tasks):
    User.objects.update(email="")
    change(susan_client)
    assert run_tasks() == 1
    assert mail.outbox == []


@pytest.mark.parametrize(
    ("field", "passwords"),
    [
        ("old_password", {"old": "wrong"}),
        ("old_password", {"old": "nul\x00"}),
        ("new_password1", {"new": "short"}),
        ("new_password2", {"again": "something else"}),
        ("new_password1", {"new": "susan@example.org"}),
    ],
)
def test_a_mistake_changes_nothing(susan, susan_client, field, passwords):
    response = change(susan_client, **passwords)
    assert response.context["form"].errors.keys() == {field}
    susan.refresh_from_db()
    assert susan.check_password(PASSWORD)
    assert susan_client.get(reverse("settings_profile")).status_code == 200


def test_a_wrong_present_password_is_named(susan_client):
    assertFormError(
        change(susan_client, old="wrong").context["form"], "old_password", "That isn't your current password."
    )


def test_only_the_password_is_written(susan):
    """Changes made in the meantime, such as a new follower, stay."""
    passwords = {"old_password": PASSWORD, "new_password1": NEW_PASSWORD, "new_password2": NEW_PASSWORD}
    form = PasswordChangeForm(susan, passwords)
    User.objects.shift(followers_count=1)
    assert form.is_valid()
    form.save()
    susan.refresh_from_db()
    assert susan.check_password(NEW_PASSWORD)
    assert susan.followers_count == 1


def test_it_is_for_people_logged_in(client, db):
    assertRedirects(
        client.get(reverse("password_change")), "/login/?next=/password/change/", fetch_redirect_response=False
    )


def test_the_page_helps_password_managers(susan_client):
    page = susan_client.get(reverse("password_change"))
    assertContains(page, 'autocomplete="current-password"', count=1)
    assertContains(page, 'autocomplete="new-password"', count=2)
