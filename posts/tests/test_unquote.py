"""The quoted person, and the quoting one, can take the quoted post out."""

import pytest
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from posts.models import Post
from social.models import Block
from tests.races import at_once

from .factories import PostFactory


@pytest.fixture
def post(john):
    return PostFactory(author=john)


@pytest.fixture
def quote(susan, post):
    return PostFactory(author=susan, quote_of=post)


def unquote(client, quote):
    return client.post(f"/posts/{quote.pk}/unquote/", headers={"Referer": "http://testserver/explore/"})


def state(post, quote):
    quote.refresh_from_db()
    post.refresh_from_db()
    return quote.quote_of, quote.is_quote, post.quotes_count


@pytest.mark.parametrize("who", ["john_client", "susan_client"])
def test_both_can_and_twice_is_harmless(request, who, post, quote):
    client = request.getfixturevalue(who)
    for _time in range(2):
        assertRedirects(unquote(client, quote), "/explore/", fetch_redirect_response=False)
        assert state(post, quote) == (None, True, 0)


def test_for_others_there_is_no_such_thing(moderator_client, client, post, quote):
    assert unquote(moderator_client, quote).status_code == 404
    assert unquote(client, quote).status_code == 302
    assert state(post, quote) == (post, True, 1)


def test_what_quotes_nothing_is_not_found(john_client, post):
    assert unquote(john_client, post).status_code == 404


def test_what_was_not_counted_is_not_counted_out(john_client, susan, post, quote):
    private = PostFactory(author=susan, quote_of=post, for_followers=True)
    hidden = PostFactory(author=susan, quote_of=post, hidden=True)
    for other in (private, hidden):
        unquote(john_client, other)
        assert state(post, other) == (None, True, 1)


def test_the_quoted_person_can_after_a_block_too(john_client, john, susan, post, quote):
    Block.objects.block(susan, john)
    assertRedirects(john_client.post(f"/posts/{quote.pk}/unquote/"), "/")
    assert state(post, quote) == (None, True, 0)


def test_a_get_only_leads_to_the_post(susan_client, post, quote):
    assertRedirects(susan_client.get(f"/posts/{quote.pk}/unquote/"), quote.get_absolute_url())
    assert state(post, quote) == (post, True, 1)


def test_who_may_not_read_it_learns_nothing_once_the_quoted_post_is_gone(moderator_client, susan, post):
    quote = PostFactory(author=susan, quote_of=post, for_followers=True)
    post.delete()
    for method in (moderator_client.get, moderator_client.post):
        assert method(f"/posts/{quote.pk}/unquote/").status_code == 404


def test_a_script_gets_the_row_of_actions_again(john_client, quote):
    response = john_client.post(f"/posts/{quote.pk}/unquote/", headers={"X-Requested-With": "XMLHttpRequest"})
    assertContains(response, f'data-post="{quote.pk}"')
    assertNotContains(response, "unquote")


def test_hiding_what_was_read_before_counts_once(post, quote):
    stale = Post.objects.get(pk=quote.pk)
    Post.objects.unquote(quote)
    stale.hide()
    assert state(post, quote) == (None, True, 0)


@pytest.mark.django_db(transaction=True)
def test_unquoting_hiding_showing_and_deleting_at_once_leaves_the_counter_right(post, quote):
    acts = [Post.objects.unquote, Post.hide, Post.show]
    copies = [Post.objects.get(pk=quote.pk) for _copy in range(12)]
    at_once(lambda number: acts[number % 3](copies[number]))
    assert state(post, quote) == (None, True, 0)
