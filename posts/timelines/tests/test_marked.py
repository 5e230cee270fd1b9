"""One's own bookmarks and likes."""

import pytest
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from posts.models import Bookmark, Like, Post
from posts.tests.factories import PostFactory

pytestmark = pytest.mark.any_database


@pytest.fixture(params=[("/bookmarks/", Bookmark), ("/likes/", Like)], ids=["bookmarks", "likes"])
def listing(request):
    """The path of a page, and the marks on it."""
    return request.param


def bodies(response):
    return [Post.objects.get(pk=post.pk).body for post in response.context["page"]]


def test_they_are_listed_the_latest_first_page_by_page(susan_client, susan, listing, settings):
    path, mark = listing
    settings.TIMELINE_PAGE_SIZE = 2
    posts = [PostFactory(body=str(number)) for number in range(5)]
    for number in (3, 0, 4, 1, 2):
        mark.objects.add(susan, posts[number])
    first = susan_client.get(path)
    second = susan_client.get(f"{path}{first.context['page'].older}")
    assert (bodies(first), bodies(second)) == (["2", "1"], ["4", "0"])
    assert bodies(susan_client.get(f"{path}{second.context['page'].newer}")) == ["2", "1"]
    assertContains(first, f'id="post-{posts[2].pk}"', count=1)
    assertNotContains(first, "reposted")


def test_they_are_nobody_else_s(client, john_client, susan, listing):
    path, mark = listing
    mark.objects.add(susan, PostFactory())
    assert bodies(john_client.get(path)) == []
    assertRedirects(client.get(path), f"/login/?next={path}")


def test_what_can_no_longer_be_read_is_left_out(susan_client, susan, listing):
    path, mark = listing
    hidden, kept = PostFactory(), PostFactory(body="Still here")
    for post in (kept, hidden):
        mark.objects.add(susan, post)
    hidden.hide()
    assert bodies(susan_client.get(path)) == ["Still here"]


def test_the_few_that_can_be_read_are_found_among_many_that_cannot(susan_client, susan, listing, settings):
    path, mark = listing
    settings.TIMELINE_PAGE_SIZE = 1
    kept, hidden = PostFactory(body="Still here"), PostFactory.create_batch(70)
    for post in (kept, *hidden):
        mark.objects.add(susan, post)
    Post.objects.filter(pk__in=[post.pk for post in hidden]).update(hidden=True)
    assert bodies(susan_client.get(path)) == ["Still here"]


def test_an_empty_list_says_so_and_how_to_fill_it(susan_client, listing):
    path, _mark = listing
    assertContains(susan_client.get(path), 'class="empty empty-timeline"')


def test_the_menu_leads_there(susan_client, listing):
    assertContains(susan_client.get("/"), f'href="{listing[0]}"')
