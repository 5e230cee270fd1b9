"""People who reach the limit on posts are asked to wait, and lose nothing they typed."""

import pytest
from django.urls import reverse
from pytest_django.asserts import assertContains, assertNotContains, assertTemplateUsed

from posts.models import Post

from .factories import PostFactory

AJAX = {"X-Requested-With": "XMLHttpRequest"}
WAIT = "That was a lot in a short time. Your text is still here. Try again in about 10 minutes."

pytestmark = pytest.mark.any_database


@pytest.fixture(autouse=True)
def one_in_ten_minutes(limit):
    limit("write", person=(1, 600))


def write(client, body="My second post", **extra):
    return client.post(reverse("post_create"), {"body": body, "language": "es"}, **extra)


def assert_has_to_wait(response):
    assertContains(response, WAIT, status_code=429)
    assert 590 <= int(response["Retry-After"]) <= 600


def test_the_home_page_comes_back_with_the_text(susan_client, susan):
    PostFactory(author=susan, body="An older post")
    write(susan_client, "My first post")
    response = write(susan_client)
    assert_has_to_wait(response)
    assertTemplateUsed(response, "posts/home.html")
    assertContains(response, "My second post</textarea>", status_code=429)
    assertContains(response, '<option value="es" selected>', status_code=429)
    assertContains(response, "An older post", status_code=429)
    assert not Post.objects.filter(body="My second post").exists()


def test_a_script_gets_the_composer_with_the_text(susan_client):
    write(susan_client, "My first post", headers=AJAX)
    response = write(susan_client, headers=AJAX)
    assert_has_to_wait(response)
    assertTemplateUsed(response, "posts/_composer.html")
    assertContains(response, "My second post</textarea>", status_code=429)
    assertNotContains(response, "<html", status_code=429)


def test_editing_keeps_the_text_too(susan_client, susan):
    post = PostFactory(author=susan, body="As it was")
    write(susan_client, "My first post")
    response = susan_client.post(reverse("post_edit", args=[post.pk]), {"body": "As it shall be", "language": ""})
    assert_has_to_wait(response)
    assertContains(response, "As it shall be</textarea>", status_code=429)
    post.refresh_from_db()
    assert post.body == "As it was"


def test_somebody_elses_post_is_not_there_over_the_limit_either(susan_client, john):
    write(susan_client, "My first post")
    url = reverse("post_edit", args=[PostFactory(author=john).pk])
    assert susan_client.post(url, {"body": "Mine now", "language": ""}).status_code == 404


def test_reading_and_deleting_go_on(susan_client, susan):
    post = PostFactory(author=susan)
    write(susan_client)
    write(susan_client)
    assert susan_client.get(reverse("home")).status_code == 200
    assert susan_client.get(reverse("post_edit", args=[post.pk])).status_code == 200
    assert susan_client.post(reverse("post_delete", args=[post.pk])).status_code == 302


def test_others_write_on(susan_client, john_client):
    write(susan_client)
    assert write(susan_client).status_code == 429
    assert write(john_client).status_code == 302
