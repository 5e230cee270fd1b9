import re

import pytest
from pytest_django.asserts import assertContains, assertRedirects, assertTemplateUsed

from accounts.tests.factories import UserFactory
from posts.models import Post
from posts.tests.factories import PostFactory
from social.models import Follow


def bodies(response):
    return [Post.objects.get(pk=post.pk).body for post in response.context["page"]]


def test_home_shows_posts_of_people_i_follow(susan_client, susan, john):
    Follow.objects.follow(susan, john)
    PostFactory(author=john, body="Hi from John")
    assertContains(susan_client.get("/"), "Hi from John")


def test_home_shows_my_own_posts_and_no_strangers(susan_client, susan):
    PostFactory(body="From a stranger")
    PostFactory(author=susan, body="My own")
    assert bodies(susan_client.get("/")) == ["My own"]


@pytest.mark.any_database
def test_home_shows_my_posts_above_the_advice_to_follow_people(susan_client, susan):
    PostFactory(author=susan, body="My first")
    assert re.search("My first.+Find people to follow", susan_client.get("/").content.decode(), re.DOTALL)


def test_home_is_newest_first(susan_client, susan, john):
    Follow.objects.follow(susan, john)
    for body, author in [("one", john), ("two", susan), ("three", john)]:
        PostFactory(author=author, body=body)
    assert bodies(susan_client.get("/")) == ["three", "two", "one"]


def test_home_forgets_whom_i_unfollow(susan_client, susan, john):
    Follow.objects.follow(susan, john)
    PostFactory(author=john)
    Follow.objects.unfollow(susan, john)
    assert bodies(susan_client.get("/")) == []


def test_home_leaves_out_hidden_posts_also_my_own(susan_client, susan, john):
    Follow.objects.follow(susan, john)
    PostFactory(author=john, hidden=True)
    PostFactory(author=susan, hidden=True)
    assert bodies(susan_client.get("/")) == []


def test_home_leaves_out_people_who_are_suspended_until_they_are_back(susan_client, susan, john):
    Follow.objects.follow(susan, john)
    PostFactory(author=john, body="Hi from John")
    john.suspend()
    assert bodies(susan_client.get("/")) == []
    john.restore()
    assert bodies(susan_client.get("/")) == ["Hi from John"]


def test_home_pages_lead_down_and_up_again(susan_client, susan, settings):
    settings.TIMELINE_PAGE_SIZE = 2
    for number in range(5):
        PostFactory(author=susan, body=str(number))
    first = susan_client.get("/")
    second = susan_client.get(f"/{first.context['page'].older}")
    last = susan_client.get(f"/{second.context['page'].older}")
    assert [bodies(page) for page in (first, second, last)] == [["4", "3"], ["2", "1"], ["0"]]
    assert last.context["page"].older is None
    assert bodies(susan_client.get(f"/{last.context['page'].newer}")) == ["2", "1"]
    assertContains(second, f'rel="next" href="/{second.context["page"].older}"')
    assertContains(second, f'rel="prev" href="/{second.context["page"].newer}"')


def test_cursors_that_are_no_usable_number_count_as_none(susan_client, susan):
    PostFactory(author=susan, body="Here")
    for cursor in ["", "x", "0", "-1", "1.5", "٣", str(2**63), "9" * 5000]:
        for direction in ("before", "after"):
            assert bodies(susan_client.get("/", {direction: cursor})) == ["Here"]


def test_the_greatest_cursor_is_fine(susan_client, susan):
    PostFactory(author=susan, body="Here")
    assert bodies(susan_client.get("/", {"before": 2**63 - 1})) == ["Here"]
    assert bodies(susan_client.get("/", {"after": 2**63 - 1})) == []


@pytest.mark.any_database
def test_home_has_a_composer_with_a_submission_of_its_own(susan_client):
    forms = [susan_client.get("/").context["form"] for _visit in range(2)]
    submissions = {form["submission"].value() for form in forms}
    assert len(submissions) == 2
    assert forms[0].fields["language"].choices[0] == ("", "Detect language")


def test_strangers_are_welcomed_with_the_newest_posts(client, db):
    author = UserFactory(display_name="Marnie Holloway")
    PostFactory(author=author, body="Found the leak!")
    PostFactory(hidden=True, body="Not for you")
    response = client.get("/")
    assertTemplateUsed(response, "posts/welcome.html")
    assert bodies(response) == ["Found the leak!"]
    assertContains(response, "Marnie Holloway")


@pytest.mark.any_database
def test_the_welcome_has_one_page_only(client, db, settings):
    settings.TIMELINE_PAGE_SIZE = 1
    PostFactory()
    newest = PostFactory(body="The newest")
    assert bodies(client.get("/", {"before": newest.pk})) == ["The newest"]


@pytest.mark.any_database
def test_a_closed_site_asks_strangers_to_log_in(client, db, settings):
    settings.PUBLIC_READING = False
    assertRedirects(client.get("/"), "/login/?next=/")
