"""What differs from reader to reader is laid over the shared HTML: nothing of it reaches the next reader."""

import re

import pytest
from django.conf import settings
from django.core.cache import cache
from django.db import connection
from django.template import Context, Template
from django.test.utils import CaptureQueriesContext
from django.utils import translation
from pytest_django.asserts import assertContains, assertNotContains

from accounts.tests.factories import UserFactory
from posts.models import Bookmark, Like, Post
from posts.rendering import actions, articles
from posts.rendering.summary import summaries
from posts.tests.factories import PostFactory
from social.models import Block, Follow

pytestmark = pytest.mark.any_database

GONE = "This post isn't available."


@pytest.fixture
def ana(db):
    return UserFactory(username="ana", display_name="Ana of the Dike")


@pytest.fixture
def post(ana):
    return PostFactory(author=ana, body="The dike holds")


@pytest.fixture
def quote(john, post):
    return PostFactory(author=john, body="Look", quote_of=post)


def article(client, post, path="/explore/"):
    """What a reader gets of `post` there."""
    found = re.search(rf'<article [^>]*id="post-{post.pk}".*?</article>', client.get(path).text, re.DOTALL)
    return found[0] if found else ""


def in_any_order(read, blocker, stranger):
    """What `read` gives both, who come one after the other, with an empty cache each time."""
    first = [read(blocker), read(stranger), read(blocker)]
    cache.clear()
    second = [read(stranger), read(blocker), read(stranger)]
    assert first[0] == first[2] == second[1]
    assert first[1] == second[0] == second[2]
    return first[:2]


@pytest.mark.parametrize("blocks", [True, False])
def test_who_blocks_or_is_blocked_by_the_quoted_person_reads_nothing_of_them(
    susan, susan_client, client, ana, quote, blocks
):
    Block.objects.block(*((susan, ana) if blocks else (ana, susan)))
    hidden, shown = in_any_order(lambda reader: article(reader, quote), susan_client, client)
    assert GONE in hidden
    assert "ana" not in hidden.lower()
    assert "The dike holds" in shown
    assert 'class="post-quote"' in shown


def test_nor_of_the_person_who_is_answered(susan, susan_client, client, john, ana, post):
    answer = PostFactory(author=john, body="Indeed", in_reply_to=post)
    Block.objects.block(susan, ana)
    hidden, shown = in_any_order(lambda reader: article(reader, answer, "/@john/replies/"), susan_client, client)
    assert "Replying to a post you can't see" in hidden
    assert "ana" not in hidden.lower()
    assert f'Replying to <a href="/@ana/{post.pk}/"><bdi>@ana</bdi></a>' in shown


def test_what_is_answered_names_nobody_once_it_is_gone(client, john, post):
    answer = PostFactory(author=john, body="Indeed", in_reply_to=post)
    assert "@ana" in article(client, answer, "/@john/replies/")
    post.delete()
    assert "ana" not in article(client, answer, "/@john/replies/").lower()


def test_who_continues_their_own_post_answers_nobody(client, ana, post):
    assert "post-answers" not in article(client, PostFactory(author=ana, in_reply_to=post), "/@ana/replies/")


def test_nor_of_who_reposted(susan, susan_client, boss, boss_client, john, ana):
    original = PostFactory(author=john, body="The tide turns")
    for reader in (susan, boss):
        Follow.objects.follow(reader, ana)
        Follow.objects.follow(reader, john)
    Post.objects.repost(ana, original)
    Block.objects.block(ana, susan)
    hidden, shown = in_any_order(lambda reader: article(reader, original, "/"), susan_client, boss_client)
    assert "ana" not in hidden.lower()
    assert "data-act" not in hidden
    assert '<a href="/@ana/"><bdi>Ana of the Dike</bdi></a> reposted' in shown
    assert f'data-act="{original.pk + 1}"' in shown


def test_one_s_own_repost_says_so(susan, susan_client, post):
    Post.objects.repost(susan, post)
    assert "Reposted by you" in article(susan_client, post, "/")


def test_a_quoted_post_that_is_hidden_deleted_or_taken_out_is_not_available(client, quote, post):
    assert "The dike holds" in article(client, quote)
    post.hide()
    assert GONE in article(client, quote)
    post.show()
    assert GONE not in article(client, quote)
    post.delete()
    assert GONE in article(client, quote)


def test_a_quote_shows_what_it_quotes_but_not_what_that_quotes(client, susan, quote):
    shown = article(client, PostFactory(author=susan, body="See", quote_of=quote))
    assert ">Look</div>" in shown
    assert "The dike holds" not in shown
    assert GONE not in shown


def test_a_quoted_post_changes_at_once(client, quote, post):
    article(client, quote)
    post.edit("The dike broke", "en", content_warning="Flood")
    shown = article(client, quote)
    assert ">The dike broke</div></details>" in shown
    assert "Flood</span></summary>" in shown


def test_a_content_warning_folds_up_the_text(client, john):
    post = PostFactory(author=john, body="The captain did it", content_warning="<Spoilers>")
    for path in ("/explore/", post.get_absolute_url()):
        warned = re.search(r'<details class="post-warning">(.*?)</details>', article(client, post, path), re.DOTALL)[1]
        assert "&lt;Spoilers&gt;</span></summary>" in warned
        assert "The captain did it" in warned


def test_a_post_for_followers_says_so_and_offers_no_repost(susan, susan_client, john):
    Follow.objects.follow(susan, john)
    public, private = PostFactory(author=john), PostFactory(author=john, for_followers=True)
    assert "Followers only" in article(susan_client, private, "/")
    assert "/repost/" not in article(susan_client, private, "/")
    assert "Followers only" not in article(susan_client, public, "/")
    assert f'formaction="/posts/{public.pk}/repost/"' in article(susan_client, public, "/")


def test_marks_are_one_s_own_and_counts_the_same_for_all(susan, susan_client, boss_client, client, post):
    Like.objects.add(susan, post)
    Post.objects.repost(susan, post)
    Bookmark.objects.add(susan, post)
    mine, other = in_any_order(lambda reader: article(reader, post), susan_client, boss_client)
    for act in ("like", "repost", "bookmark"):
        assert f"/posts/{post.pk}/un{act}/" in mine
        assert f"/posts/{post.pk}/{act}/" in other
        assert f"/posts/{post.pk}/un{act}/" not in other
    for shown in (mine, other, article(client, post)):
        assert re.findall(r'class="count">(\d+)<', shown) == ["1", "1"]
    assert "bookmark" not in article(client, post)
    Like.objects.remove(susan, post)
    assert re.findall(r'class="count">(\d+)<', article(boss_client, post)) == ["1"]


def test_large_numbers_are_grouped(client, post):
    Post.objects.update(likes_count=12345)
    assert 'class="count">12,345<' in article(client, post)


def test_who_is_quoted_and_who_quotes_can_undo_it(susan_client, john_client, quote, ana):
    assert "/unquote/" in article(john_client, quote)
    assert "/unquote/" not in article(susan_client, quote)
    row = articles.action_row(summaries([quote.pk], ana)[quote.pk], ana)
    assert f'formaction="/posts/{quote.pk}/unquote/"' in row


def test_the_row_after_an_act_is_that_of_the_page(susan, susan_client, post):
    Like.objects.add(susan, post)
    row = articles.action_row(summaries([post.pk], susan)[post.pk], susan)
    assert row in article(susan_client, post)


def test_rows_have_nothing_left_blank_in_any_language(susan, quote):
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            row = actions.row(summaries([quote.pk], susan)[quote.pk], susan.pk, None)
            assert not re.search("[{}]", row)


def test_the_post_that_a_page_is_about_is_marked_and_says_when_exactly(susan, post, quote):
    posts = [summaries([pk], susan)[pk] for pk in (post.pk, quote.pk)]
    shown = Template("{% load posts %}{% show_posts posts focus=pk %}").render(
        Context({"posts": posts, "pk": post.pk, "user": susan})
    )
    focused, other = shown.split("</article>")[:2]
    assert f'<article class="post is-focused" id="post-{post.pk}" aria-current="true"' in focused
    assert 'format="datetime"' in focused
    assert "aria-current" not in other
    assert 'format="datetime"' not in other


def test_a_page_needs_as_many_queries_for_many_quotes_and_answers_as_for_one(client, john, ana):
    def queries():
        client.get("/@john/replies/")  # now the posts are cached
        with CaptureQueriesContext(connection) as captured:
            assertContains(client.get("/@john/replies/"), "post-quote")
        return len(captured)

    def write():
        PostFactory(author=john, in_reply_to=PostFactory(author=ana), quote_of=PostFactory())

    write()
    one = queries()
    for _post in range(5):
        write()
    assert queries() == one


def test_a_page_without_them_asks_nothing_for_them(client, john):
    PostFactory(author=john)
    client.get("/explore/")
    with CaptureQueriesContext(connection) as captured:
        assertNotContains(client.get("/explore/"), "post-quote")
    assert len(captured) == 2
