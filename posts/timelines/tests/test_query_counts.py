"""A page runs as many queries for 25 rows as for one, and home at most eight."""

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import User
from accounts.tests.factories import UserFactory
from posts.models import Bookmark, Like, Post
from posts.tests.factories import PostFactory
from posts.timelines import acts, home
from social.models import Block, Follow, Mute

pytestmark = pytest.mark.any_database

A_PAGE = 26 + acts.SPARE


def queries(client, url):
    with CaptureQueriesContext(connection) as captured:
        assert client.get(url).status_code == 200
    return len(captured)


def write(susan, posts):
    """Write this many `posts`, each by another person whom susan follows, with everything a post can show."""
    for _post in range(posts):
        author = UserFactory()
        Follow.objects.follow(susan, author)
        PostFactory(author=author, body="Hi @susan, see https://example.com/").edit("Hi again, @susan", "en")


def converse(susan, posts):
    """Write this many posts, each with an answer to it that quotes another post; and repost as many of strangers."""
    for _post in range(posts):
        author = UserFactory()
        Follow.objects.follow(susan, author)
        post = PostFactory(author=author, content_warning="Boats")
        PostFactory(author=susan, in_reply_to=post, quote_of=PostFactory())
        Post.objects.repost(author, PostFactory())
        Like.objects.add(susan, post)
        Bookmark.objects.add(susan, post)


@pytest.mark.parametrize("url", ["/", "/explore/"])
@pytest.mark.parametrize("reader", ["client", "susan_client"])
def test_timelines(request, susan, reader, url):
    reader = request.getfixturevalue(reader)
    write(susan, 1)
    reader.get(url)
    one = queries(reader, url)
    write(susan, 24)
    assert len(reader.get(url).context["page"]) == 25
    assert queries(reader, url) == one


@pytest.mark.parametrize("path", ["/@john/", "/@john/replies/"])
@pytest.mark.parametrize("reader", ["client", "susan_client"])
def test_profile(request, john, reader, path):
    reader = request.getfixturevalue(reader)
    PostFactory(author=john)
    PostFactory(author=john, pinned_at=timezone.now())
    reader.get(path)
    one = queries(reader, path)
    PostFactory.create_batch(22, author=john)
    PostFactory.create_batch(2, author=john, pinned_at=timezone.now())
    response = reader.get(path)
    assert len(response.context["page"]) + len(response.context.get("pinned", [])) >= 25
    assert queries(reader, path) == one


def test_home_in_two_steps(susan, susan_client, monkeypatch):
    monkeypatch.setattr(home, "WINDOW", 1)
    write(susan, 1)
    PostFactory.create_batch(2)
    susan_client.get("/")
    one = queries(susan_client, "/")
    write(susan, 24)
    PostFactory.create_batch(2)
    assert len(susan_client.get("/").context["page"]) == 25
    assert queries(susan_client, "/") == one == 5  # session with person, two steps in three queries, posts


@pytest.mark.every_database
def test_home_needs_at_most_eight_after_a_long_absence(susan, susan_client, monkeypatch):
    monkeypatch.setattr(home, "WINDOW", 1)
    write(susan, 30)
    User.objects.update(last_seen=timezone.now() - timedelta(days=400))
    assert queries(susan_client, "/") <= 8


@pytest.mark.every_database
def test_home_in_one_step_needs_three(susan, susan_client):
    write(susan, A_PAGE)
    susan_client.get("/")
    assert queries(susan_client, "/") == 3  # session with person, which posts, the posts


def test_home_needs_one_more_where_posts_are_not_cached(susan, susan_client):
    write(susan, A_PAGE)
    susan_client.get("/")
    cache.clear()
    assert queries(susan_client, "/") == 4


@pytest.mark.every_database
def test_home_with_answers_quotes_and_reposts_needs_at_most_eight(susan, susan_client, monkeypatch):
    monkeypatch.setattr(home, "WINDOW", 1)
    converse(susan, 1)
    PostFactory.create_batch(2)
    assert queries(susan_client, "/") <= 8
    one = queries(susan_client, "/")
    converse(susan, 10)
    PostFactory.create_batch(2)
    cache.clear()
    assert queries(susan_client, "/") <= 8
    assert queries(susan_client, "/") == one


@pytest.mark.parametrize("path", ["/bookmarks/", "/likes/"])
def test_marked_posts(susan, susan_client, path):
    converse(susan, 1)
    susan_client.get(path)
    one = queries(susan_client, path)
    converse(susan, 24)
    assert len(susan_client.get(path).context["page"]) == 25
    assert queries(susan_client, path) == one


def test_blocks_and_mutes_cost_timelines_no_query(susan, susan_client, monkeypatch):
    write(susan, 25)
    paths = ("/", "/explore/")
    susan_client.get("/")
    before = [queries(susan_client, path) for path in paths]
    for person in UserFactory.create_batch(3):
        Block.objects.block(susan, person)
        Mute.objects.mute(susan, person)
    assert [queries(susan_client, path) for path in paths] == before
    monkeypatch.setattr(home, "WINDOW", 1)
    PostFactory.create_batch(2)
    assert queries(susan_client, "/") <= 8
