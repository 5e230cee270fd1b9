from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains

from accounts.tests.factories import UserFactory
from social.models import Block, Mute

PAGE = "/settings/blocks/"

pytestmark = pytest.mark.any_database


def names(client, listing, **query):
    rows = client.get(PAGE, query).context[listing]
    return [(row.blocked if listing == "blocks" else row.muted).username for row in rows]


def test_nobody_in_the_lists_is_fine(susan_client):
    response = susan_client.get(PAGE)
    assertContains(response, "You haven't blocked anyone.")
    assertContains(response, "You haven't muted anyone.")


def test_it_lists_whom_i_blocked_and_muted_newest_first_and_the_ways_back(susan, john, susan_client):
    anna, bert = UserFactory(username="anna"), UserFactory(username="bert")
    Block.objects.block(susan, anna)
    Block.objects.block(susan, bert)
    Mute.objects.mute(susan, john)
    assert names(susan_client, "blocks") == ["bert", "anna"]
    assert names(susan_client, "mutes") == ["john"]
    for way_back in ("/@anna/unblock/", "/@bert/unblock/", "/@john/unmute/"):
        assertContains(susan_client.get(PAGE), f'formaction="{way_back}"')


def test_the_ways_back_lead_back_to_it(susan, john, susan_client):
    Block.objects.block(susan, john)
    response = susan_client.post("/@john/unblock/", headers={"Referer": f"http://testserver{PAGE}?blocked=2"})
    assert response.url == f"{PAGE}?blocked=2"


def test_it_says_when_a_mute_ends_and_forgets_it_then(susan, john, susan_client):
    Mute.objects.mute(susan, john)
    assertNotContains(susan_client.get(PAGE), "Ends:")
    Mute.objects.mute(susan, john, until := timezone.now() + timedelta(days=7))
    assertContains(susan_client.get(PAGE), f'<time datetime="{until:%Y-%m-%dT%H:%M:%SZ}">')
    Mute.objects.mute(susan, john, timezone.now() - timedelta(seconds=1))
    assert names(susan_client, "mutes") == []


def test_what_others_do_about_me_does_not_show(susan, john, susan_client):
    Block.objects.block(john, susan)
    Mute.objects.mute(john, susan)
    assertNotContains(susan_client.get(PAGE), "@john")


@pytest.mark.parametrize("blocker", ["susan", "john"])
def test_who_is_blocked_either_way_stands_in_no_list_of_muted_people(susan, john, susan_client, blocker):
    Mute.objects.mute(susan, john)
    Block.objects.block(*((susan, john) if blocker == "susan" else (john, susan)))
    assert names(susan_client, "mutes") == []
    assert names(susan_client, "blocks") == (["john"] if blocker == "susan" else [])


def test_suspended_people_keep_their_place_without_a_name(susan, john, susan_client):
    Block.objects.block(susan, john)
    Mute.objects.mute(susan, anna := UserFactory(username="anna"))
    john.suspend()
    anna.suspend()
    response = susan_client.get(PAGE)
    assertContains(response, "Suspended account", count=2)
    assertNotContains(response, "@john")
    assertNotContains(response, "@anna")


def test_each_list_has_pages_of_its_own(susan, susan_client, settings):
    settings.LIST_PAGE_SIZE = 2
    for number in range(3):
        Block.objects.block(susan, UserFactory(username=f"blocked_{number}"))
        Mute.objects.mute(susan, UserFactory(username=f"muted_{number}"))
    assertContains(susan_client.get(PAGE), 'href="?blocked=2"')
    assertContains(susan_client.get(PAGE), 'href="?muted=2"')
    for number in ("2", "9", "9" * 20):
        assert names(susan_client, "blocks", blocked=number) == ["blocked_0"]
        assert names(susan_client, "mutes", blocked=number) == ["muted_2", "muted_1"]
    assert names(susan_client, "mutes", muted=2) == ["muted_0"]
    assert names(susan_client, "mutes", muted="x") == ["muted_2", "muted_1"]


def test_it_is_a_tab_of_the_settings(susan_client):
    assertContains(susan_client.get("/settings/profile/"), f'href="{PAGE}"')
    assertContains(susan_client.get(PAGE), f'href="{PAGE}" aria-current="page"')


def test_lists_of_25_need_as_many_queries_as_lists_of_one(susan, susan_client):
    def queries():
        with CaptureQueriesContext(connection) as captured:
            assert susan_client.get(PAGE).status_code == 200
        return len(captured)

    def add(number):
        for person in UserFactory.create_batch(number):
            Block.objects.block(susan, person)
        for person in UserFactory.create_batch(number):
            Mute.objects.mute(susan, person)

    add(1)
    susan_client.get(PAGE)
    one = queries()
    add(24)
    assert len(names(susan_client, "blocks")) == len(names(susan_client, "mutes")) == 25
    assert queries() == one
