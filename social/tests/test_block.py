import re

import pytest
from django.db import IntegrityError
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects, assertTemplateUsed

from accounts.models import User
from accounts.tests.factories import UserFactory
from posts import counters
from posts.tests.factories import PostFactory
from social.models import Block, Follow, Mute

ONE_TIME_VALUE = re.compile(r'value="[\w-]{36,}"')
AJAX = {"X-Requested-With": "XMLHttpRequest"}


def pairs():
    return set(Block.objects.values_list("blocker__username", "blocked__username"))


def counts(*people):
    return [User.objects.values_list("following_count", "followers_count").get(pk=person.pk) for person in people]


@pytest.fixture
def friends(susan, john):
    """Susan and John follow each other, and both follow somebody else."""
    Follow.objects.follow(susan, john)
    Follow.objects.follow(john, susan)
    other = UserFactory(username="anna")
    Follow.objects.follow(susan, other)
    Follow.objects.follow(john, other)
    return susan, john


def test_blocking_and_unblocking(susan_client, susan, john):
    assert susan_client.post("/@john/block/").url == "/@john/"
    assert pairs() == {("susan", "john")}
    assertRedirects(susan_client.post("/@john/unblock/"), "/@john/")
    assert pairs() == set()


def test_both_are_safe_to_send_twice(susan_client, susan, john):
    for _click in range(2):
        assert susan_client.post("/@john/block/").status_code == 302
    assert pairs() == {("susan", "john")}
    for _click in range(2):
        assert susan_client.post("/@john/unblock/").status_code == 302
    assert pairs() == set()


def test_the_verbs_tell_whether_they_changed_anything(susan, john):
    assert [Block.objects.block(susan, john), Block.objects.block(susan, john)] == [True, False]
    assert [Block.objects.unblock(susan, john), Block.objects.unblock(susan, john)] == [True, False]
    assert Block.objects.block(susan, susan) is False


def test_a_block_ends_follows_both_ways_and_counts_them_out(friends, susan_client):
    susan, john = friends
    susan_client.post("/@john/block/")
    assert not Follow.objects.filter(follower__in=friends, followed__in=friends).exists()
    assert counts(susan, john) == [(1, 0), (1, 0)]
    assert counters.recount() == (3, 0)


def test_undoing_a_block_brings_no_follow_back(friends):
    Block.objects.block(*friends)
    Block.objects.unblock(*friends)
    assert counts(*friends) == [(1, 0), (1, 0)]


def test_nobody_blocks_themself(susan_client, susan):
    assert susan_client.post("/@susan/block/").status_code == 302
    assert pairs() == set()
    with pytest.raises(IntegrityError):
        Block.objects.create(blocker=susan, blocked=susan)


@pytest.mark.parametrize("first", ["susan", "john"])
def test_neither_can_follow_the_other(susan, john, susan_client, john_client, first):
    blocker, blocked = (susan, john) if first == "susan" else (john, susan)
    Block.objects.block(blocker, blocked)
    assert susan_client.post("/@john/follow/").status_code == 404
    assert john_client.post("/@susan/follow/").status_code == 404
    assert Follow.objects.follow(susan, john) is Follow.objects.follow(john, susan) is False
    assert not Follow.objects.exists()


def test_neither_sees_the_profile_posts_and_lists_of_the_other(susan, john, susan_client, john_client, client):
    PostFactory(author=susan)
    posts = {person: PostFactory(author=person) for person in (susan, john)}
    Block.objects.block(susan, john)
    for reader, person in ((susan_client, john), (john_client, susan)):
        profile = f"/@{person.username}/"
        for path in (profile, f"{profile}{posts[person].pk}/", f"{profile}followers/", f"{profile}following/"):
            assert reader.get(path).status_code == 404
            assert client.get(path).status_code == 200
        assertNotContains(reader.get("/explore/"), f"@{person.username}")


def test_for_somebody_blocked_it_is_as_if_there_were_no_such_person(susan, john, john_client):
    Block.objects.block(susan, john)
    assert john_client.get("/@susan/").text == john_client.get("/@nobody/").text
    for act in ("follow", "unfollow", "mute", "unmute"):
        assert john_client.post(f"/@susan/{act}/").status_code == 404
        assert john_client.post(f"/@susan/{act}/", headers=AJAX).status_code == 404
    assert not Mute.objects.exists()


@pytest.mark.parametrize("spelling", ["SUSAN", "anna"])
def test_nor_do_another_spelling_and_a_former_name_lead_to_them(susan, john, john_client, spelling):
    susan.rename("anna")
    susan.rename("susan")
    Block.objects.block(susan, john)
    for place in ("", "followers/", "7/"):
        assert john_client.get(f"/@{spelling}/{place}").text == john_client.get("/@nobody/").text


@pytest.mark.any_database
@pytest.mark.parametrize("path", ["/@john/", "/@john/followers/", "/@john/7/"])
def test_who_blocked_reads_so_and_can_undo_it(susan, john, susan_client, path):
    Block.objects.block(susan, john)
    response = susan_client.get(path)
    assertContains(response, "You've blocked <bdi>@john</bdi>", status_code=404)
    assertTemplateUsed(response, "social/blocked.html")
    assertContains(response, 'formaction="/@john/unblock/"', status_code=404)
    assertContains(response, f'href="/report/?user={john.pk}"', status_code=404)
    assertContains(response, '<meta name="robots" content="noindex">', status_code=404)


@pytest.mark.any_database
def test_who_blocked_and_is_blocked_still_reads_of_their_own_block_only(susan, john, susan_client):
    Block.objects.block(john, susan)
    Block.objects.block(susan, john)
    assertContains(susan_client.get("/@john/"), "You've blocked", status_code=404)
    susan_client.post("/@john/unblock/")
    assertNotContains(susan_client.get("/@john/"), "You've blocked", status_code=404)
    assert pairs() == {("john", "susan")}


def test_somebody_blocked_can_block_back_and_undo_what_they_did(susan, john, john_client):
    Block.objects.block(susan, john)
    for act in ("block", "unblock"):
        assert john_client.post(f"/@susan/{act}/").status_code == 302
    assert pairs() == {("susan", "john")}


@pytest.mark.any_database
def test_moderators_can_be_blocked(susan_client, moderator):
    susan_client.post("/@marta/block/")
    assert pairs() == {("susan", "marta")}


def test_a_suspended_person_and_nobody_are_not_found(susan_client, john):
    john.suspend()
    for act in ("block", "unblock", "mute", "unmute"):
        assert susan_client.post(f"/@john/{act}/").status_code == 404
        assert susan_client.post(f"/@nobody/{act}/").status_code == 404


def test_any_spelling_and_a_former_name_act_at_once(susan_client, john):
    susan_client.post("/@JOHN/block/")
    assert pairs() == {("susan", "john")}
    john.rename("johnny")
    susan_client.post("/@john/unblock/")
    assert pairs() == set()


@pytest.mark.any_database
def test_it_leads_back_to_the_page_of_this_site_it_came_from(susan_client, john):
    here = {"Referer": "http://testserver/explore/?before=7"}
    assertRedirects(susan_client.post("/@john/block/", headers=here), "/explore/?before=7")
    elsewhere = {"Referer": "https://evil.example/explore/"}
    assert susan_client.post("/@john/block/", headers=elsewhere).url == "/@john/"


@pytest.mark.any_database
def test_a_message_says_what_happened_and_has_the_way_back(susan_client, john):
    response = susan_client.post("/@john/block/", headers={"Referer": "http://testserver/explore/"}, follow=True)
    assertContains(response, "You&#x27;ve blocked @john.")
    assertContains(response, 'formaction="/@john/unblock/">Unblock</button>')
    response = susan_client.post("/@john/unblock/", follow=True)
    assertContains(response, "You&#x27;ve unblocked @john.")
    assertContains(response, 'formaction="/@john/block/">Undo</button>')


def test_undoing_it_at_once_follows_again_whom_one_followed(friends, susan_client):
    susan, john = friends
    assertContains(susan_client.post("/@john/block/", headers=AJAX), "You no longer follow each other.")
    response = susan_client.post("/@john/unblock/?follow=1", headers=AJAX)
    assertContains(response, "You&#x27;ve unblocked @john, and follow them again.")
    assert counts(susan, john) == [(2, 0), (1, 1)]


@pytest.mark.any_database
def test_nobody_follows_again_whom_they_did_not_block_or_have_to_ask(susan_client, susan, john):
    susan_client.post("/@john/unblock/?follow=1")
    assert not Follow.objects.exists()
    Follow.objects.follow(susan, john)
    User.objects.filter(pk=john.pk).update(approve_followers=True)
    assertNotContains(susan_client.post("/@john/block/", headers=AJAX), "?follow=1")


@pytest.mark.any_database
def test_whoever_may_not_follow_again_only_unblocks(susan_client, susan, john, settings):
    Block.objects.block(susan, john)
    Block.objects.block(john, susan)
    response = susan_client.post("/@john/unblock/?follow=1", headers=AJAX)
    assertContains(response, "You&#x27;ve unblocked @john.")
    Block.objects.unblock(john, susan)
    settings.LIMITS = settings.LIMITS | {"follow": {"person": (1, 600), "address": None}}
    for is_followed in (True, False):
        Block.objects.block(susan, john)
        susan_client.post("/@john/unblock/?follow=1")
        assert Follow.objects.is_following(susan, john) == is_followed
    assert not Block.objects.exists()


@pytest.mark.any_database
def test_a_script_gets_the_menu_as_it_is_now(susan_client, john):
    response = susan_client.post("/@john/block/", headers=AJAX)
    assertTemplateUsed(response, "social/_person_menu.html")
    assertContains(response, "/@john/unblock/")
    assertNotContains(response, "/@john/mute/")
    assertNotContains(response, "<html")
    assertContains(susan_client.post("/@john/unblock/", headers=AJAX), "/@john/block/")
    assertNotContains(susan_client.get("/explore/"), "blocked @john")


@pytest.mark.any_database
@pytest.mark.parametrize("act", ["block", "unblock", "mute", "unmute"])
def test_a_get_leads_to_the_profile_and_changes_nothing(susan_client, john, act):
    assertRedirects(susan_client.get(f"/@john/{act}/"), "/@john/")
    assert pairs() == set()
    assert not Mute.objects.exists()


@pytest.mark.any_database
@pytest.mark.parametrize("act", ["block", "unblock", "mute", "unmute"])
def test_strangers_log_in_first_and_come_back_to_where_they_were(client, john, act):
    response = client.post(f"/@john/{act}/", headers={"Referer": "http://testserver/@john/"})
    assertRedirects(response, "/login/?next=/%40john/")
    assert client.post(f"/@john/{act}/", headers=AJAX).status_code == 401


@pytest.mark.parametrize("listing", ["followers", "following"])
def test_lists_of_third_people_leave_out_who_is_blocked_either_way(susan, john, susan_client, client, listing):
    anna, bert = UserFactory(username="anna"), UserFactory(username="bert")
    for person in (john, anna, bert):
        Follow.objects.follow(*((person, susan) if listing == "followers" else (susan, person)))
    reader = UserFactory(username="reader")
    Block.objects.block(reader, john)
    Block.objects.block(anna, reader)
    client.force_login(reader)
    response = client.get(f"/@susan/{listing}/")
    assert [person.username for person in response.context["people"]] == ["bert"]
    assert len(susan_client.get(f"/@susan/{listing}/").context["people"]) == 3


def test_nothing_tells_the_other_of_a_block_or_mute(susan, john, john_client, run_tasks):
    PostFactory(author=john)

    def pages():
        texts = [john_client.get(path).text for path in ("/", "/explore/", "/@john/", "/settings/blocks/")]
        return [ONE_TIME_VALUE.sub("", text) for text in texts]

    before = pages()
    Block.objects.block(susan, john)
    Mute.objects.mute(susan, john)
    assert pages() == before
    assert run_tasks() == 0  # no e-mail
