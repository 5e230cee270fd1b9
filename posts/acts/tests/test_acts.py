"""What holds for all buttons under a post."""

import pytest
from django.urls import reverse
from pytest_django.asserts import assertRedirects

from accounts.tests.factories import UserFactory
from posts.models import Bookmark, ConversationMute, Like, Post
from posts.tests.factories import PostFactory
from social.models import Block, Follow

AJAX = {"X-Requested-With": "XMLHttpRequest"}
UNDONE_BY = {
    "like": "unlike",
    "repost": "unrepost",
    "bookmark": "unbookmark",
    "pin": "unpin",
    "mute": "unmute",
}
ALL = [*UNDONE_BY, *UNDONE_BY.values()]
OF_OTHERS = ["like", "repost", "bookmark", "mute"]  # one pins one's own


@pytest.fixture
def post(john):
    return PostFactory(author=john)


@pytest.fixture
def mine(susan):
    return PostFactory(author=susan)


def url(act, post):
    return f"/posts/{post.pk}/{act}/"


def send(client, act, post, **extra):
    return client.post(url(act, post), **extra)


def marks(post):
    """All that the buttons change: rows, counters, and whether the post is pinned."""
    post.refresh_from_db()
    rows = [Like, Bookmark]
    return (
        *(model.objects.filter(post=post).count() for model in rows),
        ConversationMute.objects.filter(conversation=post.thread_id).count(),
        post.reposts.count(),
        bool(post.pinned_at),
        post.likes_count,
        post.reposts_count,
    )


@pytest.mark.parametrize("act", UNDONE_BY)
def test_twice_does_no_more_than_once_and_so_does_undoing(susan_client, mine, act):
    nothing = marks(mine)
    assert send(susan_client, act, mine).status_code == 302
    done = marks(mine)
    assert done != nothing
    assert send(susan_client, act, mine).status_code == 302
    assert marks(mine) == done
    for _click in range(2):
        assert send(susan_client, UNDONE_BY[act], mine).status_code == 302
        assert marks(mine) == nothing


@pytest.mark.any_database
@pytest.mark.parametrize("act", ALL)
def test_it_leads_back_to_where_it_came_from_or_to_the_post(susan_client, mine, act):
    here = {"Referer": "http://testserver/explore/?before=7"}
    assertRedirects(send(susan_client, act, mine, headers=here), "/explore/?before=7", fetch_redirect_response=False)
    assertRedirects(send(susan_client, act, mine), mine.get_absolute_url(), fetch_redirect_response=False)


@pytest.mark.any_database
@pytest.mark.parametrize("act", ALL)
def test_a_get_leads_to_the_post_and_changes_nothing(susan_client, mine, act):
    before = marks(mine)
    assertRedirects(susan_client.get(url(act, mine)), mine.get_absolute_url(), fetch_redirect_response=False)
    assert marks(mine) == before


@pytest.mark.any_database
@pytest.mark.parametrize("act", ALL)
def test_strangers_log_in_first(client, post, act):
    answer = send(client, act, post, headers={"Referer": "http://testserver/explore/"})
    assertRedirects(answer, "/login/?next=/explore/")
    assert send(client, act, post, headers=AJAX).status_code == 401
    assert not any(marks(post))


@pytest.mark.any_database
@pytest.mark.parametrize("act", UNDONE_BY)
def test_the_id_of_a_repost_means_the_original(susan_client, susan, john, mine, act):
    Post.objects.repost(john, mine)
    before = marks(mine)
    send(susan_client, act, mine.reposts.get())
    assert marks(mine) != before
    send(susan_client, UNDONE_BY[act], mine.reposts.get(author=john))
    assert marks(mine) == before


def out_of_reach(susan, john):
    """Posts that @susan can't read, by the reason."""
    hermit, hidden, deleted = UserFactory(username="hermit"), PostFactory(author=john), PostFactory(author=john)
    PostFactory(author=john, in_reply_to=deleted)
    hidden.hide()
    Post.objects.filter(pk=deleted.pk).remove()
    yield PostFactory(author=john, for_followers=True)
    yield hidden
    yield deleted  # an unnamed place
    yield PostFactory(author=hermit)
    Block.objects.block(hermit, susan)


@pytest.mark.any_database
@pytest.mark.parametrize("act", [*OF_OTHERS, *(UNDONE_BY[act] for act in OF_OTHERS)])
def test_what_one_can_not_read_is_not_found(susan_client, susan, john, act):
    for post in list(out_of_reach(susan, john)):
        assert send(susan_client, act, post).status_code == 404
        assert susan_client.get(url(act, post)).status_code == 404
    assert send(susan_client, act, Post(pk=2**62)).status_code == 404
    assert not Like.objects.exists()
    assert not Bookmark.objects.exists()
    assert not ConversationMute.objects.exists()


@pytest.mark.any_database
@pytest.mark.parametrize("act", ["like", "repost", "bookmark", "mute"])
def test_one_can_undo_what_one_did_with_a_post_that_one_no_longer_sees(susan_client, susan, john, post, act):
    send(susan_client, act, post)
    Block.objects.block(john, susan)
    nothing = (0, 0, 0, 0, False, 0, 0)
    assert marks(post) != nothing
    assert send(susan_client, "unlike" if act == "bookmark" else "unbookmark", post).status_code == 404
    answer = send(susan_client, UNDONE_BY[act], post)
    assertRedirects(answer, reverse("home"), fetch_redirect_response=False)  # and not to its page
    assert marks(post) == nothing
    assert send(susan_client, UNDONE_BY[act], post).status_code == 404


@pytest.mark.any_database
def test_a_script_that_undoes_it_then_gets_no_row(susan_client, susan, john, post):
    send(susan_client, "like", post)
    Block.objects.block(john, susan)
    answer = send(susan_client, "unlike", post, headers=AJAX)
    assert (answer.status_code, answer.text) == (200, "")


@pytest.mark.any_database
def test_posts_for_followers_can_be_liked_bookmarked_and_pinned_but_not_reposted(
    susan_client, john_client, susan, john
):
    Follow.objects.follow(susan, john)
    private = PostFactory(author=john, for_followers=True)
    for client in (susan_client, john_client):
        assert send(client, "repost", private).status_code == 404
    assert send(susan_client, "like", private).status_code == 302
    assert send(susan_client, "bookmark", private).status_code == 302
    assert send(john_client, "pin", private).status_code == 302
    assert marks(private) == (1, 1, 0, 0, True, 1, 0)


@pytest.mark.any_database
def test_who_may_not_write_can_only_do_what_nobody_else_sees(susan, susan_client, mine, settings):
    type(susan).objects.update(email_confirmed_at=None)
    settings.CONFIRM_EMAIL = "required"
    for act in ("like", "repost", "pin"):
        assert send(susan_client, act, mine).status_code == 302
        assert send(susan_client, act, mine, headers=AJAX).status_code == 403
    assert not any(marks(mine))
    for act in ("bookmark", "mute"):
        send(susan_client, act, mine)
    assert marks(mine)[1:3] == (1, 1)


@pytest.mark.any_database
@pytest.mark.parametrize(("action", "act"), [("like", "like"), ("like", "bookmark"), ("repost", "repost")])
def test_undoing_counts_for_no_limit(susan_client, mine, limit, action, act):
    limit(action, person=(1, 600))
    send(susan_client, act, mine)
    for _click in range(3):
        assert send(susan_client, UNDONE_BY[act], mine).status_code == 302
    assert send(susan_client, act, mine).status_code == 429


@pytest.mark.any_database
def test_who_reposts_is_not_counted_as_writing(susan_client, susan, post):
    send(susan_client, "repost", post)
    susan.refresh_from_db()
    assert susan.posts_count == 0


@pytest.mark.any_database
def test_muting_any_post_mutes_its_conversation(susan_client, susan, post):
    reply = PostFactory(in_reply_to=post)
    send(susan_client, "mute", reply)
    assert ConversationMute.objects.is_muted(susan, post)
    send(susan_client, "unmute", post)
    assert not ConversationMute.objects.is_muted(susan, reply)


def test_nobody_learns_which_posts_belong_to_a_conversation_that_they_muted(susan_client, susan, john, post):
    secret = PostFactory(author=john, in_reply_to=post, for_followers=True)
    send(susan_client, "mute", post)
    assert send(susan_client, "unmute", secret).status_code == 404
    assert ConversationMute.objects.is_muted(susan, post)


# Scripts


@pytest.mark.any_database
@pytest.mark.parametrize("act", ALL)
def test_a_script_gets_the_action_row_again(susan_client, mine, act):
    answer = send(susan_client, act, mine, headers=AJAX)
    assert answer.status_code == 200
    assert answer.text.strip().startswith(f'<footer class="post-actions" data-post="{mine.pk}"')
    assert "<html" not in answer.text


@pytest.mark.any_database
def test_the_row_has_the_button_for_the_way_back_and_the_new_number(susan_client, post):
    assert f"/posts/{post.pk}/unlike/" in send(susan_client, "like", post, headers=AJAX).text
    assert '<span class="count">1</span>' in send(susan_client, "repost", post, headers=AJAX).text
    assert f"/posts/{post.pk}/like/" in send(susan_client, "unlike", post, headers=AJAX).text
    assert '<span class="count">' not in send(susan_client, "unrepost", post, headers=AJAX).text
