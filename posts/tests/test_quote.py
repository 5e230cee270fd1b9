"""A post with another one in it: who may quote what, and what counts."""

import pytest
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from accounts.models import User
from posts.models import Post
from social.models import Block, Follow

from .factories import PostFactory

AJAX = {"X-Requested-With": "XMLHttpRequest"}
GONE = "The post you&#x27;re quoting isn&#x27;t available."
ONLY_PUBLIC = "Only public posts can be quoted."


@pytest.fixture
def post(john):
    return PostFactory(author=john, body="The ferry is late again.")


def quote(client, post, body="Look at this", **extra):
    pk = post.pk if isinstance(post, Post) else post
    return client.post("/posts/", {"body": body, "quote": pk, **extra})


def quotes_count(post):
    return Post.objects.values_list("quotes_count", flat=True).get(pk=post.pk)


def allow(person, policy):
    User.objects.filter(pk=person.pk).update(quote_policy=policy)


def test_a_quote_knows_its_post_is_counted_and_shown(susan_client, susan, post):
    assertRedirects(quote(susan_client, post), f"/@susan/{post.pk + 1}/")
    written = susan.posts.get()
    assert (written.quote_of, written.is_quote, written.in_reply_to) == (post, True, None)
    assert quotes_count(post) == 1


def test_a_reply_may_quote_too(susan_client, susan, moderator, post):
    other = PostFactory(author=moderator)
    quote(susan_client, post, in_reply_to=other.pk)
    written = susan.posts.get()
    assert (written.quote_of, written.in_reply_to) == (post, other)


def test_a_quote_of_a_repost_is_one_of_the_original(susan_client, susan, moderator, post):
    Post.objects.repost(moderator, post)
    quote(susan_client, Post.objects.get(repost_of=post))
    assert susan.posts.get().quote_of == post


def test_the_counter_counts_public_and_unhidden_quotes(susan_client, susan, post):
    quote(susan_client, post, visibility="followers")
    assert quotes_count(post) == 0
    quote(susan_client, post, "Again")
    written = susan.posts.get(owner=None)
    for act, count in ((written.hide, 0), (written.show, 1), (written.delete, 0)):
        act()
        assert quotes_count(post) == count


def test_a_quote_outlives_what_it_quotes(susan_client, susan, post):
    quote(susan_client, post)
    post.delete()
    written = susan.posts.get()
    assert (written.quote_of, written.is_quote) == (None, True)
    written.delete()
    assert not Post.objects.exists()


@pytest.mark.parametrize("pk", ["x", "0", " ", "99999", "9" * 30])
def test_what_is_no_id_of_a_post_is_refused_and_nothing_published(susan_client, susan, pk):
    assertContains(quote(susan_client, pk), GONE)
    assert not susan.posts.exists()


@pytest.mark.parametrize("happens", ["hidden", "blocked", "suspended", "for followers"])
def test_what_susan_may_not_see_cannot_be_quoted_and_her_text_stays(susan_client, susan, john, post, happens):
    if happens == "hidden":
        post.hide()
    elif happens == "blocked":
        Block.objects.block(john, susan)
    elif happens == "suspended":
        john.suspend()
    else:
        Post.objects.filter(pk=post.pk).update(owner=john)
    response = quote(susan_client, post, "Kept")
    assertContains(response, GONE)
    assertContains(response, "Kept</textarea>")
    assertContains(response, f'name="quote" value="{post.pk}"')
    assertNotContains(response, "ferry")
    assert susan_client.post("/posts/", {"body": "Kept", "quote": post.pk}, headers=AJAX).status_code == 422
    assert not susan.posts.exists()


def test_of_posts_for_followers_not_even_their_authors_make_a_quote(susan_client, susan, john_client, john):
    post = PostFactory(author=john, for_followers=True)
    Follow.objects.follow(susan, john)
    for client in (susan_client, john_client):
        assertContains(quote(client, post), ONLY_PUBLIC)
    assert Post.objects.get() == post


@pytest.mark.parametrize(
    ("policy", "stranger", "follower"), [("everyone", 1, 1), ("followers", 0, 1), ("nobody", 0, 0)]
)
def test_authors_decide_who_may_quote_them(susan_client, susan, john, post, policy, stranger, follower):
    allow(john, policy)
    for number in (stranger, follower):
        response = quote(susan_client, post)
        assert response.status_code == (302 if number else 200)
        if not number:
            assertContains(response, "@john")
            assertContains(response, "Look at this</textarea>")
        assert susan.posts.count() == number
        susan.posts.all().remove()
        Follow.objects.follow(susan, john)


def test_the_quoted_author_following_is_not_enough(susan_client, susan, john, post):
    allow(john, "followers")
    Follow.objects.follow(john, susan)
    assertContains(quote(susan_client, post), "Only followers of @john can quote their posts.")


def test_no_policy_binds_oneself(john_client, john, post):
    allow(john, "nobody")
    quote(john_client, post)
    assert john.posts.filter(quote_of=post).exists()
