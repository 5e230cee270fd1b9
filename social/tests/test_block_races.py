"""Simultaneous blocks, follows and their reversals: no follow survives a block, and nothing deadlocks."""

import pytest
from django.db.models import F
from django.test import Client
from django.urls import reverse

from accounts.models import User
from accounts.tests.factories import UserFactory
from posts import counters
from social.models import Block, Follow
from tests.races import AT_ONCE, at_once

pytestmark = pytest.mark.django_db(transaction=True)

ROUNDS = 3


def assert_that_it_adds_up():
    follows = Follow.objects.all()
    blocked = follows.filter(follower__blocking__blocked=F("followed"))
    blocking = follows.filter(follower__blocked_by__blocker=F("followed"))
    assert not blocked.exists()
    assert not blocking.exists()
    assert counters.recount() == (User.objects.count(), 0)


def clients_of(person):
    clients = [Client() for _number in range(AT_ONCE)]
    for client in clients:
        client.force_login(person)
    return clients


def test_twelve_equal_blocks_leave_one(susan, john):
    Follow.objects.follow(susan, john)
    clients = clients_of(susan)
    assert set(at_once(lambda number: clients[number].post("/@john/block/").status_code)) == {302}
    assert Block.objects.count() == 1
    assert_that_it_adds_up()


def test_no_follow_survives_a_block_at_the_same_moment(susan, john):
    acts = [
        lambda: Follow.objects.follow(susan, john),
        lambda: Follow.objects.follow(john, susan),
        lambda: Block.objects.block(susan, john),
        lambda: Block.objects.block(john, susan),
    ]
    for _round in range(ROUNDS):
        at_once(lambda number: acts[number % 4]())
        assert not Follow.objects.exists()
        assert_that_it_adds_up()
        Block.objects.all().delete()


def test_a_follow_from_a_page_that_was_open_does_not_survive_either(susan, john):
    clients = clients_of(susan)

    def act(number):
        if number == 0:
            return Block.objects.block(john, susan)
        return clients[number].post("/@john/follow/").status_code in (302, 404)

    for _round in range(ROUNDS):
        assert all(at_once(act))
        assert not Follow.objects.exists()
        assert_that_it_adds_up()
        Block.objects.all().delete()


def test_many_who_follow_and_block_each_other_at_once_do_not_wait_in_a_circle(susan, john):
    people = [susan, john, *UserFactory.create_batch(2)]
    verbs = [Follow.objects.follow, Block.objects.block, Follow.objects.unfollow, Block.objects.unblock]

    def act(number):
        for step in range(1, 4):
            for verb in range(4):
                verbs[(number + verb) % 4](people[number % 4], people[(number + step) % 4])

    at_once(act)
    assert_that_it_adds_up()


def test_recounting_meanwhile_changes_nothing(susan, john):
    acts = [
        lambda: Follow.objects.follow(susan, john),
        lambda: Block.objects.block(john, susan),
        lambda: Block.objects.unblock(john, susan),
        counters.recount,
    ]
    for _round in range(ROUNDS):
        at_once(lambda number: acts[number % 4]())
        assert_that_it_adds_up()


def test_suspending_both_in_one_go_waits_for_nobody_in_a_circle(susan, john, boss):
    clients = clients_of(boss)

    def act(number):
        if number % 3 == 0:
            Block.objects.block(susan, john)
            return Block.objects.unblock(susan, john)
        if number % 3 == 1:
            return Follow.objects.follow(susan, john)
        data = {"action": "suspend", "_selected_action": [susan.pk, john.pk], "reason": "Both"}
        return clients[number].post(reverse("admin:accounts_user_changelist"), data).status_code

    for _round in range(ROUNDS):
        assert {302} == {answer for answer in at_once(act) if answer not in (True, False)}
        assert_that_it_adds_up()
        User.objects.filter(pk__in=[susan.pk, john.pk]).update(suspended_at=None)
