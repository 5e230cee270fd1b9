import pytest
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from posts.models import PINS, Post
from posts.tests.factories import PostFactory


@pytest.fixture
def post(susan):
    return PostFactory(author=susan, body="Found the leak!")


def delete(client, post):
    return client.post(f"/posts/{post.pk}/delete/")


def undelete(client, post):
    return client.post(f"/posts/{post.pk}/undelete/")


def test_a_deleted_post_is_nowhere_at_once_and_comes_back_as_it_was(susan_client, john_client, susan, post):
    Post.objects.pin(susan, post)
    delete(susan_client, post)
    for client in (susan_client, john_client):
        assert client.get(post.get_absolute_url()).status_code == 404
        assertNotContains(client.get("/explore/"), "Found the leak!")
    assertRedirects(undelete(susan_client, post), post.get_absolute_url())
    assertContains(john_client.get("/explore/"), "Found the leak!")
    post.refresh_from_db()
    susan.refresh_from_db()
    assert (post.deleted_at, post.hidden, bool(post.pinned_at), susan.posts_count) == (None, False, True, 1)


def test_it_is_erased_a_minute_later_and_no_sooner(susan_client, post, run_tasks, later):
    delete(susan_client, post)
    run_tasks()
    assert Post.objects.filter(pk=post.pk).exists()
    later(seconds=61)
    assert run_tasks() == 1
    assert not Post.objects.filter(pk=post.pk).exists()


def test_after_a_minute_it_cannot_come_back(susan_client, post, later):
    delete(susan_client, post)
    later(seconds=61)
    assert undelete(susan_client, post).status_code == 404


def test_a_post_that_came_back_is_not_erased(susan_client, post, run_tasks, later):
    delete(susan_client, post)
    undelete(susan_client, post)
    later(seconds=61)
    run_tasks()
    assert Post.objects.visible_to(post.author).filter(pk=post.pk).exists()


def test_nobody_deletes_and_restores_without_end(susan_client, post, settings):
    settings.LIMITS = settings.LIMITS | {"block": {"person": (1, 600), "address": None}}
    for status in (302, 429):  # each time leaves a task
        delete(susan_client, post)
        assert undelete(susan_client, post).status_code == status


def test_deleted_a_second_time_it_has_another_minute(susan_client, post, run_tasks, later):
    delete(susan_client, post)
    later(seconds=40)
    undelete(susan_client, post)
    delete(susan_client, post)
    later(seconds=30)
    run_tasks()
    assertRedirects(undelete(susan_client, post), post.get_absolute_url())


def test_from_the_page_that_asks_it_leads_to_the_post(susan_client, post):
    delete(susan_client, post)
    path = f"/posts/{post.pk}/"
    asked = {"Referer": f"http://testserver{path}delete/"}
    assertRedirects(susan_client.post(f"{path}undelete/", headers=asked), post.get_absolute_url())


def test_undoing_it_twice_is_harmless(susan_client, susan, post):
    delete(susan_client, post)
    for _time in range(2):
        assertRedirects(undelete(susan_client, post), post.get_absolute_url())
    susan.refresh_from_db()
    assert susan.posts_count == 1


def test_only_its_author_brings_it_back(susan_client, john_client, post):
    delete(susan_client, post)
    assert undelete(john_client, post).status_code == 404
    assert Post.objects.withdrawn().get() == post


def test_what_moderators_hid_does_not_come_back(susan_client, post):
    post.hide()
    assert undelete(susan_client, post).status_code == 404
    post.show()
    delete(susan_client, post)
    assert post.hide() is True
    assert undelete(susan_client, post).status_code == 404


def test_moderators_do_not_show_what_its_author_deleted(susan_client, post):
    delete(susan_client, post)
    assert post.show() is False
    assert not Post.objects.visible_to(post.author).exists()


def test_the_page_to_delete_it_offers_to_undo_that_also_when_the_tab_was_closed(susan_client, post, later):
    delete(susan_client, post)
    assertContains(susan_client.get(f"/posts/{post.pk}/delete/"), f'formaction="/posts/{post.pk}/undelete/"')
    assertRedirects(susan_client.get(f"/posts/{post.pk}/undelete/"), f"/posts/{post.pk}/delete/")
    later(seconds=61)
    assert susan_client.get(f"/posts/{post.pk}/delete/").status_code == 404


def test_the_message_has_a_button_to_undo_it(susan_client, post):
    delete(susan_client, post)
    assertContains(susan_client.get("/"), f'formaction="/posts/{post.pk}/undelete/"')


def test_a_script_gets_the_counts_and_what_to_say(susan_client, post):
    answered = PostFactory()
    reply = PostFactory(author=post.author, in_reply_to=answered)
    for act, replies in (("delete", "0"), ("undelete", "1")):
        response = susan_client.post(f"/posts/{reply.pk}/{act}/", headers={"X-Requested-With": "XMLHttpRequest"})
        answered.refresh_from_db()
        assert answered.replies_count == int(replies)
        assertContains(response, f'id="counts-{post.author_id}"')
        assertContains(response, f'data-post="{answered.pk}"')
        assertContains(response, 'class="messages"')


def test_in_a_thread_it_is_an_unnamed_place_only_if_it_has_replies(susan_client, susan, john_client):
    root = PostFactory(body="Root")
    lonely = PostFactory(author=susan, in_reply_to=root, body="Lonely")
    answered = PostFactory(author=susan, in_reply_to=root, body="Answered")
    PostFactory(in_reply_to=answered, body="The answer")
    thread = root.get_absolute_url()
    for post, places in ((lonely, 0), (answered, 1)):
        delete(susan_client, post)
        assertContains(john_client.get(thread), "post-place", count=places)
    undelete(susan_client, answered)
    assertContains(john_client.get(thread), "Answered")
    assertNotContains(john_client.get(thread), "post-place")


def test_its_reposts_and_quotes_come_back_with_it(susan_client, john, john_client, post):
    Post.objects.repost(john, post)
    PostFactory(author=john, quote_of=post, body="Look")
    delete(susan_client, post)
    Post.objects.unrepost(john, post)
    assertNotContains(john_client.get("/@john/"), "Found the leak!")
    undelete(susan_client, post)
    assertContains(john_client.get("/@john/"), "Found the leak!")
    post.refresh_from_db()
    assert (post.reposts_count, post.quotes_count) == (0, 1)


def test_a_pin_stays_off_if_others_took_its_place(susan_client, susan, post):
    Post.objects.pin(susan, post)
    delete(susan_client, post)
    for _number in range(PINS):
        Post.objects.pin(susan, PostFactory(author=susan))
    undelete(susan_client, post)
    assert susan.posts.filter(pinned_at__isnull=False).count() == PINS
    post.refresh_from_db()
    assert post.pinned_at is None
