"""A form sent twice creates one post."""

import uuid

import pytest
from django.db import IntegrityError
from django.test import Client
from pytest_django.asserts import assertRedirects

from accounts.models import User
from posts.models import Post
from tests.races import at_once

from .factories import PostFactory


def test_a_repeat_leads_to_the_first_post(susan_client, susan):
    sent = {"body": "Found the leak!", "submission": uuid.uuid4()}
    for _click in range(2):
        assertRedirects(susan_client.post("/posts/", sent), "/")
    assert susan.posts.count() == 1
    susan.refresh_from_db()
    assert susan.posts_count == 1


def test_a_script_that_repeats_gets_the_first_post(susan_client, susan):
    sent = {"body": "Found the leak!", "submission": uuid.uuid4()}
    answers = [
        susan_client.post("/posts/", sent, headers={"X-Requested-With": "XMLHttpRequest"}) for _click in range(2)
    ]
    article = f'id="post-{susan.posts.get().pk}"'
    assert [article in answer.text for answer in answers] == [True, True]


def test_another_text_in_a_form_sent_before_is_not_lost(susan_client, susan):
    """As after the browser's Back button."""
    sent = {"body": "Found the leak!", "submission": uuid.uuid4()}
    susan_client.post("/posts/", sent)
    response = susan_client.post("/posts/", {**sent, "body": "It is under the sink."})
    form = response.context["form"]
    assert response.status_code == 200
    assert form.errors["body"]
    assert form["body"].value() == "It is under the sink."
    assert susan.posts.count() == 1
    again = {"body": form["body"].value(), "submission": form["submission"].value()}
    assertRedirects(susan_client.post("/posts/", again), "/")
    assert susan.posts.count() == 2


def test_a_repeat_leads_to_the_first_post_after_that_was_edited_too(susan_client, susan):
    sent = {"body": "Found the leek!", "submission": uuid.uuid4()}
    susan_client.post("/posts/", sent)
    susan.posts.get().edit("Found the leak!")
    assertRedirects(susan_client.post("/posts/", sent), "/")
    assert susan.posts.get().body == "Found the leak!"


def test_the_same_submission_of_somebody_else_is_another_post(susan_client, john_client):
    sent = {"body": "Found the leak!", "submission": uuid.uuid4()}
    susan_client.post("/posts/", sent)
    john_client.post("/posts/", sent)
    assert Post.objects.count() == 2


@pytest.mark.parametrize("submission", ["", "x", "7", "0" * 5000, "\0"])
def test_a_malformed_submission_counts_as_none(susan_client, susan, submission):
    for body in ("one", "two"):
        susan_client.post("/posts/", {"body": body, "submission": submission})
    assert susan.posts.count() == 2


def test_other_breaches_of_the_database_rules_are_not_taken_for_a_repeat(susan):
    with pytest.raises(IntegrityError):
        PostFactory(author=susan, body="x" * 10_001)
    susan.refresh_from_db()
    assert susan.posts_count == 0


@pytest.mark.django_db(transaction=True)
def test_twelve_at_once_make_one_post(susan):
    sent = {"body": "Found the leak!", "submission": uuid.uuid4()}

    def send(_number):
        client = Client()
        client.force_login(User.objects.get(pk=susan.pk))
        return client.post("/posts/", sent)

    assert {response.status_code for response in at_once(send)} == {302}
    assert susan.posts.count() == 1
    susan.refresh_from_db()
    assert susan.posts_count == 1


@pytest.mark.django_db(transaction=True)
def test_twelve_different_posts_at_once_are_all_counted(susan):
    at_once(lambda number: Post.objects.publish(susan, f"Number {number}", "en"))
    susan.refresh_from_db()
    assert susan.posts_count == susan.posts.count() == 12
