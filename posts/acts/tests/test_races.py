"""Twelve requests at once: one row, the right count, and no deadlock."""

import pytest

from accounts.tests.factories import UserFactory
from conftest import logged_in
from posts.models import ConversationMute, Gone, Like, Post
from posts.tests.factories import PostFactory
from tests.races import at_once

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def post(john):
    return PostFactory(author=john)


def counted(post):
    post.refresh_from_db()
    return post.likes_count, post.reposts_count


def rows(post):
    return Like.objects.filter(post=post).count(), post.reposts.count()


@pytest.mark.parametrize(("act", "expected"), [("like", (1, 0)), ("repost", (0, 1))])
def test_twelve_at_once_leave_one_row_and_the_right_count(susan, post, act, expected):
    clients = [logged_in(susan) for _click in range(12)]
    answers = at_once(lambda number: clients[number].post(f"/posts/{post.pk}/{act}/").status_code)
    assert set(answers) == {302}
    assert rows(post) == counted(post) == expected


def test_twelve_people_at_once_all_count(post):
    people = UserFactory.create_batch(12)
    at_once(lambda number: (Like.objects.add(people[number], post), Post.objects.repost(people[number], post)))
    assert rows(post) == counted(post) == (12, 12)


@pytest.mark.parametrize(
    ("do", "undo"), [(Like.objects.add, Like.objects.remove), (Post.objects.repost, Post.objects.unrepost)]
)
def test_doing_and_undoing_at_once_wait_for_nobody_in_a_circle(susan, post, do, undo):
    for _round in range(3):
        at_once(lambda number: (do, undo)[number % 2](susan, post))
        assert rows(post) == counted(post)


def test_what_is_deleted_at_the_same_moment_is_gone(susan, john):
    acts = [Like.objects.add, Post.objects.repost, ConversationMute.objects.mute]
    for _round in range(3):
        post = PostFactory(author=john)

        def act(number, post=post):
            try:
                return acts[number](susan, post) if number < len(acts) else Post.objects.filter(pk=post.pk).remove()
            except Gone:
                return False

        at_once(act, times=len(acts) + 1)
        assert not Like.objects.exists()
        assert not Post.objects.exists()
        assert not ConversationMute.objects.exists()
