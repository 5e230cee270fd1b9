from io import StringIO

import pytest
from django.core.management import call_command

from accounts.models import User
from accounts.tests.factories import UserFactory
from posts import batches, counters
from posts.models import Gone, Like, Post
from social.models import Follow
from tests.races import at_once, before_it_is_committed

from .factories import PostFactory

COUNTERS = ("posts_count", "followers_count", "following_count")
OF_POSTS = ("replies_count", "reposts_count", "quotes_count", "likes_count")


def run():
    out = StringIO()
    call_command("recount", stdout=out)
    return out.getvalue()


def counters_of_all():
    return list(User.objects.order_by("pk").values_list("username", *COUNTERS))


@pytest.fixture
def town(susan, john):
    """Two people who wrote and follow, and three who did neither."""
    PostFactory.create_batch(3, author=susan)
    PostFactory(author=susan, hidden=True)
    PostFactory(author=john)
    Follow.objects.follow(john, susan)
    UserFactory.create_batch(3)


def test_it_sets_all_counters_right(town):
    right = counters_of_all()
    assert right[:2] == [("susan", 3, 1, 0), ("john", 1, 0, 1)]
    User.objects.update(posts_count=7, followers_count=7, following_count=7)
    assert "Done: the counters of 5 of 5 people were wrong." in run()
    assert counters_of_all() == right


def counters_of_posts():
    return list(Post.objects.filter(repost_of=None).order_by("pk").values_list("pk", *OF_POSTS))


def test_it_counts_what_is_public_and_not_hidden_of_each_post(susan, john):
    post = PostFactory(author=john)
    Follow.objects.follow(susan, john)
    for _time in range(2):
        PostFactory(author=susan, in_reply_to=post)
        PostFactory(author=susan, in_reply_to=post, for_followers=True)
        PostFactory(author=susan, quote_of=post, hidden=True)
        PostFactory(author=susan, in_reply_to=post, quote_of=post)
    for person in (susan, john):
        Like.objects.add(person, post)
        Post.objects.repost(person, post)
    right = counters_of_posts()
    assert right[0] == (post.pk, 4, 2, 2, 2)
    assert "0 of 9 posts" in run()
    Post.objects.update(**dict.fromkeys(OF_POSTS, 7))
    assert "9 of 9 posts" in run()
    assert counters_of_posts() == right
    assert susan.posts.filter(repost_of=None, hidden=False).count() == 6
    susan.refresh_from_db()
    assert susan.posts_count == 6  # without the repost


def test_what_remains_of_a_deleted_post_counts_its_replies_only(susan, john):
    post = PostFactory(author=john)
    PostFactory(author=susan, in_reply_to=post)
    Like.objects.add(susan, post)
    Post.objects.repost(susan, post)
    post.delete()
    assert counters_of_posts()[0] == (post.pk, 1, 0, 0, 0)
    assert counters.recount_posts() == (2, 0)


@pytest.mark.django_db(transaction=True)
def test_what_happens_to_posts_meanwhile_is_counted(susan, john, monkeypatch):
    monkeypatch.setattr(batches, "BATCH_SIZE", 3)
    posts, people = PostFactory.create_batch(8, author=john), UserFactory.create_batch(12)

    def live(number):
        if number % 4 == 0:
            return [counters.recount_posts() for _time in range(2)]
        person, one, other = people[number], posts[number % 8], posts[-number % 8]
        try:
            Like.objects.add(person, one)
            Post.objects.repost(person, one)
            reply = Post.objects.publish(person, "Hi", "en", in_reply_to=one, quote_of=other)
        except Gone:
            return None
        if number % 2:
            Post.objects.unrepost(person, one)
            Like.objects.remove(person, one)
            return reply.delete()
        return one.delete() if number % 3 else reply.hide()

    at_once(live)
    before = counters_of_posts()
    assert counters.recount_posts() == (len(before), 0)
    assert counters_of_posts() == before


def test_it_tells_how_many_were_off(town, susan):
    User.objects.filter(pk=susan.pk).update(following_count=1)
    assert "1 of 5 people" in run()
    assert "0 of 5 people" in run()


def test_it_goes_through_everybody_in_batches(town, monkeypatch):
    monkeypatch.setattr(batches, "BATCH_SIZE", 2)
    right = counters_of_all()
    User.objects.update(posts_count=7)
    assert counters.recount() == (5, 5)
    assert counters_of_all() == right


def test_an_empty_site_is_fine(db):
    assert "0 of 0 people" in run()


@pytest.mark.django_db(transaction=True)
def test_what_happens_meanwhile_is_counted(susan, john):
    people = [susan, john, *UserFactory.create_batch(4)]

    def live(number):
        if number % 4 == 0:
            return [counters.recount() for _time in range(3)]
        person, other = people[number % 6], people[(number + 1) % 6]
        post = Post.objects.publish(person, "Hi", "en")
        Follow.objects.follow(person, other)
        Follow.objects.follow(other, person)
        if number % 2:
            post.delete()
            Follow.objects.unfollow(person, other)
        return None

    at_once(live)
    before = counters_of_all()
    assert counters.recount() == (6, 0)
    assert counters_of_all() == before


@pytest.mark.django_db(transaction=True)
def test_a_post_that_is_just_being_written_is_counted_once(susan):
    User.objects.update(posts_count=7)

    before_it_is_committed(lambda: Post.objects.publish(susan, "Hi", "en"), counters.recount)
    assert User.objects.get().posts_count == 1
