"""The timelines return the ids of the plain query, whichever way they find them."""

import random
from datetime import timedelta
from itertools import product

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.db.models import Count
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import User
from accounts.tests.factories import UserFactory
from microblog_site.paging import Cursor, CursorPage
from posts import counters
from posts.models import Post
from posts.timelines import queries as timelines
from social.models import Block, Follow, Mute

PEOPLE = 30
POSTS = 300
READERS = 9
ONE_STEP, TWO_STEPS = 1, 3  # queries


@pytest.fixture(autouse=True, params=[True, pytest.param(False, marks=pytest.mark.postgresql)])
def prepared_statements(request, settings):
    settings.DATABASE_PREPARED_STATEMENTS = request.param


@pytest.fixture
def town(db):
    """Some people write a lot and some little, some stopped long ago; a few are suspended and a few posts hidden."""
    chance = random.Random(7)
    people = UserFactory.create_batch(PEOPLE)
    for person in chance.sample(people, 3):
        person.suspend()
    silent = people[: PEOPLE // 3]
    posts = []
    for number in range(POSTS):
        authors = people if number < POSTS // 3 else people[len(silent) :]
        author = authors[int(len(authors) * chance.random() ** 2)]
        posts.append(Post(author=author, body=str(number), html=str(number), hidden=chance.random() < 0.05))
    Post.objects.bulk_create(posts)
    Post.objects.filter(pk__in=chance.sample([post.pk for post in posts], POSTS // 10)).delete()
    return people


@pytest.fixture
def readers(town):
    """One follows nobody, one only inactive people, one everybody; the others random people. One wrote last."""
    chance = random.Random(8)
    circles = [[], town[:10], town] + [
        chance.sample(town, chance.choice([1, 2, 5, 15])) for _reader in range(READERS - 3)
    ]
    readers = chance.sample(town[PEOPLE // 3 :], 6) + UserFactory.create_batch(READERS - 6)
    Follow.objects.bulk_create(
        Follow(follower=reader, followed=person)
        for reader, circle in zip(readers, circles, strict=True)
        for person in circle
        if person != reader
    )
    Post.objects.create(author=readers[-1], body="The newest of all", html="The newest of all")
    return readers


@pytest.fixture
def quarrels(readers, town):
    """Half of the readers mute a third of those they follow, some temporarily or no longer; blocks go both ways."""
    chance = random.Random(9)
    now = timezone.now()
    counters.recount()
    for reader in readers[1::2]:
        circle = [follow.followed for follow in reader.following.select_related("followed")]
        for person in chance.sample(circle, (len(circle) + 2) // 3):
            Mute.objects.mute(reader, person, chance.choice([None, now + timedelta(days=1), now - timedelta(days=1)]))
        for person in chance.sample(town, 3):
            Block.objects.block(*chance.sample([reader, person], 2))


def plain_ids(user):
    followed = list(user.following.values_list("followed", flat=True))
    left_out = {*suspended_ids(), *muted_ids(user)}
    posts = Post.objects.filter(author__in={*followed, user.pk} - left_out, hidden=False)
    return list(posts.order_by("-pk").values_list("pk", flat=True))


def suspended_ids():
    return set(User.objects.filter(is_active=False).values_list("pk", flat=True))


def muted_ids(user):
    now = timezone.now()
    return {muted for muted, until in user.muting.values_list("muted", "until") if until is None or until > now}


def blocked_ids(user):
    return {*user.blocking.values_list("blocked", flat=True), *user.blocked_by.values_list("blocker", flat=True)}


def page_ids(source, cursor, size):
    return [post.pk for post in CursorPage(source, cursor, size)]


def test_home_gives_the_ids_of_the_plain_query_page_by_page_down_and_up(readers, quarrels, monkeypatch):
    newest = Post.objects.latest("pk").pk
    for reader in readers:
        source, expected = timelines.home(reader), plain_ids(reader)
        just_short = max(1, newest - expected[1] - 1) if len(expected) > 1 else 100
        for window, size in product([1, 20, just_short, 4000], [1, 7]):
            monkeypatch.setattr(timelines, "WINDOW", window)
            assert_that_pages_follow_each_other(source, expected, size)


def assert_that_pages_follow_each_other(source, expected, size):
    for start in [*range(0, min(len(expected), 3 * size), size), len(expected) // 2]:
        end = start + size
        below = CursorPage(source, Cursor(before=expected[start - 1]) if start else Cursor(), size)
        assert [post.pk for post in below] == expected[start:end]
        assert below.older == (f"?before={expected[end - 1]}" if end < len(expected) else None)
        if start < len(expected):
            above = CursorPage(source, Cursor(after=expected[start]), size)
            assert [post.pk for post in above] == expected[max(0, start - size) : start]
            assert above.newer == (f"?after={expected[start - size]}" if start > size else None)


def test_home_from_ids_where_nothing_is(readers, quarrels, monkeypatch):
    newest = Post.objects.latest("pk").pk
    for reader in readers:
        source, expected = timelines.home(reader), plain_ids(reader)
        cursors = (1, newest // 2, newest, newest + 1, newest + 10_000, 2**63 - 1)
        for window, cursor in product([1, 20, 4000], cursors):
            monkeypatch.setattr(timelines, "WINDOW", window)
            assert page_ids(source, Cursor(before=cursor), 5) == [pk for pk in expected if pk < cursor][:5]
            assert page_ids(source, Cursor(after=cursor), 5) == [pk for pk in expected if pk > cursor][-5:]


def test_home_takes_the_second_step_only_where_the_first_came_up_short(readers, monkeypatch):
    monkeypatch.setattr(timelines, "WINDOW", 50)
    queries = {ONE_STEP: 0, TWO_STEPS: 0}
    for reader in readers:
        with CaptureQueriesContext(connection) as captured:
            CursorPage(timelines.home(reader), Cursor(), 5)
        queries[len(captured)] += 1
    assert queries[ONE_STEP] > 0
    assert queries[TWO_STEPS] > 0


def test_home_takes_one_step_where_the_window_holds_all_ids(readers, monkeypatch, django_assert_num_queries):
    monkeypatch.setattr(timelines, "WINDOW", 2**40)
    follows_nobody = readers[0]
    with django_assert_num_queries(ONE_STEP):
        CursorPage(timelines.home(follows_nobody), Cursor(before=100))
    with django_assert_num_queries(ONE_STEP + 1):  # plus whether there is anything beyond
        CursorPage(timelines.home(follows_nobody), Cursor(after=100))


def test_explore_and_profile_give_the_ids_of_the_plain_query(town):
    stranger = AnonymousUser()
    author = User.objects.active().annotate(written=Count("posts")).latest("written")
    for source, posts in [
        (timelines.explore(stranger), Post.objects.filter(hidden=False, author__is_active=True)),
        (timelines.profile(author, stranger), Post.objects.filter(hidden=False, author=author)),
    ]:
        expected = list(posts.order_by("-pk").values_list("pk", flat=True))
        assert page_ids(source, Cursor(), 5) == expected[:5]
        assert page_ids(source, Cursor(before=expected[4]), 5) == expected[5:10]
        assert page_ids(source, Cursor(after=expected[10]), 5) == expected[5:10]


def test_explore_leaves_out_whom_its_reader_muted_and_blocks_either_way(readers, quarrels):
    for reader in readers:
        posts = Post.objects.filter(hidden=False).exclude(
            author__in=suspended_ids() | muted_ids(reader) | blocked_ids(reader)
        )
        expected = list(posts.order_by("-pk").values_list("pk", flat=True))
        assert page_ids(timelines.explore(reader), Cursor(), 50) == expected[:50]
        assert page_ids(timelines.explore(reader), Cursor(after=expected[60]), 50) == expected[10:60]


def test_home_of_who_muted_everybody_is_their_own_posts(readers, town, monkeypatch):
    monkeypatch.setattr(timelines, "WINDOW", 30)
    reader = readers[2]
    for follow in reader.following.select_related("followed"):
        Mute.objects.mute(reader, follow.followed)
    own = reader.posts.filter(hidden=False).order_by("-pk").values_list("pk", flat=True)
    assert page_ids(timelines.home(reader), Cursor(), 5) == list(own[:5])
