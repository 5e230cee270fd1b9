import pytest
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from accounts.models import User
from accounts.tests.factories import UserFactory
from social.models import Follow, FollowRequest


def counters(*people):
    return [User.objects.values_list("following_count", "followers_count").get(pk=person.pk) for person in people]


def test_a_follower_is_removed_once(susan_client, susan, john):
    Follow.objects.follow(john, susan)
    Follow.objects.follow(susan, john)
    for _click in range(2):
        assertRedirects(susan_client.post("/@john/remove/"), "/@john/")
    assert [follow.follower for follow in Follow.objects.all()] == [susan]
    assert counters(susan, john) == [(1, 0), (0, 1)]


def test_it_ends_a_request_too(susan_client, susan, john):
    User.objects.update(approve_followers=True)
    Follow.objects.follow(john, susan)
    susan_client.post("/@john/remove/")
    assert not FollowRequest.objects.exists()


def test_removing_has_no_limit_and_can_be_undone_by_following_again(susan_client, susan, john, limit):
    limit("follow", person=(1, 60))
    limit("block", person=(1, 60))
    for _time in range(3):
        Follow.objects.follow(john, susan)
        assert susan_client.post("/@john/remove/").status_code == 302
    assert not Follow.objects.exists()


def test_the_menu_offers_it_for_followers_only(susan_client, susan, john):
    assertNotContains(susan_client.get("/@john/"), "/@john/remove/")
    Follow.objects.follow(john, susan)
    assertContains(susan_client.get("/@john/"), 'formaction="/@john/remove/"')


@pytest.mark.parametrize("path", ["/@susan/following/", "/@anna/followers/"])
def test_only_the_list_of_one_s_own_followers_offers_it(susan_client, susan, john, path):
    anna = UserFactory(username="anna")
    for person in (susan, anna):
        Follow.objects.follow(john, person)
    Follow.objects.follow(susan, john)
    assertContains(susan_client.get("/@susan/followers/"), 'formaction="/@john/remove/"')
    assertContains(susan_client.get(path), "@john")
    assertNotContains(susan_client.get(path), "/@john/remove/")
