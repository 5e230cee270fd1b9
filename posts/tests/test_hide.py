import pytest

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
