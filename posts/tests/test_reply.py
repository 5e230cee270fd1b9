"""What an answer is, what may be answered, and where its author goes on."""

import uuid

import pytest
from django.test import Client
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects, assertTemplateUsed

from accounts.models import User
from posts.models import Post
from social.models import Block, Follow
from tests.races import at_once, before_it_is_committed

from .factories import PostFactory

AJAX = {"X-Requested-With": "XMLHttpRequest"}
GONE = "The post you&#x27;re replying to isn&#x27;t available."


@pytest.fixture
def post(john):
    return PostFactory(author=john, body="The ferry is late again.")


def reply(client, post, body="It always is.", **extra):
    pk = post.pk if isinstance(post, Post) else post
    return client.post("/posts/", {"body": body, "in_reply_to": pk, **extra})


def replies_count(post):
    return Post.objects.values_list("replies_count", flat=True).get(pk=post.pk)


def test_a_reply_knows_what_it_answers_and_its_conversation(susan_client, john_client, post, john, susan):
    reply(susan_client, post)
    first = susan.posts.get()
    reply(john_client, first, "Not on Sundays.")
    second = john.posts.exclude(pk=post.pk).get()
    assert (first.in_reply_to, first.conversation, first.other_author) == (post, post, john)
    assert (second.in_reply_to, second.conversation, second.other_author) == (first, post, susan)
    assert (replies_count(post), replies_count(first)) == (1, 1)


def test_its_author_goes_on_with_the_reply(susan_client, post, susan):
    assertRedirects(reply(susan_client, post), f"/@susan/{post.pk + 1}/")


@pytest.mark.any_database
def test_from_the_page_of_the_post_they_go_back_there(susan_client, post):
    page = post.get_absolute_url()
    response = susan_client.post(
        "/posts/", {"body": "Yes", "in_reply_to": post.pk}, headers={"Referer": f"http://testserver{page}?before=9"}
    )
    assert response.url == f"{page}#post-{post.pk + 1}"


def test_unless_the_reply_is_not_on_the_first_page(susan_client, post):
    Post.objects.filter(pk=post.pk).update(replies_count=25)
    headers = {"Referer": f"http://testserver{post.get_absolute_url()}"}
    response = susan_client.post("/posts/", {"body": "Yes", "in_reply_to": post.pk}, headers=headers)
    assertRedirects(response, f"/@susan/{post.pk + 1}/")


@pytest.mark.any_database
def test_a_script_gets_the_reply_alone(susan_client, post):
    response = susan_client.post("/posts/", {"body": "Yes", "in_reply_to": post.pk}, headers=AJAX)
    assert response.status_code == 200
    assert f'id="post-{post.pk + 1}"' in response.text
    assert response.text.count("<article") == 1


def test_an_answer_to_a_repost_is_one_to_the_original(susan_client, susan, moderator, post):
    Post.objects.repost(moderator, post)
    reply(susan_client, Post.objects.get(repost_of=post))
    assert susan.posts.get().in_reply_to == post


@pytest.mark.parametrize(
    "pk", ["0", "-1", "x", " ", "7 ", "1e3", "1_0", "٧", "99999", "9" * 19, "9" * 5000, "\0", "[1]"]
)
def test_what_is_no_id_of_a_post_is_refused_and_nothing_published(susan_client, susan, post, pk):
    response = reply(susan_client, pk)
    assertContains(response, GONE)
    assertTemplateUsed(response, "posts/compose.html")
    assert not susan.posts.exists()


def hide(post, susan):
    post.hide()


def delete(post, susan):
    post.delete()


def leave_a_place(post, susan):
    PostFactory(in_reply_to=post)
    post.delete()


def suspend(post, susan):
    post.author.suspend()


def block(post, susan):
    Block.objects.block(post.author, susan)


def be_blocked(post, susan):
    Block.objects.block(susan, post.author)


def restrict(post, susan):
    Post.objects.filter(pk=post.pk).update(owner=post.author)


@pytest.mark.parametrize("happens", [hide, delete, leave_a_place, suspend, block, be_blocked, restrict])
def test_what_susan_may_not_see_cannot_be_answered_and_her_text_stays(susan_client, susan, post, happens):
    happens(post, susan)
    response = reply(susan_client, post, "Kept")
    assert response.status_code == 200
    assertContains(response, GONE)
    assertContains(response, "Kept</textarea>")
    assertContains(response, f'name="in_reply_to" value="{post.pk}"')
    assertContains(response, 'aria-invalid="true"')
    assertNotContains(response, "ferry")
    fragment = susan_client.post("/posts/", {"body": "Kept", "in_reply_to": post.pk}, headers=AJAX)
    assert fragment.status_code == 422
    assert "Kept</textarea>" in fragment.text
    assert "<html" not in fragment.text
    assert not susan.posts.exists()


@pytest.mark.any_database
def test_any_other_error_of_a_reply_comes_with_the_post(susan_client, post):
    response = reply(susan_client, post, "x" * 501)
    assertTemplateUsed(response, "posts/compose.html")
    assertContains(response, "1 character too long")
    assertContains(response, "ferry")
    assertContains(response, 'placeholder="Write your reply"')
    assertContains(response, f'name="in_reply_to" value="{post.pk}"')


@pytest.mark.any_database
def test_over_the_limit_a_reply_stays_a_reply(susan_client, post, limit):
    limit("write", person=(1, 600))
    reply(susan_client, post)
    response = reply(susan_client, post, "Once more")
    assert response.status_code == 429
    assertContains(response, "Once more</textarea>", status_code=429)
    assertContains(response, f'name="in_reply_to" value="{post.pk}"', status_code=429)


def test_a_repeat_leads_to_the_first_reply_even_if_the_post_is_gone(susan_client, susan, post):
    sent = {"submission": uuid.uuid4()}
    first = reply(susan_client, post, **sent)
    post.delete()
    assert reply(susan_client, post, **sent).url == first.url
    assert susan.posts.count() == 1


def test_the_reply_counter_counts_public_and_unhidden_ones(susan, susan_client, post):
    reply(susan_client, post)
    reply(susan_client, post, "Only for friends", visibility="followers")
    assert replies_count(post) == 1
    public = susan.posts.get(owner=None)
    public.hide()
    assert replies_count(post) == 0
    public.show()
    assert replies_count(post) == 1
    public.delete()
    assert replies_count(post) == 0


def test_an_edit_keeps_the_thread(susan_client, susan, post):
    reply(susan_client, post)
    answer = susan.posts.get()
    susan_client.post(f"/posts/{answer.pk}/edit/", {"body": "It was on time once."})
    answer.refresh_from_db()
    assert (answer.in_reply_to, answer.conversation) == (post, post)


@pytest.mark.django_db(transaction=True)
def test_a_post_deleted_at_the_same_moment_is_said_to_be_gone(susan, post):
    client, answers = Client(), []
    client.force_login(susan)
    before_it_is_committed(post.delete, lambda: answers.append(reply(client, post, "Kept", submission=uuid.uuid4())))
    assertContains(answers[0], "available")
    assertContains(answers[0], "Kept</textarea>")
    assert not Post.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_replies_and_the_deletion_at_once_leave_all_or_nothing(post):
    people = [User.objects.create_user(f"p{number}") for number in range(6)]

    def act(number):
        if number == 3:
            return Post.objects.get(pk=post.pk).delete()
        client = Client()
        client.force_login(people[number])
        return reply(client, post).status_code

    results = at_once(act, times=6)
    written = [result for result in results if result == 302]
    assert Post.objects.filter(in_reply_to=post.pk).count() == len(written)
    places = Post.objects.filter(pk=post.pk)
    if written:
        assert (places.get().deleted_at is not None, places.get().replies_count) == (True, len(written))
    else:
        assert not places.exists()


def test_a_follower_answers_a_post_for_followers(susan_client, susan, john):
    post = PostFactory(author=john, for_followers=True)
    Follow.objects.follow(susan, john)
    reply(susan_client, post)
    assert susan.posts.get().in_reply_to == post


def test_who_is_blocked_by_the_owner_goes_on_nowhere_in_their_thread(susan_client, susan, john):
    Follow.objects.follow(susan, john)
    post = PostFactory(author=john, for_followers=True)
    reply(susan_client, post, "May I?")
    mine = susan.posts.get()
    Block.objects.block(john, susan)
    assertContains(reply(susan_client, mine, "And another thing."), GONE)
    Block.objects.unblock(john, susan)
    reply(susan_client, mine, "And another thing.")
    assert susan.posts.count() == 2
