import pytest
from django.db import IntegrityError, connection
from django.test.utils import CaptureQueriesContext
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from accounts.models import User
from accounts.tests.factories import UserFactory
from social import preferences
from social.models import Block, Follow, FollowRequest, graph

AJAX = {"X-Requested-With": "XMLHttpRequest"}
PAGE = "/settings/requests/"
PREFERENCES = "/settings/preferences/"


@pytest.fixture
def john(db):
    """John approves his followers."""
    return UserFactory(username="john", approve_followers=True)


def requests():
    return set(FollowRequest.objects.values_list("follower__username", "followed__username"))


def follows():
    return set(Follow.objects.values_list("follower__username", "followed__username"))


def counters(*people):
    return [User.objects.values_list("following_count", "followers_count").get(pk=person.pk) for person in people]


def listed(client):
    return [row.follower.username for row in client.get(PAGE).context["requests"]]


def stop_approving(client):
    return client.post(PREFERENCES, {"language": "", "time_zone": "", "theme": "auto", "approve_followers": "false"})


# Asking


def test_who_approves_their_followers_is_asked_first(susan_client, susan, john):
    assertRedirects(susan_client.post("/@john/follow/"), "/@john/")
    assert (requests(), follows()) == ({("susan", "john")}, set())
    assert counters(susan, john) == [(0, 0), (0, 0)]


def test_asking_twice_is_asking_once(susan, john):
    assert [Follow.objects.follow(susan, john) for _time in range(2)] == [True, False]
    assert requests() == {("susan", "john")}


def test_a_request_can_be_withdrawn_more_than_once(susan_client, susan, john):
    Follow.objects.follow(susan, john)
    for _click in range(2):
        assertRedirects(susan_client.post("/@john/unfollow/"), "/@john/")
    assert (requests(), follows()) == (set(), set())
    assert counters(susan, john) == [(0, 0), (0, 0)]


def test_who_follows_already_need_not_ask(susan, john):
    User.objects.update(approve_followers=False)
    Follow.objects.follow(susan, john)
    User.objects.update(approve_followers=True)
    assert Follow.objects.follow(susan, john) is False
    assert (requests(), follows()) == (set(), {("susan", "john")})


@pytest.mark.any_database
def test_the_button_says_that_one_has_asked_and_withdraws(susan_client, susan, john):
    asked = susan_client.post("/@john/follow/", headers=AJAX)
    for page in (asked, susan_client.get("/@john/")):
        assertContains(page, "Requested: withdraw your request to follow")
        assertContains(page, 'formaction="/@john/unfollow/"')
        assertNotContains(page, 'formaction="/@john/follow/"')
    assertContains(susan_client.post("/@john/unfollow/", headers=AJAX), 'formaction="/@john/follow/"')


def test_lists_of_people_know_whom_one_has_asked(susan_client, susan, john):
    anna = UserFactory(username="anna")
    Follow.objects.follow(anna, UserFactory(username="bert"))
    Follow.objects.accept(*ask(anna, john))
    Follow.objects.follow(susan, john)
    people = susan_client.get("/@anna/following/")
    assert {one.username: bool(one.is_requested) for one in people.context["people"]} == {"john": True, "bert": False}
    assertContains(people, "withdraw your request to follow", count=1)


def ask(follower, followed):
    Follow.objects.follow(follower, followed)
    assert FollowRequest.objects.filter(follower=follower, followed=followed).exists()
    return follower, followed


@pytest.mark.parametrize("blocker", ["susan", "john"])
def test_a_block_either_way_ends_requests_both_ways(susan, john, blocker):
    User.objects.update(approve_followers=True)
    ask(susan, john)
    ask(john, susan)
    Block.objects.block(*((susan, john) if blocker == "susan" else (john, susan)))
    assert requests() == set()
    assert Follow.objects.follow(susan, john) is False
    assert requests() == set()


def test_the_database_lets_nobody_ask_themself(susan):
    with pytest.raises(IntegrityError):
        FollowRequest.objects.create(follower=susan, followed=susan)


def test_asking_counts_as_following_does_and_withdrawing_does_not(susan_client, john, limit):
    limit("follow", person=(1, 60))
    assert susan_client.post("/@john/follow/").status_code == 302
    assert susan_client.post("/@john/unfollow/").status_code == 302
    assert susan_client.post("/@john/follow/").status_code == 429


# Answering


def test_an_accepted_request_becomes_a_follow_once(john_client, susan, john):
    ask(susan, john)
    for _click in range(2):
        assertRedirects(john_client.post("/@susan/accept/"), "/@susan/")
    assert (requests(), follows()) == (set(), {("susan", "john")})
    assert counters(susan, john) == [(1, 0), (0, 1)]


def test_nobody_is_accepted_who_has_not_asked(john_client, susan, john):
    john_client.post("/@susan/accept/")
    assert follows() == set()
    ask(susan, john)
    Follow.objects.unfollow(susan, john)
    assert Follow.objects.accept(susan, john) is False
    assert follows() == set()


def test_a_rejected_request_is_gone_and_may_be_made_again(john_client, susan, john):
    ask(susan, john)
    for _click in range(2):
        assertRedirects(john_client.post("/@susan/reject/"), "/@susan/")
    assert (requests(), follows()) == (set(), set())
    ask(susan, john)


@pytest.mark.parametrize("act", ["accept", "reject"])
def test_only_the_person_asked_can_answer(susan_client, susan, john, act):
    ask(susan, john)
    susan_client.post(f"/@john/{act}/")
    assert (requests(), follows()) == ({("susan", "john")}, set())


@pytest.mark.any_database
@pytest.mark.parametrize("act", ["accept", "reject", "remove"])
def test_it_leads_back_and_tells_what_was_done(john_client, susan, john, act):
    ask(susan, john)
    response = john_client.post(f"/@susan/{act}/", headers={"Referer": f"http://testserver{PAGE}?page=2"}, follow=True)
    assert response.redirect_chain == [(f"{PAGE}?page=2", 302)]
    assert len(response.context["messages"]) == 1


@pytest.mark.any_database
def test_a_script_gets_what_can_be_done_next(john_client, susan, john):
    ask(susan, john)
    assertContains(john_client.post("/@susan/accept/", headers=AJAX), 'formaction="/@susan/remove/"')
    removed = john_client.post("/@susan/remove/", headers=AJAX)
    assertContains(removed, 'id="follower-')
    assertNotContains(removed, 'formaction="/@susan/remove/"')


@pytest.mark.parametrize("act", ["accept", "reject", "remove"])
def test_who_cannot_be_seen_cannot_be_answered(john_client, susan, john, act):
    ask(susan, john)
    susan.suspend()
    assert john_client.post(f"/@susan/{act}/").status_code == 404
    susan.restore()
    Block.objects.block(susan, john)
    assert john_client.post(f"/@susan/{act}/").status_code == 404


@pytest.mark.any_database
@pytest.mark.parametrize("act", ["accept", "reject", "remove"])
def test_strangers_log_in_first(client, susan, act):
    response = client.post(f"/@susan/{act}/", headers={"Referer": "http://testserver/@susan/"})
    assertRedirects(response, "/login/?next=/%40susan/")
    assert client.post(f"/@susan/{act}/", headers=AJAX).status_code == 401


def test_a_profile_says_that_its_person_asks(john_client, susan, john):
    assertNotContains(john_client.get("/@susan/"), "/@susan/accept/")
    ask(susan, john)
    page = john_client.get("/@susan/")
    for act in ("accept", "reject"):
        assertContains(page, f'formaction="/@susan/{act}/"')


# The list


def test_the_list_is_one_s_own_newest_first(client, john_client, john):
    for username in ("anna", "bert"):
        ask(UserFactory(username=username), john)
    ask(john, UserFactory(approve_followers=True))
    assert listed(john_client) == ["bert", "anna"]
    for act in ("accept", "reject"):
        assertContains(john_client.get(PAGE), f'formaction="/@anna/{act}/"')
    assertRedirects(client.get(PAGE), f"/login/?next={PAGE}")


def test_suspended_people_are_neither_listed_nor_counted(john_client, john):
    anna, bert = UserFactory(username="anna"), UserFactory(username="bert")
    ask(anna, john)
    ask(bert, john)
    anna.suspend()
    assert listed(john_client) == ["bert"]
    assert john_client.get(PAGE).context["requests"].paginator.count == 1
    anna.restore()
    assert listed(john_client) == ["bert", "anna"]


def test_it_has_numbered_pages_and_gives_the_nearest_one(john_client, john, settings):
    settings.LIST_PAGE_SIZE = 2
    for username in ("anna", "bert", "cleo"):
        ask(UserFactory(username=username), john)
    assertContains(john_client.get(PAGE), "?page=2")
    assertContains(john_client.get(PAGE, {"page": "9"}), "@anna")


@pytest.mark.any_database
def test_nobody_in_it_is_fine(john_client, susan_client):
    assertContains(john_client.get(PAGE), "Nobody is waiting.")
    assertContains(susan_client.get(PAGE), "Anybody can follow you without asking.")


def test_a_list_of_25_needs_as_many_queries_as_one_of_one(john_client, john):
    def queries():
        with CaptureQueriesContext(connection) as captured:
            john_client.get(PAGE)
        return len(captured)

    ask(UserFactory(), john)
    john_client.get(PAGE)
    one = queries()
    for person in UserFactory.create_batch(24):
        ask(person, john)
    assert len(listed(john_client)) == 25
    assert queries() == one


@pytest.mark.any_database
def test_people_who_approve_find_the_list_in_their_menu(john_client, susan_client):
    assertContains(john_client.get("/explore/"), f'href="{PAGE}"')
    assertNotContains(susan_client.get("/explore/"), f'href="{PAGE}"')


# No longer asking for approval


def test_who_waits_follows_once_approval_is_off(john_client, susan, john):
    ask(susan, john)
    stop_approving(john_client)
    assert (requests(), follows()) == (set(), {("susan", "john")})
    assert counters(susan, john) == [(1, 0), (0, 1)]


def test_other_preferences_leave_requests_waiting(john_client, susan, john):
    ask(susan, john)
    john_client.post(PREFERENCES, {"language": "", "time_zone": "", "theme": "dark"})
    assert (requests(), follows()) == ({("susan", "john")}, set())


def test_very_many_become_followers_bit_by_bit(john_client, john, monkeypatch, run_tasks):
    monkeypatch.setattr(graph, "WAITING_BATCH", 2)
    for person in UserFactory.create_batch(5):
        ask(person, john)
    stop_approving(john_client)
    assert (len(requests()), len(follows())) == (3, 2)
    run_tasks()
    assert (len(requests()), len(follows())) == (0, 5)
    assert counters(john) == [(0, 5)]


def test_those_left_keep_waiting_if_approval_is_on_again(susan, john):
    ask(susan, john)
    preferences.accept_rest.func(john.pk)
    assert (requests(), follows()) == ({("susan", "john")}, set())


def test_following_ends_a_request_that_still_waits(susan, john):
    ask(susan, john)
    User.objects.update(approve_followers=False)
    assert Follow.objects.follow(susan, john) is True
    assert (requests(), follows()) == (set(), {("susan", "john")})
