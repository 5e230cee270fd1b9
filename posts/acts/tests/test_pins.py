import pytest
from django.contrib.messages import get_messages

from posts.models import PINS, Gone, Post, TooManyPins
from posts.tests.factories import PostFactory
from tests.races import at_once

AJAX = {"X-Requested-With": "XMLHttpRequest"}
SENTENCE = "You can pin up to 3 posts. Unpin another one first."


def pin(client, post, **extra):
    return client.post(f"/posts/{post.pk}/pin/", **extra)


def pinned(person):
    return set(person.posts.filter(pinned_at__isnull=False).values_list("pk", flat=True))


@pytest.mark.any_database
def test_a_fourth_one_has_to_wait_for_one_to_go(susan_client, susan):
    *posts, fourth = PostFactory.create_batch(PINS + 1, author=susan)
    for post in posts:
        pin(susan_client, post)
    answer = pin(susan_client, fourth)
    assert [str(message) for message in get_messages(answer.wsgi_request)] == [SENTENCE]
    answer = pin(susan_client, fourth, headers=AJAX)
    assert (answer.status_code, answer.text) == (422, SENTENCE)
    assert pinned(susan) == {post.pk for post in posts}
    assert pin(susan_client, posts[0]).status_code == 302  # it is one of the three
    susan_client.post(f"/posts/{posts[0].pk}/unpin/")
    pin(susan_client, fourth)
    assert pinned(susan) == {posts[1].pk, posts[2].pk, fourth.pk}


@pytest.mark.any_database
def test_nobody_pins_or_unpins_what_others_wrote(susan_client, john, john_client):
    post = PostFactory(author=john)
    assert pin(susan_client, post).status_code == 404
    pin(john_client, post)
    susan_client.post(f"/posts/{post.pk}/unpin/")
    assert pinned(john) == {post.pk}


@pytest.mark.any_database
def test_a_hidden_post_is_no_longer_pinned_and_does_not_count(susan, susan_client):
    *posts, fourth = PostFactory.create_batch(PINS + 1, author=susan)
    for post in posts:
        pin(susan_client, post)
    posts[0].hide()
    pin(susan_client, fourth)
    posts[0].show()
    assert pinned(susan) == {posts[1].pk, posts[2].pk, fourth.pk}


@pytest.mark.any_database
def test_of_a_deleted_post_with_replies_no_pinned_place_remains(susan, susan_client):
    post = PostFactory(author=susan)
    PostFactory(in_reply_to=post)
    pin(susan_client, post)
    post.delete()
    assert not Post.objects.exclude(pinned_at=None).exists()


@pytest.mark.django_db(transaction=True)
def test_twelve_at_once_are_never_more_than_three(susan):
    posts = PostFactory.create_batch(12, author=susan)

    def try_to_pin(number):
        try:
            return Post.objects.pin(susan, posts[number])
        except TooManyPins:
            return "refused"

    assert at_once(try_to_pin).count("refused") == 12 - PINS
    assert len(pinned(susan)) == PINS


@pytest.mark.django_db(transaction=True)
def test_pinning_and_hiding_at_once_end_without_a_pinned_hidden_post(susan):
    post = PostFactory(author=susan)

    def act(number):
        copy = Post.objects.get(pk=post.pk)
        if number % 2:
            return copy.hide() and copy.show()
        try:
            return Post.objects.pin(susan, copy)
        except Gone:
            return False

    at_once(act)
    Post.objects.get(pk=post.pk).hide()
    assert pinned(susan) == set()
