"""Twelve requests at once: one is served, the others are told so, and none fails."""

from collections import Counter

import pytest
from django.core import mail
from django.db import IntegrityError
from django.test import Client
from django.urls import reverse
from django_ox.models import OxTask

from accounts.emails import send_password_reset
from accounts.models import FormerUsername, User
from tests.races import AT_ONCE, at_once

from .factories import PASSWORD, UserFactory
from .test_password_reset import choose, link_in, open_link

pytestmark = pytest.mark.django_db(transaction=True)


def sign_up(username, email):
    passwords = {"password1": "seven purple kettles", "password2": "seven purple kettles"}
    return Client().post(reverse("register"), {"username": username, "email": email, **passwords})


def test_equal_registrations_leave_one_account():
    responses = at_once(lambda number: sign_up("susan", "susan@example.org"))
    assert Counter(response.status_code for response in responses) == {302: 1, 200: AT_ONCE - 1}
    assert User.objects.count() == 1
    for response in responses:
        if response.status_code == 200:
            assert response.context["form"].errors.keys() == {"username"}


def test_registrations_with_one_name_leave_one_account():
    spellings = ["susan", "SUSAN", "Susan"]
    responses = at_once(lambda number: sign_up(spellings[number % 3], f"susan{number}@example.org"))
    assert Counter(response.status_code for response in responses) == {302: 1, 200: AT_ONCE - 1}
    assert User.objects.count() == 1
    for response in responses:
        if response.status_code == 200:
            assert response.context["form"].errors.keys() == {"username"}


def test_registrations_with_one_address_all_claim_it():
    responses = at_once(lambda number: sign_up(f"susan{number}", "susan@example.org"))
    assert {response.status_code for response in responses} == {302}
    assert User.objects.count() == AT_ONCE


def rename(person, username):
    client = Client()
    client.force_login(person)
    return client.post(reverse("settings_profile"), {"username": username, "display_name": "", "about_me": ""})


def test_a_name_that_many_want_goes_to_one():
    people = UserFactory.create_batch(AT_ONCE)
    responses = at_once(lambda number: rename(people[number], "susan"))
    assert Counter(response.status_code for response in responses) == {302: 1, 200: AT_ONCE - 1}
    assert User.objects.named("susan").count() == 1
    assert FormerUsername.objects.count() == 1


def test_a_name_just_given_up_is_held_even_against_those_who_wait_for_it(susan):
    def act(number):
        return rename(susan, "sue") if number == 0 else sign_up("susan", f"susan{number}@example.org")

    responses = at_once(act)
    assert [response.status_code for response in responses] == [302] + [200] * (AT_ONCE - 1)
    assert User.objects.get().username == "sue"
    assert User.objects.formerly_named("susan").get() == susan


def test_renames_of_one_person_hold_every_name_once(susan, limit):
    limit("rename", person=None)
    responses = at_once(lambda number: rename(susan, f"sue{number}"))
    assert {response.status_code for response in responses} == {302}
    susan.refresh_from_db()
    names = set(FormerUsername.objects.values_list("username", flat=True)) | {susan.username}
    assert names == {"susan", *(f"sue{number}" for number in range(AT_ONCE))}


def test_a_reset_link_works_once(susan):
    send_password_reset.call("susan@example.org", "en")
    link = link_in(mail.outbox[0])
    clients = [Client() for _number in range(AT_ONCE)]
    pages = [open_link(client, link) for client in clients]
    responses = at_once(lambda number: choose(clients[number], pages[number], f"purple kettles {number}"))
    assert Counter(response.status_code for response in responses) == {302: 1, 200: AT_ONCE - 1}
    winner = next(number for number, response in enumerate(responses) if response.status_code == 302)
    susan.refresh_from_db()
    assert susan.check_password(f"purple kettles {winner}")
    assert OxTask.objects.count() == 1  # the notice to the owner


def test_log_ins_at_once_all_work(susan):
    data = {"username": "susan", "password": PASSWORD}
    # More would reach the limit on wrong passwords.
    responses = at_once(lambda number: Client().post(reverse("login"), data), times=5)
    assert {response.status_code for response in responses} == {302}
    assert susan.sessions.count() == 5


def test_the_database_itself_allows_no_second_account(susan):
    for double in ({"username": "SUSAN"}, {"email": "SUSAN@example.org"}):
        with pytest.raises(IntegrityError):
            UserFactory(**{"username": "sue", "email": "sue@example.org", **double})
