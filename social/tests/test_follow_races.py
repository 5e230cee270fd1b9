"""Twelve requests at once: one follow, right counters, and no deadlock."""

import pytest
from django.test import Client

from accounts.models import User
from accounts.tests.factories import UserFactory
from social.models import Follow
from tests.races import at_once

pytestmark = pytest.mark.django_db(transaction=True)


def assert_counters_are_right():
    for person in User.objects.all():
        assert person.following_count == person.following.count()
        assert person.followers_count == person.followers.count()


def test_twelve_equal_follows_leave_one(susan, john):
    def follow(_number):
        client = Client()
        client.force_login(User.objects.get(pk=susan.pk))
        return client.post("/@john/follow/").status_code

    assert set(at_once(follow)) == {302}
    assert Follow.objects.count() == 1
    assert_counters_are_right()


def test_twelve_equal_unfollows_count_once(susan, john):
    Follow.objects.follow(susan, john)
    assert sum(at_once(lambda _number: Follow.objects.unfollow(susan, john))) == 1
    assert_counters_are_right()


def test_following_and_unfollowing_at_once_ends_in_one_of_both(susan, john):
    acts = [Follow.objects.follow, Follow.objects.unfollow]
    at_once(lambda number: acts[number % 2](susan, john))
    assert Follow.objects.count() <= 1
    assert_counters_are_right()


def test_people_who_follow_each_other_at_once_do_not_wait_for_each_other(susan, john):
    people = [susan, john, *UserFactory.create_batch(2)]

    def act(number):
        for step in range(1, 4):
            Follow.objects.follow(people[number % 4], people[(number + step) % 4])
        Follow.objects.unfollow(people[number % 4], people[(number + 1) % 4])

    at_once(act)
    assert_counters_are_right()
