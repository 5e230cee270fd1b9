"""Twelve people want an address at the same moment: one gets it, and nothing breaks."""

import re
from collections import Counter

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse
from django_ox.models import OxTask

from accounts.emails import send_password_reset
from accounts.models import EmailChange, User
from accounts.tokens import ConfirmationToken, UndoToken
from tests.races import AT_ONCE, at_once

from .factories import UserFactory
from .test_password_reset import NEW_PASSWORD, choose, link_in, open_link

pytestmark = pytest.mark.django_db(transaction=True)


def confirm(person, email):
    return Client().post(reverse("email_confirm", args=[ConfirmationToken().make([person.pk, email])]))


def test_an_address_that_many_claim_goes_to_one():
    people = UserFactory.create_batch(AT_ONCE, email="shared@example.org", email_confirmed_at=None)
    responses = at_once(lambda number: confirm(people[number], "shared@example.org"))
    assert Counter(response.status_code for response in responses) == {302: 1, 200: AT_ONCE - 1}
    winner = next(person for person, response in zip(people, responses, strict=True) if response.status_code == 302)
    assert User.objects.confirmed().get() == winner
    assert User.objects.owners_of("shared@example.org") == [winner]


def test_an_address_that_many_change_to_goes_to_one():
    people = UserFactory.create_batch(AT_ONCE)
    for person in people:
        person.claim_email("shared@example.org")
    responses = at_once(lambda number: confirm(people[number], "SHARED@example.org"))
    assert Counter(response.status_code for response in responses) == {302: 1, 200: AT_ONCE - 1}
    assert User.objects.with_email("shared@example.org").count() == 1
    assert User.objects.confirmed().count() == AT_ONCE
    assert EmailChange.objects.count() == 1


def test_a_link_used_many_times_at_once_makes_one_change(susan):
    susan.claim_email("new@example.org")
    responses = at_once(lambda number: confirm(susan, "new@example.org"))
    assert {response.status_code for response in responses} == {302}
    assert EmailChange.objects.get().former == "susan@example.org"
    assert OxTask.objects.count() == 1


def test_a_change_is_undone_once(susan):
    susan.claim_email("evil@example.org")
    susan.confirm_email("evil@example.org")
    OxTask.objects.all().delete()
    link = reverse("email_undo", args=[UndoToken().make(EmailChange.objects.get().pk)])
    responses = at_once(lambda number: Client().post(link))
    assert Counter(response.status_code for response in responses) == {302: 1, 200: AT_ONCE - 1}
    assert OxTask.objects.count() == 1  # the e-mail with a password reset link


def test_of_an_undo_and_a_confirmation_one_wins(susan, john):
    for _time in range(4):
        User.objects.filter(pk=susan.pk).update(email="evil@example.org")
        User.objects.filter(pk=john.pk).update(email="john@example.org", pending_email="susan@example.org")
        EmailChange.objects.all().delete()
        change = EmailChange.objects.create(user=susan, former="susan@example.org")
        change.refresh_from_db()
        links = [
            reverse("email_undo", args=[UndoToken().make(change.pk)]),
            reverse("email_confirm", args=[ConfirmationToken().make([john.pk, "susan@example.org"])]),
        ]
        responses = at_once(lambda number: Client().post(links[number]), times=2)  # noqa: B023
        assert sorted(response.status_code for response in responses) == [200, 302]
        assert User.objects.with_email("susan@example.org").count() == 1


def test_a_new_password_by_mail_and_confirmations_do_not_get_in_each_other_s_way():
    people = UserFactory.create_batch(AT_ONCE, email="shared@example.org", email_confirmed_at=None)
    send_password_reset.call("shared@example.org", "en")  # first the link of the oldest
    client = Client()
    page = open_link(client, link_in(mail.outbox[0]))

    def act(number):
        return confirm(people[number], "shared@example.org") if number else choose(client, page)

    assert {response.status_code for response in at_once(act)} == {200, 302}
    assert User.objects.confirmed().count() == 1


def test_of_two_reset_links_used_at_once_both_work_and_one_proves_the_address():
    people = UserFactory.create_batch(2, email="shared@example.org", email_confirmed_at=None)
    send_password_reset.call("shared@example.org", "en")
    links = re.findall(r"/password/reset/\S+", mail.outbox[0].body)
    clients = [Client(), Client()]
    pages = [open_link(client, link) for client, link in zip(clients, links, strict=True)]
    responses = at_once(lambda number: choose(clients[number], pages[number]), times=2)
    assert [response.status_code for response in responses] == [302, 302]
    assert all(User.objects.get(pk=person.pk).check_password(NEW_PASSWORD) for person in people)
    assert User.objects.confirmed().count() == 1
