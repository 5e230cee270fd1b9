"""Many requests and answers at once: never both a request and a follow, right counters, and no deadlock."""

import pytest

from accounts.forms.settings import PreferencesForm
from accounts.models import User
from accounts.tests.factories import UserFactory
from social.models import Block, Follow, FollowRequest
from tests.races import at_once, before_it_is_committed

from .test_follow_races import assert_counters_are_right

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def john(db):
    return UserFactory(username="john", approve_followers=True)


def test_twelve_equal_requests_leave_one(susan, john):
    assert sum(at_once(lambda _number: Follow.objects.follow(susan, john))) == 1
    assert FollowRequest.objects.count() == 1


def test_answers_at_once_end_in_one_of_them(susan, john):
    Follow.objects.follow(susan, john)

    def answer(number):
        if number % 2:
            return Follow.objects.accept(susan, john)
        return FollowRequest.objects.withdraw(susan, john)

    assert sum(at_once(answer)) == 1
    assert not FollowRequest.objects.exists()
    assert_counters_are_right()


def test_asking_accepting_withdrawing_and_blocking_at_once(susan, john):
    acts = [Follow.objects.follow, Follow.objects.accept, Follow.objects.unfollow, Block.objects.block]
    at_once(lambda number: acts[number % 4](susan, john))
    assert not FollowRequest.objects.exists()
    assert not Follow.objects.exists()
    assert_counters_are_right()


def test_nobody_is_left_waiting_who_asks_while_approval_is_switched_off(susan, john, run_tasks):
    before_it_is_committed(lambda: Follow.objects.follow(susan, john), lambda: stop_approving(john))
    run_tasks()
    assert not FollowRequest.objects.exists()
    assert Follow.objects.is_following(susan, john)
    assert_counters_are_right()


def test_who_asks_after_that_follows(susan, john):
    before_it_is_committed(lambda: stop_approving(john), lambda: Follow.objects.follow(susan, john))
    assert not FollowRequest.objects.exists()
    assert Follow.objects.is_following(susan, john)


def test_switching_it_off_amid_requests_from_people_before_and_after(run_tasks):
    """Requests lock people in the order of their ids, and so does what accepts them."""
    people = [*UserFactory.create_batch(6), UserFactory(approve_followers=True), *UserFactory.create_batch(6)]
    busy = people.pop(6)
    for person in people[::2]:
        Follow.objects.follow(person, busy)
    at_once(lambda number: Follow.objects.follow(people[number - 1], busy) if number else stop_approving(busy))
    run_tasks()
    assert not FollowRequest.objects.exists()
    assert_counters_are_right()


def stop_approving(person):
    data = {"language": "", "time_zone": "", "theme": "auto", "approve_followers": "false"}
    form = PreferencesForm(data, instance=User.objects.get(pk=person.pk))
    assert form.is_valid(), form.errors
    form.save()
