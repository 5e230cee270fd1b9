"""Who liked or reposted a post, and what quotes it."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pytest_django.asserts import assertContains, assertNotContains

from accounts.tests.factories import UserFactory
from posts.models import Like, Post
from posts.tests.factories import PostFactory
from social.models import Block, Follow, Mute

LISTS = ("likes", "reposts", "quotes")
NAME = re.compile(r'<(?:article|li) class="(?:post|person)".*?class="person-username">(?:<bdi>)?@(\w+)<', re.DOTALL)
ARTICLE = re.compile(r'<article [^>]*\bid="post-(\d+)"')


@pytest.fixture
def post(john):
    return PostFactory(author=john, body="Post")


def react(post, *people):
    for person in people:
        Like.objects.add(person, post)
        Post.objects.repost(person, post)
        PostFactory(author=person, quote_of=post)
    post.refresh_from_db()


def names(client, post, listing, query=""):
    """Who is on this list, in order."""
    page = client.get(f"/posts/{post.pk}/{listing}/{query}").text.partition('<div class="site-side">')[0]
    return NAME.findall(page)


@pytest.mark.any_database
def test_a_post_leads_to_its_lists_which_lead_back(client, post, susan):
    assert "/likes/" not in client.get(post.get_absolute_url()).text
    react(post, susan)
    page = client.get(post.get_absolute_url())
    for listing in LISTS:
        assertContains(page, f'href="/posts/{post.pk}/{listing}/"><strong>1</strong> {listing[:-1]}<')
        assertContains(
            client.get(f"/posts/{post.pk}/{listing}/"), f'class="back icon-directed" href="/@john/{post.pk}/"'
        )


@pytest.mark.parametrize("listing", LISTS)
def test_the_newest_is_first(client, post, susan, listing):
    react(post, susan, UserFactory(username="ana"))
    assert names(client, post, listing) == ["ana", "susan"]


@pytest.mark.any_database
@pytest.mark.parametrize("listing", LISTS)
def test_an_empty_list_says_so(client, post, listing):
    kinds = {"likes": "liked", "reposts": "reposted", "quotes": "quoted"}
    assertContains(client.get(f"/posts/{post.pk}/{listing}/"), f"Nobody has {kinds[listing]} this post yet.")


@pytest.mark.parametrize("listing", LISTS)
@pytest.mark.parametrize("event", ["blocks", "blocked", "suspended"])
def test_nobody_is_named_who_cannot_be_seen(susan, susan_client, post, listing, event):
    writer = UserFactory(username="writer")
    react(post, writer, UserFactory(username="ana"))
    match event:
        case "suspended":
            writer.suspend()
        case "blocked":
            Block.objects.block(susan, writer)
        case "blocks":
            Block.objects.block(writer, susan)
    assert names(susan_client, post, listing) == ["ana"]


def test_a_list_of_people_one_cannot_see_says_so(susan, susan_client, post):
    writer = UserFactory()
    react(post, writer)
    Block.objects.block(writer, susan)
    assertContains(susan_client.get(f"/posts/{post.pk}/likes/"), "There's nobody here you can see.")


def test_quotes_are_for_those_who_may_read_them(client, susan, susan_client, post):
    writer = UserFactory(username="writer")
    quote = PostFactory(author=writer, quote_of=post, for_followers=True)
    assert names(susan_client, post, "quotes") == []
    Follow.objects.follow(susan, writer)
    assert names(susan_client, post, "quotes") == ["writer"]
    assert names(client, post, "quotes") == []
    Mute.objects.mute(susan, writer)
    assert names(susan_client, post, "quotes") == []
    Mute.objects.unmute(susan, writer)
    quote.hide()
    assert names(susan_client, post, "quotes") == []


@pytest.mark.parametrize("listing", ["likes", "reposts"])
def test_readers_see_who_of_them_they_follow(client, susan, susan_client, post, listing):
    ana = UserFactory(username="ana")
    react(post, ana, susan)
    page = susan_client.get(f"/posts/{post.pk}/{listing}/")
    assertContains(page, 'formaction="/@ana/follow/"')
    assertNotContains(page, 'formaction="/@susan/follow/"')
    Follow.objects.follow(susan, ana)
    assertContains(susan_client.get(f"/posts/{post.pk}/{listing}/"), 'formaction="/@ana/unfollow/"')
    assertNotContains(client.get(f"/posts/{post.pk}/{listing}/"), "/follow/")


@pytest.mark.parametrize("listing", LISTS)
def test_lists_are_for_those_who_may_read_the_post(client, susan, susan_client, john, listing):
    post = PostFactory(author=john, for_followers=True)
    url = f"/posts/{post.pk}/{listing}/"
    assert [reader.get(url).status_code for reader in (client, susan_client)] == [404, 404]
    Follow.objects.follow(susan, john)
    assert susan_client.get(url).status_code == 200
    post.hide()
    assert susan_client.get(url).status_code == 404


@pytest.mark.any_database
@pytest.mark.parametrize("listing", LISTS)
def test_reposts_and_missing_posts_have_no_lists(client, susan, post, listing):
    Post.objects.repost(susan, post)
    for pk in (susan.posts.get(repost_of=post).pk, 2**63 - 1, 10**30):
        assert client.get(f"/posts/{pk}/{listing}/").status_code == 404


@pytest.mark.any_database
def test_people_come_in_numbered_pages_and_quotes_by_cursor(client, post, settings):
    settings.LIST_PAGE_SIZE = settings.TIMELINE_PAGE_SIZE = 2
    react(post, *UserFactory.create_batch(5))
    everybody = names(client, post, "likes") + names(client, post, "likes", "?page=2")
    assert len(set(everybody)) == 4
    assert names(client, post, "likes", "?page=99") == names(client, post, "likes", "?page=3")
    page = client.get(f"/posts/{post.pk}/quotes/").text
    older = re.search(r'rel="next" href="([^"]*)"', page)[1]
    assert max(map(int, ARTICLE.findall(client.get(older).text))) < min(map(int, ARTICLE.findall(page)))


@pytest.mark.parametrize("listing", LISTS)
@pytest.mark.parametrize("reader", ["client", "susan_client"])
def test_a_list_needs_as_many_queries_for_25_as_for_one(request, post, listing, reader):
    reader = request.getfixturevalue(reader)
    url = f"/posts/{post.pk}/{listing}/"

    def queries():
        reader.get(url)
        with CaptureQueriesContext(connection) as captured:
            assert reader.get(url).status_code == 200
        return len(captured)

    react(post, UserFactory())
    one = queries()
    react(post, *UserFactory.create_batch(24))
    assert len(names(reader, post, listing)) == 25
    assert queries() == one
