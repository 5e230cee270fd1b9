"""A tab learns of new posts without reloading its page, and polling costs next to nothing."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains, assertNumQueries

from accounts.models import Session, User
from accounts.tests.factories import UserFactory
from posts.models import Post
from posts.tests.factories import PostFactory
from social.models import Follow, Mute
from tests.races import before_it_is_committed

AJAX = {"X-Requested-With": "XMLHttpRequest"}


@pytest.fixture
def first(susan, john):
    Follow.objects.follow(susan, john)
    return PostFactory(author=john)


@pytest.fixture(params=["/", "/explore/"])
def ask(request, susan_client, first):
    """A function that asks a page, which shows the `first` post, for newer ones."""
    return lambda query="": susan_client.get(f"{request.param}?after={first.pk}{query}", headers=AJAX)


def newest(client):
    return client.get(reverse("posts_newest")).content


def test_it_tells_whether_anything_was_written(client, john):
    nothing = newest(client)
    PostFactory(author=john)
    something = newest(client)
    assert something != nothing
    assert newest(client) == something
    PostFactory(author=john)
    assert newest(client) not in (nothing, something)


@pytest.mark.any_database
def test_it_tells_nothing_else_and_nothing_to_those_the_site_is_closed_to(client, susan_client, settings):
    assert len(newest(client)) == len("0123456789abcdef\n")
    settings.PUBLIC_READING = False
    assert newest(susan_client) == newest(susan_client) != b""
    assert client.get(reverse("posts_newest")).status_code == 302
    assert client.get(reverse("posts_newest"), headers=AJAX).status_code == 401


def test_it_takes_one_query_and_knows_nobody(susan_client, first):
    with assertNumQueries(1):
        response = susan_client.get(reverse("posts_newest"))
    assert not response.cookies
    assert "no-store" in response["Cache-Control"]


def test_nothing_new_is_an_empty_answer(ask):
    response = ask()
    assert (response.status_code, response.content) == (204, b"")


def test_new_posts_are_counted(ask, john):
    PostFactory(author=john)
    assertContains(ask(), "1 new post<")
    PostFactory.create_batch(2, author=john)
    assertContains(ask(), "3 new posts<")


def test_a_page_full_is_counted_no_further(ask, john, settings):
    settings.TIMELINE_PAGE_SIZE = 2
    PostFactory.create_batch(2, author=john)
    assertContains(ask(), "2 new posts<")
    PostFactory.create_batch(2, author=john)
    assertContains(ask(), "More than 2 new posts<")
    assertContains(ask(), "data-page-full")


def test_one_s_own_are_not_counted_but_shown(ask, susan, john):
    own = PostFactory(author=susan)
    assert ask().status_code == 204
    other = PostFactory(author=john)
    assertContains(ask(), "1 new post<")
    shown = ask("&show=1").text
    assert 0 < shown.index(f'id="post-{other.pk}"') < shown.index(f'id="post-{own.pk}"')


def test_who_is_muted_hidden_or_suspended_is_not_counted(ask, susan, john):
    muted, suspended = UserFactory.create_batch(2)
    for person in (muted, suspended):
        Follow.objects.follow(susan, person)
        PostFactory(author=person)
    Mute.objects.mute(susan, muted)
    suspended.suspend()
    PostFactory(author=john).hide()
    assert ask().status_code == 204


def test_home_counts_whom_one_follows_and_explore_everybody(susan_client, first):
    PostFactory()
    assert susan_client.get(f"/?after={first.pk}", headers=AJAX).status_code == 204
    assertContains(susan_client.get(f"/explore/?after={first.pk}", headers=AJAX), "1 new post<")


def test_where_there_was_nothing_yet_all_is_new(client, john):
    PostFactory.create_batch(2, author=john)
    assertContains(client.get("/explore/?after=", headers=AJAX), "2 new posts<")


@pytest.mark.any_database
def test_only_the_first_page_asks(susan_client, first):
    for path in ("/", "/explore/"):
        assertContains(susan_client.get(path), f'id="newer" role="status" data-after="{first.pk}"')
        assertNotContains(susan_client.get(f"{path}?before={first.pk + 1}"), 'id="newer"')


@pytest.mark.any_database
def test_without_a_script_a_page_of_newer_posts_is_a_page(susan_client, first):
    assertContains(susan_client.get(f"/?after={first.pk}"), "<html")


@pytest.mark.any_database
@pytest.mark.parametrize("headers", [{}, AJAX])
def test_no_cache_takes_the_answer_to_a_script_for_the_page(susan_client, first, headers):
    for path in ("/", "/explore/"):
        assert "X-Requested-With" in susan_client.get(f"{path}?after={first.pk}", headers=headers)["Vary"]


@pytest.mark.any_database
def test_who_is_logged_out_is_told_so(client, db):
    assert client.get("/?after=1", headers=AJAX).status_code == 401


@pytest.mark.any_database
def test_a_tab_that_asks_by_itself_is_nobody_s_visit(ask, susan):
    long_ago = timezone.now() - timedelta(days=3)
    User.objects.update(last_seen=long_ago)
    Session.objects.update(last_used_at=long_ago)
    ask()
    susan.refresh_from_db()
    assert susan.last_seen == Session.objects.get(user=susan).last_used_at == long_ago


@pytest.mark.parametrize("number", [1, 25])
def test_counting_takes_as_many_queries_for_one_and_for_many(ask, john, number):
    PostFactory.create_batch(number, author=john)
    ask()
    is_home = ask().wsgi_request.path == "/"
    with assertNumQueries(4 if is_home else 3):  # session with person, which posts, at home whether more, the posts
        ask()


def test_a_repost_of_what_is_there_is_new_and_one_s_own_is_not(susan_client, susan, john, first):
    other = UserFactory()
    Follow.objects.follow(susan, other)
    Post.objects.repost(susan, first)
    assert susan_client.get(f"/?after={first.pk}", headers=AJAX).status_code == 204
    Post.objects.repost(other, first)
    assertContains(susan_client.get(f"/?after={first.pk}", headers=AJAX), "1 new post<")
    assertContains(susan_client.get(f"/?after={first.pk}&show=1", headers=AJAX), f'id="post-{first.pk}"', count=1)
    newest = other.posts.get().pk
    assertContains(susan_client.get("/"), f'data-after="{newest}"')
    assert susan_client.get(f"/?after={newest}", headers=AJAX).status_code == 204


@pytest.mark.django_db(transaction=True)
def test_no_post_appears_below_one_that_a_tab_knows(susan, john):
    """A tab asks for what is newer than the newest it knows: one with a lower id, committed later, would be lost."""

    def publish_and_look():
        newest = Post.objects.publish(john, "Second").pk
        assert Post.objects.filter(pk__lt=newest).count() == 1

    before_it_is_committed(lambda: Post.objects.publish(susan, "First"), publish_and_look)
