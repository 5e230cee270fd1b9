import pytest
from django.test import Client
from django.urls import reverse

from posts.models import Post
from tests.races import at_once

from .factories import PostFactory


@pytest.fixture
def post(susan):
    return PostFactory(author=susan)


def test_hiding_takes_a_post_out_of_sight_and_count_and_showing_brings_it_back(susan, post):
    assert post.hide() is True
    susan.refresh_from_db()
    assert susan.posts_count == 0
    assert not Post.objects.visible_to(susan).exists()
    assert post.show() is True
    susan.refresh_from_db()
    assert susan.posts_count == 1
    assert Post.objects.visible_to(susan).get() == post


def test_doing_it_twice_changes_nothing_more(susan, post):
    post.hide()
    assert post.hide() is False
    post.show()
    assert post.show() is False
    susan.refresh_from_db()
    assert susan.posts_count == 1


@pytest.mark.django_db(transaction=True)
def test_hiding_twelve_times_at_once_counts_once(susan, post):
    copies = [Post.objects.get(pk=post.pk) for _copy in range(12)]
    assert sorted(at_once(lambda number: copies[number].hide())) == [False] * 11 + [True]
    susan.refresh_from_db()
    assert susan.posts_count == 0


@pytest.mark.django_db(transaction=True)
def test_hiding_many_in_one_go_waits_for_nobody_in_a_circle(susan, boss):
    posts = PostFactory.create_batch(8, author=susan)
    client = Client()
    client.force_login(boss)

    def act(number):
        if number:
            return [post.show() for _time in range(3) for post in posts if Post.objects.get(pk=post.pk).hide()]
        data = {"action": "hide", "_selected_action": [post.pk for post in posts], "reason": "Adverts"}
        return [client.post(reverse("admin:posts_post_changelist"), data).status_code for _time in range(3)]

    assert at_once(act)[0] == [302] * 3
    susan.refresh_from_db()
    assert susan.posts_count == susan.posts.filter(hidden=False).count()


@pytest.mark.django_db(transaction=True)
def test_showing_and_deleting_a_hidden_post_at_once_counts_it_out(susan):
    for _round in range(5):
        post = PostFactory(author=susan, hidden=True)
        acts = [post.show, Post.objects.get(pk=post.pk).delete]
        at_once(lambda number, acts=acts: acts[number](), times=2)
        susan.refresh_from_db()
        assert susan.posts_count == 0
