import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from accounts.tests.factories import UserFactory
from social.models import Block, Follow

LISTS = ["followers", "following"]


def connect(person, other, listing):
    """Put `other` into that list of `person`."""
    Follow.objects.follow(*((other, person) if listing == "followers" else (person, other)))


def names(response):
    return [person.username for person in response.context["people"]]


@pytest.mark.parametrize("listing", LISTS)
def test_a_list_is_newest_first(client, susan, listing):
    for username in ("anna", "bert", "cleo"):
        connect(susan, UserFactory(username=username), listing)
    connect(UserFactory(username="stranger"), susan, listing)
    response = client.get(f"/@susan/{listing}/")
    assert names(response) == ["cleo", "bert", "anna"]
    assert response.context["listing"] == listing
    assertContains(response, 'href="/@anna/"')


@pytest.mark.any_database
@pytest.mark.parametrize("listing", LISTS)
def test_nobody_in_it_is_fine(client, susan, listing):
    assert names(client.get(f"/@susan/{listing}/")) == []


@pytest.mark.parametrize("listing", LISTS)
def test_it_has_numbered_pages_and_gives_the_nearest_one(client, susan, settings, listing):
    settings.LIST_PAGE_SIZE = 2
    for username in ("anna", "bert", "cleo"):
        connect(susan, UserFactory(username=username), listing)
    url = f"/@susan/{listing}/"
    first, last = ["cleo", "bert"], ["anna"]
    pages = {"1": first, "2": last, "3": last, "9" * 20: last, "0": first, "-1": first, "x": first, "": first}
    for number, expected in pages.items():
        assert names(client.get(url, {"page": number})) == expected
    assertContains(client.get(url), "?page=2")


def test_it_ends_at_the_greatest_page(client, susan, settings):
    settings.LIST_PAGE_SIZE, settings.LIST_MAX_PAGES = 1, 2
    for username in ("anna", "bert", "cleo"):
        connect(susan, UserFactory(username=username), "followers")
    response = client.get("/@susan/followers/", {"page": 3})
    assert response.context["people"].number == response.context["people"].paginator.num_pages == 2
    assert names(response) == ["bert"]


def test_it_knows_whom_of_them_i_follow(john_client, john, susan):
    anna, bert = UserFactory(username="anna"), UserFactory(username="bert")
    for person in (anna, bert, john):
        connect(susan, person, "followers")
    Follow.objects.follow(john, anna)
    response = john_client.get("/@susan/followers/")
    assert [person.username for person in response.context["people"] if person.is_followed] == ["anna"]
    assertContains(response, "/@anna/unfollow/")
    assertContains(response, "/@bert/follow/")
    assertNotContains(response, "/@john/follow/")


@pytest.mark.any_database
def test_strangers_are_offered_no_buttons(client, john, susan):
    connect(susan, john, "followers")
    response = client.get("/@susan/followers/")
    assert not any(person.is_followed for person in response.context["people"])
    assertNotContains(response, "/@john/follow/")


def test_suspended_people_keep_their_place_without_a_name(client, john, susan):
    connect(susan, john, "followers")
    john.suspend()
    response = client.get("/@susan/followers/")
    assertContains(response, "Suspended account")
    assertNotContains(response, "/@john/")


def test_a_page_of_nobody_one_may_see_says_so_and_leads_on(john_client, john, susan, settings):
    settings.LIST_PAGE_SIZE = 1
    friend, foe = UserFactory(username="anna"), UserFactory(username="bert")
    for person in (friend, foe):
        Follow.objects.follow(person, susan)
    Block.objects.block(foe, john)
    response = john_client.get("/@susan/followers/")
    assertContains(response, "There's nobody here you can see.")
    assertNotContains(response, "No followers yet")
    assertContains(response, 'href="?page=2"')
    assertContains(john_client.get("/@susan/followers/?page=2"), "@anna")


@pytest.mark.any_database
def test_another_spelling_leads_to_the_canonical_one(client, susan):
    assertRedirects(client.get("/@SUSAN/following/?page=2"), "/@susan/following/?page=2")


@pytest.mark.any_database
@pytest.mark.parametrize("listing", LISTS)
def test_a_closed_site_shows_lists_to_its_people_only(client, susan_client, settings, listing):
    settings.PUBLIC_READING = False
    assertRedirects(
        client.get(f"/@susan/{listing}/"), f"/login/?next=/%40susan/{listing}/", fetch_redirect_response=False
    )
    assert susan_client.get(f"/@susan/{listing}/").status_code == 200


@pytest.mark.parametrize("listing", LISTS)
@pytest.mark.parametrize("reader", ["client", "john_client"])
def test_a_list_of_25_needs_as_many_queries_as_one_of_one(request, susan, reader, listing):
    reader, url = request.getfixturevalue(reader), f"/@susan/{listing}/"

    def queries():
        with CaptureQueriesContext(connection) as captured:
            assert reader.get(url).status_code == 200
        return len(captured)

    connect(susan, UserFactory(), listing)
    reader.get(url)
    one = queries()
    for person in UserFactory.create_batch(24):
        connect(susan, person, listing)
    assert len(names(reader.get(url))) == 25
    assert queries() == one
