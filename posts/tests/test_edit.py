import pytest
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from posts.models import Post
from tests.races import at_once

from .factories import PostFactory


@pytest.fixture
def post(susan):
    return PostFactory(author=susan, body="Found the leek!")


def edit_page(post):
    return f"/posts/{post.pk}/edit/"


@pytest.mark.any_database
def test_the_page_shows_the_text_and_the_language(susan_client, post):
    response = susan_client.get(edit_page(post))
    assertContains(response, "Found the leek!</textarea>")
    assertContains(response, '<option value="en" selected>')


def test_an_edit_changes_the_text_its_html_and_says_so(susan_client, post, john):
    response = susan_client.post(edit_page(post), {"body": "Found the leak, @john!", "language": "en"}, follow=True)
    assertRedirects(response, post.get_absolute_url())
    assertContains(response, '<a href="/@john/" dir="ltr">@john</a>')
    assertContains(response, "edited")
    post.refresh_from_db()
    assert post.body == "Found the leak, @john!"
    assert post.edited_at > post.created_at


@pytest.mark.any_database
def test_an_edit_can_have_the_language_detected_anew(susan_client, post):
    susan_client.post(edit_page(post), {"body": "Se ha roto el motor del barco otra vez", "language": ""})
    post.refresh_from_db()
    assert post.language == "es"


@pytest.mark.any_database
def test_saving_without_a_change_is_no_edit(susan_client, post):
    susan_client.post(edit_page(post), {"body": "Found the leek!", "language": "en"})
    post.refresh_from_db()
    assert post.edited_at is None
    assertNotContains(susan_client.get(post.get_absolute_url()), "edited")


def test_an_edit_leaves_place_and_count_as_they_are(susan_client, susan, post):
    newer = PostFactory(author=susan)
    susan_client.post(edit_page(post), {"body": "Found the leak!"})
    assert [shown.pk for shown in susan_client.get("/").context["page"]] == [newer.pk, post.pk]
    susan.refresh_from_db()
    assert susan.posts_count == 2


@pytest.mark.any_database
@pytest.mark.parametrize("body", ["", "x" * 501, "\x07"])
def test_an_error_keeps_what_was_typed_and_the_post_as_it_was(susan_client, post, body):
    response = susan_client.post(edit_page(post), {"body": body})
    assert response.status_code == 200
    assertContains(response, 'aria-invalid="true"')
    assert response.context["form"]["body"].value() == body
    post.refresh_from_db()
    assert post.body == "Found the leek!"


@pytest.mark.any_database
def test_somebody_elses_post_is_not_found(john_client, post):
    for method in (john_client.get, john_client.post):
        assert method(edit_page(post), {"body": "Mine now"}).status_code == 404
    post.refresh_from_db()
    assert post.body == "Found the leek!"


@pytest.mark.any_database
def test_a_hidden_post_is_not_found_by_its_author(susan_client, post):
    post.hide()
    assert susan_client.get(edit_page(post)).status_code == 404
    assert susan_client.post(edit_page(post), {"body": "Seen again"}).status_code == 404


@pytest.mark.any_database
def test_strangers_log_in_first(client, post):
    assertRedirects(client.get(edit_page(post)), f"/login/?next={edit_page(post)}")


def test_editing_a_post_deleted_meanwhile_brings_nothing_back(post):
    Post.objects.get(pk=post.pk).delete()
    assert post.edit("Found the leak!") is False
    assert not Post.objects.exists()


def test_what_a_post_deleted_meanwhile_left_in_its_thread_cannot_be_edited(post):
    PostFactory(in_reply_to=post)
    Post.objects.filter(pk=post.pk).remove()
    assert not post.edit("Late words")
    assert Post.objects.get(pk=post.pk).body == ""


@pytest.mark.django_db(transaction=True)
def test_edits_and_deletes_at_once_leave_no_post_and_no_count(susan, post):
    copies = [Post.objects.get(pk=post.pk) for _copy in range(12)]
    at_once(lambda number: copies[number].delete() if number % 3 else copies[number].edit(f"Edit {number}", "en"))
    assert not Post.objects.exists()
    susan.refresh_from_db()
    assert susan.posts_count == 0
