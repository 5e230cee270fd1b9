import uuid

import pytest
from pytest_django.asserts import assertContains, assertRedirects, assertTemplateUsed

from posts.models import Post

pytestmark = pytest.mark.any_database

AJAX = {"X-Requested-With": "XMLHttpRequest"}


@pytest.mark.every_database
def test_a_post_is_out_at_home(susan_client, susan):
    response = susan_client.post("/posts/", {"body": "Found the leak!", "language": "", "submission": ""}, follow=True)
    assertRedirects(response, "/")
    assertContains(response, "Found the leak!")
    assertContains(response, "Your post has been published.")
    susan.refresh_from_db()
    assert susan.posts_count == 1


def test_only_the_text_is_needed(susan_client, susan):
    susan_client.post("/posts/", {"body": "Found the leak!"})
    assert susan.posts.get().body == "Found the leak!"


def test_a_script_gets_the_post_alone(susan_client):
    response = susan_client.post("/posts/", {"body": "Found the leak!"}, headers=AJAX)
    assert response.status_code == 200
    assert response.text.count("<article") == 1
    assert f'id="post-{Post.objects.get().pk}"' in response.text
    assert "<html" not in response.text


def test_a_script_is_told_where_the_post_is(susan_client, susan):
    response = susan_client.post("/posts/", {"body": "Found the leak!"}, headers=AJAX)
    assertContains(
        response,
        f'<span>Your post has been published.</span> <a href="{susan.posts.get().get_absolute_url()}">Show</a>',
    )


def test_the_device_is_told_what_it_need_not_keep_any_more(susan_client):
    submission = str(uuid.uuid4())
    response = susan_client.post("/posts/", {"body": "Found the leak!", "submission": submission}, follow=True)
    assertContains(response, f'data-sent="{submission}"')


def test_links_and_mentions_are_made_when_it_is_written(susan_client, susan, john):
    susan_client.post("/posts/", {"body": "@john, see https://example.com/ <b>"})
    assertContains(susan_client.get("/"), '<a href="/@john/" dir="ltr">@john</a>')
    assertContains(susan_client.get("/"), 'href="https://example.com/" rel="nofollow ugc noopener"')
    assertContains(susan_client.get("/"), "&lt;b&gt;")


def test_the_language_is_detected_or_chosen(susan_client, susan):
    spanish = "Se ha roto el motor del barco y llegamos tarde al puerto"
    susan_client.post("/posts/", {"body": spanish})
    susan_client.post("/posts/", {"body": spanish, "language": "ca"})
    assert list(susan.posts.order_by("pk").values_list("language", flat=True)) == ["es", "ca"]


def test_the_text_is_kept_in_one_form(susan_client, susan):
    susan_client.post("/posts/", {"body": "  cafe\u0301\r\nau lait\r\n"})
    assert susan.posts.get().body == "café\nau lait"


@pytest.mark.every_database
def test_five_hundred_characters_fit_and_one_more_does_not(susan_client, susan):
    susan_client.post("/posts/", {"body": "🎺\r\n" * 249 + "xx"})
    assert len(susan.posts.get().body) == 500
    assertContains(susan_client.post("/posts/", {"body": "x" * 501}), "This is 1 character too long (at most 500).")
    assert susan.posts.count() == 1


def test_the_limit_is_a_setting(susan_client, susan, settings):
    settings.POST_MAX_LENGTH = 3
    assertContains(susan_client.post("/posts/", {"body": "four"}), "at most 3")
    assert not susan.posts.exists()


@pytest.mark.parametrize("body", ["", "  \n ", "\u200b\u200d", "\u2800\u3164", "\u202e"])
def test_what_shows_nothing_is_refused(susan_client, susan, body):
    assertContains(susan_client.post("/posts/", {"body": body}), "This field is required.")
    assert not susan.posts.exists()


@pytest.mark.every_database
@pytest.mark.parametrize("character", ["\0", "\x07", "\x1b", "\x7f", "\x9b"])
def test_control_characters_are_refused(susan_client, susan, character):
    response = susan_client.post("/posts/", {"body": f"a{character}b"})
    assert response.status_code == 200
    assert "body" in response.context["form"].errors
    assert not susan.posts.exists()


def test_an_error_keeps_the_text_and_shows_the_timeline(susan_client, susan):
    susan_client.post("/posts/", {"body": "An earlier one"})
    response = susan_client.post("/posts/", {"body": "x" * 501, "language": "es"})
    assert response.status_code == 200
    assertTemplateUsed(response, "posts/home.html")
    assertContains(response, "x" * 501)
    assertContains(response, '<option value="es" selected>')
    assertContains(response, "An earlier one")
    assertContains(response, 'aria-invalid="true"')


def test_a_script_gets_the_composer_with_the_error(susan_client):
    response = susan_client.post("/posts/", {"body": "x" * 501}, headers=AJAX)
    assert response.status_code == 422
    assertTemplateUsed(response, "posts/_composer.html")
    assert "x" * 501 in response.text
    assert "<html" not in response.text


def test_a_language_we_do_not_know_is_refused(susan_client, susan):
    assert "language" in susan_client.post("/posts/", {"body": "Hi", "language": "tlh"}).context["form"].errors
    assert not susan.posts.exists()


def test_the_page_of_that_address_is_home(susan_client):
    assertRedirects(susan_client.get("/posts/"), "/")


def test_strangers_log_in_first_and_come_back_to_where_they_were(client, db):
    response = client.post("/posts/", {"body": "Hi"}, headers={"Referer": "http://testserver/explore/"})
    assertRedirects(response, "/login/?next=/explore/")
    assert client.post("/posts/", {"body": "Hi"}, headers=AJAX).status_code == 401
    assert not Post.objects.exists()


def test_a_post_needs_the_token_of_the_form(susan, client):
    client.handler.enforce_csrf_checks = True
    client.force_login(susan)
    assert client.post("/posts/", {"body": "Hi", "submission": uuid.uuid4()}).status_code == 403
    assert not Post.objects.exists()


def test_a_language_that_is_not_offered_is_refused_beside_its_field(susan_client):
    response = susan_client.post("/posts/", {"body": "Hi", "language": "zz"})
    assertContains(response, 'id="id_language_error"')
    assertContains(response, "Hi</textarea>")
