"""The composer as a page."""

import re

import pytest
from django.utils.html import escape
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from accounts.models import User
from posts.models import Post
from social.models import Block

from .factories import PostFactory

pytestmark = pytest.mark.any_database


@pytest.fixture
def post(john):
    return PostFactory(author=john, body="The ferry is late again.")


def test_it_is_for_people_who_are_logged_in(client, db):
    assertRedirects(client.get("/compose/?text=Hi"), "/login/?next=/compose/%3Ftext%3DHi")


def test_the_query_fills_it(susan_client):
    assertContains(susan_client.get("/compose/?text=Good+%3Cmorning%3E"), "Good &lt;morning&gt;</textarea>")


@pytest.mark.parametrize("role", ["in_reply_to", "quote"])
def test_it_shows_what_is_answered_or_quoted(susan_client, post, role):
    response = susan_client.get(f"/compose/?{role}={post.pk}")
    assertContains(response, f'<article class="post" id="post-{post.pk}"')
    assertContains(response, f'<input type="hidden" name="{role}" value="{post.pk}">')


@pytest.mark.parametrize("role", ["in_reply_to", "quote"])
def test_what_cannot_be_seen_is_not_found(susan_client, susan, john, post, role):
    for pk in ("x", "0", "99999", "-1", "9" * 30):
        assert susan_client.get(f"/compose/?{role}={pk}").status_code == 404
    Block.objects.block(john, susan)
    assert susan_client.get(f"/compose/?{role}={post.pk}").status_code == 404


def test_what_may_not_be_quoted_is_said_before_anything_is_typed(susan_client, john, post):
    User.objects.filter(pk=john.pk).update(quote_policy="nobody")
    response = susan_client.get(f"/compose/?quote={post.pk}")
    assertContains(response, "@john doesn&#x27;t want their posts to be quoted.")
    assertNotContains(response, "<textarea")


def test_people_who_may_not_write_are_told(susan_client, susan, settings):
    settings.CONFIRM_EMAIL = "required"
    User.objects.filter(pk=susan.pk).update(email_confirmed_at=None)
    assertRedirects(susan_client.get("/compose/"), "/")


def test_a_post_leads_home(susan_client):
    headers = {"Referer": "http://testserver/compose/"}
    assertRedirects(susan_client.post("/posts/", {"body": "Hi"}, headers=headers), "/")


def test_the_kept_form_is_that_of_its_kind_release_and_preference(susan_client, susan, post, settings):
    """Home's composer is kept in the cache."""
    assertContains(susan_client.get("/"), 'data-maximum="500"')
    assertContains(susan_client.get(f"/compose/?in_reply_to={post.pk}"), "Reply</button>")
    assertContains(susan_client.get("/"), "Post</button>")
    settings.POST_MAX_LENGTH = 300
    assertContains(susan_client.get("/"), 'data-maximum="300"')


def test_ids_are_unique(susan_client, post):
    page = susan_client.get(f"/compose/?in_reply_to={post.pk}&quote={post.pk}").text
    for name in ("id_body", "id_language", "id_content_warning", "id_visibility", "composer", f"post-{post.pk}"):
        assert page.count(f' id="{name}"') == 1


def test_a_repost_stands_for_its_original(susan_client, moderator, post):
    Post.objects.repost(moderator, post)
    repost = Post.objects.get(repost_of=post)
    assertContains(susan_client.get(f"/compose/?in_reply_to={repost.pk}"), f'id="post-{post.pk}"')


# In the dialog over another page, which asks as a script


@pytest.fixture
def script():
    return {"X-Requested-With": "XMLHttpRequest"}


def test_a_script_gets_the_form_alone_with_ids_that_no_page_has(susan_client, post, script):
    url = f"/compose/?in_reply_to={post.pk}"
    fragment, page = susan_client.get(url, headers=script).text, susan_client.get(url).text
    assert "<html" not in fragment
    assert "Write a reply" in fragment
    assert post.body in fragment
    ids = re.findall(r'\sid="([^"]+)"', fragment)
    assert len(ids) == len(set(ids))
    assert not set(ids) & set(re.findall(r'\sid="([^"]+)"', page))


def test_errors_come_back_with_the_ids_of_the_form_that_was_sent(susan_client, script):
    for hidden, name in (({}, "id_body"), ({"dialog": "1"}, "dialog_body")):
        response = susan_client.post("/posts/", {"body": ""} | hidden, headers=script)
        assertContains(response, f'id="{name}"', status_code=422)
        assertContains(response, f'id="{name}_error"', status_code=422)


def test_without_a_script_the_page_has_its_own_ids(susan_client):
    assertContains(susan_client.post("/posts/", {"body": "", "dialog": "1"}), 'id="id_body"')


def test_what_may_not_be_quoted_is_said_in_the_dialog_too(susan_client, john, post, script):
    User.objects.filter(pk=john.pk).update(quote_policy="nobody")
    response = susan_client.get(f"/compose/?quote={post.pk}", headers=script)
    assertContains(response, "@john doesn&#x27;t want their posts to be quoted.")
    assertNotContains(response, "<textarea")


@pytest.mark.parametrize(
    ("query", "question"),
    [("", "What's new?"), ("in_reply_to", "Write your reply"), ("quote", "Say something about it")],
)
def test_each_kind_of_post_is_asked_for_in_its_words(susan_client, post, query, question):
    response = susan_client.get("/compose/", {query: post.pk} if query else {})
    assertContains(response, f'placeholder="{escape(question)}"')
