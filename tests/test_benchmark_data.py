"""The community for `make bench` has the documented properties, and is always the same."""

from datetime import timedelta

import numpy as np
import pytest
from django.db.models import Count, Exists, F, Max, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce

from accounts import markup
from accounts.models import User
from benchmarks import data, readers
from benchmarks.community import SIZES, Community, Size
from posts.models import Like, NewestPost, Post, PostVersion
from social.models import Block, Follow, Mute

TINY = Size(300, 2_000, 2_000, {"probe": 30, "heavy": 100, "idle": 10, "lonely": 70, "celebrity": 5}, 100)
OF_READERS = sum(TINY.followed_by_readers.values()) + TINY.people - len(readers.NAMES)


@pytest.fixture
def cast(db):
    data.fill(TINY)
    return {name: User.objects.get(username=name) for name in readers.NAMES}


def followed_by(person):
    return User.objects.filter(followers__follower=person)


def test_there_is_as_much_of_everything_as_the_size_says(cast):
    assert User.objects.count() == TINY.people
    assert User.objects.filter(is_active=False).count() == 1
    assert Post.objects.count() == TINY.posts
    assert Post.objects.filter(hidden=True).count() == 2
    assert Follow.objects.count() == TINY.follows + OF_READERS
    assert Block.objects.count() == TINY.follows // 100
    assert Mute.objects.count() == TINY.follows // 100 + -(-OF_READERS // 100)


def test_people_answer_quote_repost_and_like(cast):
    answers = Post.objects.exclude(in_reply_to=None)
    assert 0.2 < answers.count() / TINY.posts < 0.4
    assert answers.filter(other_author=F("author")).count() > 0.2 * answers.count()
    assert not answers.exclude(other_author=F("in_reply_to__author")).exists()
    reposts = Post.objects.exclude(repost_of=None)
    assert 0.05 < reposts.count() / TINY.posts < 0.1
    assert not reposts.exclude(other_author=F("repost_of__author")).exists()
    assert not reposts.exclude(repost_of__owner=None, repost_of__repost_of=None).exists()
    assert Post.objects.filter(is_quote=True, quote_of__isnull=False).count() > 0.01 * TINY.posts
    assert Post.objects.exclude(owner=None).exclude(owner=F("author")).exists()
    assert Post.objects.filter(likes_count__gte=TINY.people - len(readers.NAMES)).exists()
    assert Like.objects.count() > 0.9 * TINY.posts
    long, short = Post.objects.order_by("-replies_count")[0], Post.objects.get(pk=TINY.posts // 2 + 2)
    assert long.replies_count > 60 > 35 > short.replies_count > 25
    assert max(reply.replies_count for reply in long.replies.all()) >= 25
    assert Follow.objects.filter(hides_reposts=True).exists()
    assert PostVersion.objects.count() == Post.objects.exclude(edited_at=None).count() > 0


def test_the_newest_post_of_each_is_noted(cast):
    newest = Post.objects.values("author").annotate(newest=Max("pk")).values_list("author", "newest")
    assert dict(NewestPost.objects.values_list("author", "post_id")) == dict(newest)


def test_counters_are_right(cast):
    def number(rows, field):
        counted = rows.filter(**{field: OuterRef("pk")}).order_by().values(field).annotate(number=Count("pk"))
        return Coalesce(Subquery(counted.values("number")), 0)

    public = Post.objects.filter(owner=None, hidden=False)
    counts = {
        "replies_count": number(public, "in_reply_to"),
        "quotes_count": number(public, "quote_of"),
        "reposts_count": number(Post.objects, "repost_of"),
        "likes_count": number(Like.objects, "post"),
    }
    assert not Post.objects.exclude(**counts).exists()
    written = number(Post.objects.filter(repost_of=None, hidden=False), "author")
    assert not User.objects.exclude(posts_count=written).exists()


def test_it_is_as_the_site_would_have_written_it(cast):
    friends = Q(follower=OuterRef("blocker"), followed=OuterRef("blocked"))
    friends |= Q(follower=OuterRef("blocked"), followed=OuterRef("blocker"))
    assert not Block.objects.filter(Exists(Follow.objects.filter(friends))).exists()
    posts = Post.objects.order_by("pk")
    assert [post.html for post in posts[:100]] == markup.render_all([post.body for post in posts[:100]])
    for rows in (posts, Follow.objects.order_by("pk")):
        times = list(rows.values_list("created_at", flat=True))
        assert times == sorted(times)
        assert data.START <= times[0] < times[-1] < data.END


@pytest.mark.any_database
def test_posts_are_short_texts_in_many_languages(cast):
    posts = Post.objects.filter(repost_of=None).select_related("author")[:500]
    assert all(20 <= len(post.body) <= 140 for post in posts)
    assert all([post.language] == post.author.written_languages for post in posts)
    assert len({post.language for post in posts}) > 40


def test_what_comes_next_has_the_next_number(cast):
    probe, fresh = cast["probe"], cast["fresh"]
    assert Post.objects.create(author=probe, body="I am new here", html="I am new here").pk == TINY.posts + 1
    assert Follow.objects.follow(fresh, probe)
    assert Follow.objects.get(follower=fresh).pk == TINY.follows + OF_READERS + 1


@pytest.mark.any_database
def test_readers_follow_as_they_are_said_to(cast):
    followed = {name: followed_by(person) for name, person in cast.items()}
    assert {name: people.count() for name, people in followed.items()} == TINY.followed_by_readers | {"fresh": 0}
    assert cast["celebrity"].followers_count == TINY.people - len(readers.NAMES)
    first_year = data.START + timedelta(days=366)
    silent = User.objects.exclude(posts__created_at__gt=first_year)
    assert not followed["idle"].difference(silent.filter(posts__isnull=False)).exists()
    assert not followed["lonely"].difference(silent).exists()
    assert silent.filter(posts_count=0).intersection(followed["lonely"]).exists()


@pytest.mark.any_database
def test_readers_can_log_in_and_some_write(cast):
    assert all(person.check_password(data.PASSWORD) and person.email_confirmed_at for person in cast.values())
    writers = {name for name, person in cast.items() if person.posts_count}
    assert writers == {"probe", "heavy", "celebrity"}


def test_a_few_are_followed_by_many_and_write_a_lot():
    community = Community(SIZES["S"])
    for people in (community.split(community.follows)[1], community.authors):
        numbers = np.sort(np.bincount(people))[::-1]
        assert numbers[:100].sum() > 0.3 * numbers.sum()


@pytest.mark.any_database
def test_it_is_the_same_each_time(db):
    one, other = Community(TINY), Community(TINY)
    assert list(data.posts(one)) == list(data.posts(other))
    assert list(data.follows(one)) == list(data.follows(other))
    for pairs, others in ((one.blocks, other.blocks), (one.mutes, other.mutes), (one.talk.likes, other.talk.likes)):
        assert list(data.relations(one, pairs)) == list(data.relations(other, others))
