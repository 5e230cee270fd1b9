"""Several posts written as one thread, with one form."""

import uuid

import pytest
from django.test import Client
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from accounts.models import User
from accounts.tests.factories import PASSWORD
from posts.forms import TEXTS, PostForm
from posts.models import Post
from posts.rendering.summary import summaries
from social.models import Follow
from tests.forms import Browser
from tests.races import at_once

from .factories import PostFactory

AJAX = {"X-Requested-With": "XMLHttpRequest"}


def write(client, *texts, headers=None, **fields):
    named = dict(zip(TEXTS, texts, strict=False))
    return client.post("/posts/", {"submission": uuid.uuid4(), **named, **fields}, headers=headers or {})


def thread(person):
    """What `person` wrote, in order, each with the text that it answers."""
    posts = person.posts.filter(hidden=False).order_by("pk").select_related("in_reply_to")
    return [(post.body, post.in_reply_to and post.in_reply_to.body) for post in posts]


def texts_of(response):
    return [text.value() for text in response.context["form"].texts]


def test_each_answers_the_one_before(susan_client, susan):
    assertRedirects(write(susan_client, "One", "Two", "Three"), "/")
    assert thread(susan) == [("One", None), ("Two", "One"), ("Three", "Two")]
    susan.refresh_from_db()
    assert susan.posts_count == 3


@pytest.mark.any_database
def test_a_script_gets_all_of_them(susan_client, susan):
    answer = write(susan_client, "One", "Two", headers=AJAX)
    for post in susan.posts.all():
        assertContains(answer, f'id="post-{post.pk}"')


def test_a_script_gets_them_in_order(susan_client, monkeypatch):
    def in_another_order(*args):
        return dict(reversed(summaries(*args).items()))

    monkeypatch.setattr("posts.views.summaries", in_another_order)
    answer = write(susan_client, "One", "Two", "Three", headers=AJAX).text
    assert answer.index("One") < answer.index("Two") < answer.index("Three")


@pytest.mark.any_database
def test_what_is_left_empty_is_left_out(susan_client, susan):
    write(susan_client, " ", "One", "\u200b", "", "Two")
    assert thread(susan) == [("One", None), ("Two", "One")]


@pytest.mark.any_database
def test_only_empty_texts_are_an_error(susan_client, susan):
    response = write(susan_client, "", " ", "")
    assertContains(response, 'aria-describedby="id_body_error"')
    assert not susan.posts.exists()


def test_all_have_the_audience_and_the_warning_and_the_first_answers_and_quotes(susan_client, susan, john):
    post, quoted = PostFactory(author=john, body="Root"), PostFactory()
    write(susan_client, "One", "Two", in_reply_to=post.pk, quote=quoted.pk, visibility="followers", content_warning="W")
    first, second = susan.posts.order_by("pk")
    assert thread(susan) == [("One", "Root"), ("Two", "One")]
    assert (first.quote_of, second.quote_of) == (quoted, None)
    assert {(post.owner, post.content_warning) for post in (first, second)} == {(susan, "W")}


def test_one_that_answers_a_post_for_followers_has_the_readers_of_that(susan_client, susan, john):
    Follow.objects.follow(susan, john)
    private = PostFactory(author=john, for_followers=True)
    write(susan_client, "One", "Two", in_reply_to=private.pk, visibility="public")
    assert {post.owner for post in susan.posts.all()} == {john}


@pytest.mark.any_database
def test_the_language_of_each_is_detected_unless_it_is_chosen(susan_client, susan):
    texts = ("The harbour is full of jellyfish today", "Heute ist der ganze Hafen voller Quallen")
    for chosen, languages in (("", ["en", "de"]), ("fr", ["fr", "fr"])):
        write(susan_client, *texts, language=chosen)
        assert [post.language for post in susan.posts.order_by("pk")][-2:] == languages


@pytest.mark.any_database
def test_each_may_mention_as_many_as_a_post_may(susan_client, susan, john):
    write(susan_client, *["@john " * 20] * 2)
    assert [post.html.count("<a ") for post in susan.posts.all()] == [20, 20]


@pytest.mark.any_database
def test_errors_stand_beside_their_text_and_nothing_is_published(susan_client, susan):
    response = write(susan_client, "One", "x" * 501, "Three")
    assertContains(response, 'aria-describedby="id_body_2_error"')
    assertContains(response, 'id="id_body_2_error"')
    assert set(response.context["form"].errors) == {"body_2"}
    assert texts_of(response) == ["One", "x" * 501, "Three"]
    assert not susan.posts.exists()


# Each once


def test_sent_again_it_leads_to_the_same(susan_client, susan):
    sent = {"submission": uuid.uuid4()}
    for _click in range(2):
        assertRedirects(write(susan_client, "One", "Two", **sent), "/")
    assert len(thread(susan)) == 2


def test_with_another_text_only_that_is_added(susan_client, susan):
    """As after an answer that was lost."""
    sent = {"submission": uuid.uuid4()}
    for texts in (["One"], ["One", "Two"], ["One", "Two", "Three"], ["One", "Two"]):
        assertRedirects(write(susan_client, *texts, **sent), "/")
    assert thread(susan) == [("One", None), ("Two", "One"), ("Three", "Two")]


def test_changed_it_comes_back_with_what_is_left_as_a_new_answer(susan_client, susan):
    quoted, sent = PostFactory(), {"submission": uuid.uuid4()}
    write(susan_client, "One", "Two", "Three", quote=quoted.pk, **sent)
    response = write(susan_client, "One", "2", "Three", "Four", quote=quoted.pk, **sent)
    assertContains(response, "already sent")
    assert texts_of(response) == ["2", "Three", "Four"]
    assert len(thread(susan)) == 3
    form = response.context["form"]
    fields = {name: form[name].value() for name in ("in_reply_to", "quote", "submission")}
    write(susan_client, *texts_of(response), **fields)
    assert thread(susan)[3:] == [("2", "One"), ("Three", "2"), ("Four", "Three")]
    assert susan.posts.filter(is_quote=True).count() == 1


@pytest.mark.any_database
def test_for_others_than_before_it_is_not_said_to_be_published(susan_client, susan):
    sent = {"submission": uuid.uuid4()}
    write(susan_client, "One", "Two", visibility="public", **sent)
    response = write(susan_client, "One", "Two", visibility="followers", **sent)
    assertContains(response, "already sent")
    assert texts_of(response) == ["One", "Two"]


def test_what_was_deleted_since_is_not_said_to_be_published(susan_client, susan):
    sent = {"submission": uuid.uuid4()}
    write(susan_client, "One", "Two", **sent)
    susan_client.post(f"/posts/{susan.posts.latest('pk').pk}/delete/")
    response = write(susan_client, "One", "Two", **sent)
    assert texts_of(response) == ["Two"]
    form = response.context["form"]
    write(susan_client, "Two", in_reply_to=form["in_reply_to"].value(), submission=form["submission"].value())
    assert thread(susan) == [("One", None), ("Two", "One")]


@pytest.mark.any_database
def test_it_goes_on_after_what_it_answered_is_gone(susan_client, susan, john):
    post, sent = PostFactory(author=john), {"submission": uuid.uuid4()}
    write(susan_client, "One", in_reply_to=post.pk, **sent)
    post.withdraw()
    write(susan_client, "One", "Two", in_reply_to=post.pk, **sent)
    assert [body for body, _answered in thread(susan)] == ["One", "Two"]


def test_all_or_none_of_it_is_published(susan, john, monkeypatch):
    """As when what it quotes is deleted at that moment."""
    quoted = PostFactory(author=john)
    form = PostForm(susan, {"body": "One", "body_2": "Two", "quote": quoted.pk})
    assert form.is_valid()
    quoted.withdraw()
    assert form.publish() is None
    assert "available" in form.errors["body"][0]
    assert thread(susan) == []


@pytest.mark.django_db(transaction=True)
def test_many_at_once_make_one_thread(susan):
    submission = uuid.uuid4()

    def send(number):
        client = Client()
        client.force_login(User.objects.get(pk=susan.pk))
        return write(client, "One", "Two", *["Three"] * (number % 2), submission=submission).status_code

    assert {*at_once(send)} == {302}
    assert thread(susan) == [("One", None), ("Two", "One"), ("Three", "Two")]
    susan.refresh_from_db()
    assert susan.posts_count == 3


@pytest.mark.django_db(transaction=True)
def test_threads_of_many_people_at_once_get_along(susan, john):
    root = PostFactory(author=john)
    people = [susan, john, root.author]

    def send(number):
        form = PostForm(people[number % 3], {"body": "One", "body_2": "Two", "in_reply_to": root.pk, "quote": root.pk})
        assert form.is_valid()
        return len(form.publish())

    assert at_once(send) == [2] * 12
    root.refresh_from_db()
    assert (root.replies_count, root.quotes_count, Post.objects.count()) == (12, 12, 25)


# Adding a text without scripts


@pytest.mark.any_database
def test_one_more_field_comes_back_with_all_that_was_typed(susan_client, susan, john, limit):
    limit("write", person=(1, 600))
    post = PostFactory(author=john)
    typed = {"language": "fr", "content_warning": "W", "visibility": "followers", "in_reply_to": str(post.pk)}
    typed |= {"submission": str(uuid.uuid4()), "body": "", "body_2": "x" * 501}
    for number in range(3, 13):
        response = susan_client.post("/posts/", typed | {"add": "1"})
        form = response.context["form"]
        assert {name: form[name].value() or "" for name in typed} == typed
        assert [text.html_name for text in form.texts] == [*TEXTS[:number]]
        assertNotContains(response, "is-invalid")
        typed |= dict.fromkeys(form.further, "More")
    assertNotContains(response, 'name="add"')
    assert not susan.posts.exists()
    assert write(susan_client, "One").status_code == 302


@pytest.mark.any_database
def test_what_was_kept_before_does_not_come_back_in_place_of_it(susan):
    browser, login = Browser(), {"username": "susan", "password": PASSWORD}
    browser.post("/login/", browser.open("/login/") | login)
    stale = browser.open("/")
    browser.post("/logout/", stale)
    browser.post("/login/", browser.open("/login/") | login)
    browser.post("/posts/", stale | {"body": "Kept"})
    response = browser.post("/posts/", browser.open("/") | {"body": "Newer", "add": "1"})
    assert texts_of(response) == ["Newer", ""]


@pytest.mark.any_database
def test_people_who_may_not_write_keep_what_they_typed(susan_client, susan, settings):
    settings.CONFIRM_EMAIL = "required"
    User.objects.filter(pk=susan.pk).update(email_confirmed_at=None)
    assertNotContains(susan_client.get("/"), "</textarea>")
    for more in ({"add": "1"}, {}):
        assertContains(susan_client.post("/posts/", {"body": "One"} | more), "One</textarea>")


@pytest.mark.any_database
def test_each_text_counts_for_the_limit(susan_client, susan, limit):
    limit("write", person=(3, 600))
    write(susan_client, "One", "Two", "")
    response = write(susan_client, "Three", "Four")
    assert (response.status_code, texts_of(response)) == (429, ["Three", "Four"])
    assert write(susan_client, "Three").status_code == 302
    assert len(thread(susan)) == 3
