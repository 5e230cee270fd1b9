"""Who can read what somebody writes, as they choose it."""

import pytest
from pytest_django.asserts import assertContains, assertNotContains

from accounts.models import User
from posts.models import Post
from social.models import Follow

from .factories import PostFactory


@pytest.fixture
def friend(john, susan):
    Follow.objects.follow(john, susan)
    return john


def write(client, **fields):
    client.post("/posts/", {"body": "We moved!", **fields})
    return Post.objects.latest("pk")


def test_a_post_for_followers_is_for_them_alone(susan_client, susan, friend, john_client, moderator_client, client):
    post = write(susan_client, visibility="followers")
    assert post.owner == susan
    page = post.get_absolute_url()
    assert [reader.get(page).status_code for reader in (susan_client, john_client)] == [200, 200]
    assert [reader.get(page).status_code for reader in (moderator_client, client)] == [404, 404]


@pytest.mark.parametrize("default", ["public", "followers"])
@pytest.mark.parametrize("chosen", ["public", "followers", ""])
def test_without_a_choice_the_preference_decides(susan_client, susan, default, chosen):
    User.objects.filter(pk=susan.pk).update(default_visibility=default)
    assert (write(susan_client, visibility=chosen).owner == susan) == ((chosen or default) == "followers")


def test_the_composer_shows_the_preference(susan_client, susan):
    for default in ("public", "followers", "public"):
        User.objects.filter(pk=susan.pk).update(default_visibility=default)
        assertContains(susan_client.get("/"), f'<option value="{default}" selected>')


def test_anything_else_is_refused(susan_client, susan):
    response = susan_client.post("/posts/", {"body": "Hi", "visibility": "friends"})
    assertContains(response, 'id="id_visibility_error"')
    assert not susan.posts.exists()


@pytest.mark.parametrize("chosen", ["public", "followers", ""])
def test_an_answer_has_the_readers_of_what_it_answers(susan, friend, john_client, chosen):
    post = PostFactory(author=susan, for_followers=True)
    assert write(john_client, in_reply_to=post.pk, visibility=chosen).owner == susan
    assertContains(john_client.get(f"/compose/?in_reply_to={post.pk}"), "Followers only")
    assertNotContains(john_client.get(f"/compose/?in_reply_to={post.pk}"), 'name="visibility"')


def test_an_answer_to_a_public_post_can_be_for_ones_own_followers(susan_client, susan, john):
    post = PostFactory(author=john)
    assert write(susan_client, in_reply_to=post.pk, visibility="followers").owner == susan


def test_an_edit_never_changes_who_can_read_it(susan_client, susan):
    post = PostFactory(author=susan, for_followers=True)
    susan_client.post(f"/posts/{post.pk}/edit/", {"body": "We stayed!", "visibility": "public"})
    post.refresh_from_db()
    assert (post.body, post.owner) == ("We stayed!", susan)
    assertNotContains(susan_client.get(f"/posts/{post.pk}/edit/"), "visibility")
