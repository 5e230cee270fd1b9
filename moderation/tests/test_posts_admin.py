import pytest
from django.contrib.admin.models import LogEntry
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from accounts.models import User
from moderation.models import Report
from posts.models import Post
from posts.tests.factories import PostFactory

POSTS = reverse("admin:posts_post_changelist")


def page_of(post):
    return reverse("admin:posts_post_change", args=[post.pk])


def found(client, **query):
    return {post.pk for post in client.get(POSTS, query).context["cl"].result_list}


def moderate(client, action, *posts, reason):
    data = {"action": action, "_selected_action": [post.pk for post in posts], "reason": reason}
    return client.post(POSTS, data, follow=True)


def is_hidden(post):
    return Post.objects.get(pk=post.pk).hidden


def posts_of(person):
    return User.objects.get(pk=person.pk).posts_count


@pytest.fixture
def post(susan):
    return PostFactory(author=susan, body="Cheap pills here")


def test_posts_are_found_by_number_link_and_author(moderator_client, post, susan, john):
    PostFactory(author=john)
    for term in (post.pk, f"http://127.0.0.1:8000/@susan/{post.pk}/", f"/@susan/{post.pk}", "susan", "@SUSAN"):
        assert found(moderator_client, q=term) == {post.pk}, term
    for term in ("pills", "sus", "9" * 30, "0", "/@susan/", "@"):
        assert found(moderator_client, q=term) == set(), term


def test_posts_are_filtered_by_whether_they_are_hidden(moderator_client, post, john):
    hidden = PostFactory(author=john, hidden=True)
    assert found(moderator_client, hidden__exact="1") == {hidden.pk}
    assert found(moderator_client, hidden__exact="0") == {post.pk}


@pytest.mark.any_database
@pytest.mark.parametrize("lookup", ["author__email__startswith", "body__icontains", "author__password__startswith"])
def test_there_is_no_other_way_to_search(moderator_client, post, lookup):
    assert moderator_client.get(POSTS, {lookup: "s"}).status_code == 400


def test_the_list_asks_the_same_few_queries_for_any_number_of_posts(moderator_client):
    def queries():
        with CaptureQueriesContext(connection) as captured:
            moderator_client.get(POSTS)
        return captured.captured_queries

    few = queries()
    PostFactory.create_batch(60)
    many = queries()
    assert len(many) == len(few) <= 7
    assert not [query["sql"] for query in many if "COUNT(" in query["sql"]]


@pytest.mark.any_database
def test_hiding_asks_for_a_reason(moderator_client, post):
    question = moderator_client.post(POSTS, {"action": "hide", "_selected_action": post.pk, "index": 0})
    assertContains(question, "Cheap pills here")
    assert moderate(moderator_client, "hide", post, reason=" ").context["form"].errors
    assert not is_hidden(post)


def test_a_hidden_post_is_gone_from_the_site_and_from_the_count(moderator_client, client, post, susan):
    assertContains(moderate(moderator_client, "hide", post, reason="An advert"), "Done")
    assert client.get(post.get_absolute_url()).status_code == 404
    assertNotContains(client.get(reverse("explore")), "Cheap pills here")
    assert posts_of(susan) == 0


def test_it_can_be_shown_again(moderator_client, client, post, susan):
    moderate(moderator_client, "hide", post, reason="An advert")
    moderate(moderator_client, "show", post, reason="No advert after all")
    assertContains(client.get(post.get_absolute_url()), "Cheap pills here")
    assert posts_of(susan) == 1


def test_the_history_tells_who_did_it_and_why(moderator_client, moderator, post):
    moderate(moderator_client, "hide", post, reason="[An] advert")
    moderate(moderator_client, "hide", post, reason="Twice does not count")
    moderate(moderator_client, "show", post, reason="No advert after all")
    entries = LogEntry.objects.filter(object_id=post.pk).order_by("pk")
    assert [(entry.user, entry.get_change_message()) for entry in entries] == [
        (moderator, "Hidden: [An] advert"),
        (moderator, "Shown again: No advert after all"),
    ]
    assertContains(moderator_client.get(reverse("admin:posts_post_history", args=[post.pk])), "No advert after all")


@pytest.mark.any_database
def test_the_same_from_a_post_s_own_page(moderator_client, post):
    assertContains(moderator_client.get(page_of(post)), "Hide this post")
    chosen = {"CHANGE_FORM-action": "hide", "_selected_action": post.pk}
    assertContains(moderator_client.post(page_of(post), {**chosen, "index": 0}), "Reason")
    assertRedirects(moderator_client.post(page_of(post), {**chosen, "reason": "An advert"}), page_of(post))
    assert is_hidden(post)


@pytest.mark.any_database
def test_moderators_cannot_act_on_their_own_posts_or_the_staffs(moderator_client, moderator, boss):
    posts = [PostFactory(author=moderator), PostFactory(author=boss)]
    moderate(moderator_client, "hide", *posts, reason="A coup")
    assert not any(map(is_hidden, posts))


@pytest.mark.any_database
def test_superusers_hide_posts_of_the_staff(boss_client, moderator):
    post = PostFactory(author=moderator)
    moderate(boss_client, "hide", post, reason="Not the place")
    assert is_hidden(post)


@pytest.mark.any_database
def test_nobody_rewrites_what_people_said(boss_client, post):
    assert boss_client.post(page_of(post), {"body": "I love it here", "_save": "Save"}).status_code == 403
    assert boss_client.get(reverse("admin:posts_post_add")).status_code == 403


def test_deleting_counts_posts_out(boss_client, susan, post):
    others = PostFactory.create_batch(2, author=susan)
    hidden = PostFactory(author=susan, hidden=True)
    assert posts_of(susan) == 3
    boss_client.post(reverse("admin:posts_post_delete", args=[post.pk]), {"post": "yes"})
    assert posts_of(susan) == 2
    chosen = [other.pk for other in (*others, hidden)]
    boss_client.post(POSTS, {"action": "delete_selected", "_selected_action": chosen, "post": "yes"})
    assert (posts_of(susan), Post.objects.count()) == (0, 0)


# Conversation


def test_a_post_is_shown_with_its_thread_warning_and_readers(moderator_client, susan, john):
    first = PostFactory(author=john, body="Who wants pills?")
    quoted = PostFactory(author=john, body="Pills are great")
    post = PostFactory(author=susan, body="I do", in_reply_to=first, quote_of=quoted, content_warning="Eels")
    PostFactory(author=john, body="Here you are", in_reply_to=post, hidden=True)
    PostFactory(author=john, body="Between us", in_reply_to=post, for_followers=True)
    page = moderator_client.get(page_of(post))
    for text in ("Who wants pills?", "Pills are great", "Eels", "Here you are", "(hidden)", "Everybody"):
        assertContains(page, text)
    assertNotContains(page, "Between us")


def test_posts_for_followers_are_there_once_they_are_reported(moderator_client, susan, john):
    private = PostFactory(author=susan, body="Cheap pills", for_followers=True)
    reply = PostFactory(author=john, body="How cheap?", in_reply_to=private)
    assert found(moderator_client) == set()
    assert moderator_client.get(page_of(private)).status_code == 302
    Report.objects.file(john, susan, private, reason="spam")
    assert found(moderator_client) == {private.pk}
    page = moderator_client.get(page_of(private))
    assertContains(page, "Followers only")
    assertContains(page, "How cheap?")
    moderate(moderator_client, "hide", private, reply, reason="An advert")
    assert is_hidden(private)
    assert not is_hidden(reply)


def test_reposts_and_places_of_deleted_posts_are_no_posts(moderator_client, boss_client, post, john):
    Post.objects.repost(john, post)
    deleted = PostFactory(author=john)
    reply = PostFactory(author=john, in_reply_to=deleted)
    deleted.delete()
    assert found(moderator_client) == {post.pk, reply.pk}
    moderate(boss_client, "show", deleted, reason="Why not")
    assert is_hidden(deleted)
    assertContains(moderator_client.get(page_of(reply)), "Deleted.")


def test_hiding_takes_reposts_and_quotes_along_and_showing_brings_them_back(moderator_client, client, post, john):
    Post.objects.repost(john, post)
    quote = PostFactory(author=john, body="Look at this", quote_of=post)

    def seen():
        profile, page = client.get("/@john/").text, client.get(quote.get_absolute_url()).text
        return [f'id="post-{post.pk}"' in profile, "Cheap pills here" in page, "Look at this" in page]

    assert seen() == [True, True, True]
    moderate(moderator_client, "hide", post, reason="An advert")
    assert seen() == [False, False, True]
    moderate(moderator_client, "show", post, reason="No advert after all")
    assert seen() == [True, True, True]
