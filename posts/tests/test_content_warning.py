"""One line that readers see before the text."""

import pytest
from pytest_django.asserts import assertContains, assertNotContains

from posts.models import Translation

from .factories import PostFactory

pytestmark = pytest.mark.any_database


def write(client, warning):
    return client.post("/posts/", {"body": "He drowns.", "content_warning": warning})


@pytest.mark.every_database
@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("Spoiler", "Spoiler"),
        ("  two \r\n lines\u2028here ", "two lines here"),
        ("cafe\u0301", "café"),
        ("\u202espoiler", "spoiler"),
        ("é" * 100, "é" * 100),
        *((nothing, "") for nothing in ("", "  \n ", "\u200b\u200d", "\u2800\u3164", "\u202e")),
    ],
)
def test_it_is_kept_as_one_line(susan_client, susan, typed, kept):
    write(susan_client, typed)
    assert susan.posts.get().content_warning == kept


@pytest.mark.every_database
@pytest.mark.parametrize("typed", ["x" * 101, "a\0b", "a\x07b", "a\x9bb"])
def test_what_cannot_be_kept_is_refused_beside_its_field(susan_client, susan, typed):
    response = write(susan_client, typed)
    assertContains(response, 'id="id_content_warning_error"')
    assertContains(response, "He drowns.</textarea>")
    assert not susan.posts.exists()


def test_the_line_is_folded_away_until_something_is_in_it(susan_client):
    assertContains(susan_client.get("/"), '<details class="composer-warning">')
    assertContains(write(susan_client, "x" * 101), '<details class="composer-warning" open>')


def test_an_edit_can_add_change_and_remove_it(susan_client, susan):
    post = PostFactory(author=susan, body="He drowns.", content_warning="Spoiler")
    page = f"/posts/{post.pk}/edit/"
    assertContains(susan_client.get(page), 'value="Spoiler"')
    for warning in ("Ending", "", "Spoiler"):
        before = post.version
        susan_client.post(page, {"body": "He drowns.", "language": "en", "content_warning": warning})
        post.refresh_from_db()
        assert (post.content_warning, post.version) == (warning, before + 1)
        assert post.edited_at


def test_it_leaves_translations_as_they_are(susan_client, susan):
    post = PostFactory(author=susan, body="He drowns.")
    Translation.objects.create(post=post, language="es", digest=post.digest, body="Se ahoga.")
    susan_client.post(f"/posts/{post.pk}/edit/", {"body": "He drowns.", "language": "en", "content_warning": "Spoiler"})
    assert Translation.objects.exists()


def test_the_same_form_with_another_warning_is_not_lost(susan_client, susan):
    sent = {"body": "He drowns.", "submission": "7f0f3f3e-5f4b-4c7e-9d6b-0a4f8f2f6a11"}
    susan_client.post("/posts/", sent)
    response = susan_client.post("/posts/", {**sent, "content_warning": "Spoiler"})
    assertContains(response, "already sent")
    assertContains(response, 'value="Spoiler"')
    assertNotContains(response, f'value="{sent["submission"]}"')
    assert susan.posts.count() == 1
