"""Who follows somebody who approves their followers, and whom they follow, is for their followers."""

import pytest
from pytest_django.asserts import assertContains, assertNotContains

from accounts.models import User
from accounts.tests.factories import UserFactory
from social.models import Follow

pytestmark = pytest.mark.any_database

SENTENCE = "Only people who follow"


@pytest.fixture
def lists(susan):
    """Susan follows Anna, is followed by Bert, and approves her followers from now on."""
    anna, bert = UserFactory(username="anna"), UserFactory(username="bert")
    Follow.objects.follow(susan, anna)
    Follow.objects.follow(bert, susan)
    User.objects.filter(pk=susan.pk).update(approve_followers=True)
    return {"/@susan/following/": "@anna", "/@susan/followers/": "@bert"}


def are_visible(client, lists):
    [visible] = {name in client.get(path).text for path, name in lists.items()}
    return visible


def test_others_get_one_sentence_and_no_names(client, john_client, john, susan, lists):
    Follow.objects.follow(john, susan)  # asks
    for reader in (client, john_client):
        assert not are_visible(reader, lists)
        for path in lists:
            assertContains(reader.get(path), SENTENCE)


def test_the_counts_stay(client, lists):
    for path in lists:
        assertContains(client.get(path), "<strong>1</strong> follower")
        assertContains(client.get(path), "<strong>1</strong> following")


def test_oneself_and_followers_see_them(susan_client, john_client, john, susan, lists):
    Follow.objects.follow(john, susan)
    Follow.objects.accept(john, susan)
    for reader in (susan_client, john_client):
        assert are_visible(reader, lists)
        assertNotContains(reader.get("/@susan/followers/"), SENTENCE)
    Follow.objects.unfollow(john, susan)
    assert not are_visible(john_client, lists)


def test_a_profile_says_that_its_person_approves(client, susan, john, lists):
    assertContains(client.get("/@susan/"), "(approves followers)")
    assertNotContains(client.get("/@john/"), "(approves followers)")
