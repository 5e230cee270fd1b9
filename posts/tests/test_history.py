"""What a post said before it was edited, for those who may read it."""

import re
from datetime import UTC, datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains

from posts.models import Post, PostVersion
from tests.races import at_once

from .factories import PostFactory

MOMENTS = [datetime(2026, 11, day, 12, tzinfo=UTC) for day in (1, 2, 3)]


@pytest.fixture
def post(susan):
    return PostFactory(author=susan, body="Found the leek!", created_at=MOMENTS[0])


@pytest.fixture
def edit(post, monkeypatch):
    def edit(moment, *arguments):
        monkeypatch.setattr(timezone, "now", lambda: moment)
        assert Post.objects.get(pk=post.pk).edit(*arguments)
        monkeypatch.undo()

    return edit


def history(client, post):
    return client.get(f"/posts/{post.pk}/history/")


def kept():
    return list(PostVersion.objects.values_list("body", "content_warning", "written_at"))


def test_an_edit_keeps_the_former_text_and_when_it_was_written(edit, post):
    edit(MOMENTS[1], "Found the leak!", "en", "Plumbing")
    edit(MOMENTS[2], "Found the leak!", "en", "")
    assert kept() == [("Found the leek!", "", MOMENTS[0]), ("Found the leak!", "Plumbing", MOMENTS[1])]


def test_what_readers_do_not_see_makes_no_version_and_no_edit(post):
    for arguments in (("Found the leek!", "nl"), ("Found the leek!", "nl"), ("Found the leek!", "en", "")):
        assert post.edit(*arguments)
    post.refresh_from_db()
    assert (post.edited_at, kept()) == (None, [])


def test_all_versions_are_shown_newest_first_with_their_times(client, edit, post, john):
    edit(MOMENTS[1], "Found the leak, @john!", "en", "Plumbing")
    edit(MOMENTS[2], "<b>Found</b> the leak!", "en", "")
    response = history(client, post)
    assertContains(response, 'Found the leak, <a href="/@john/" dir="ltr">@john</a>!')
    assertContains(response, "&lt;b&gt;Found&lt;/b&gt; the leak!")
    assertContains(response, "Plumbing", count=1)
    found = re.findall(
        r'datetime="([^"]+)"|(Found the le.k)', response.text.replace("&lt;b&gt;Found&lt;/b&gt;", "Found")
    )
    times = [moment for moment, _text in found if moment]
    assert times[::2] == [f"2026-11-0{day}T12:00:00Z" for day in (3, 2, 1)]
    assert [text for _moment, text in found if text] == ["Found the leak", "Found the leak", "Found the leek"]


def test_a_post_that_was_never_edited_has_one_version(client, post):
    response = history(client, post)
    assertContains(response, "Found the leek!")
    assertContains(response, '<li class="version">', count=1)


def test_it_is_for_those_who_may_read_the_post(client, susan_client, john_client, susan, post):
    private = PostFactory(author=susan, for_followers=True)
    assert [reader.get(f"/posts/{private.pk}/history/").status_code for reader in (susan_client, john_client)] == [
        200,
        404,
    ]
    post.hide()
    assert history(client, post).status_code == history(susan_client, post).status_code == 404


def test_that_of_a_repost_is_that_of_the_original(client, john, post):
    Post.objects.repost(john, post)
    assertContains(history(client, Post.objects.get(repost_of=post)), "Found the leek!")


def test_it_goes_with_the_post(edit, post):
    edit(MOMENTS[1], "Found the leak!")
    PostFactory(in_reply_to=post)
    post.delete()
    assert not PostVersion.objects.exists()


def test_it_takes_as_many_queries_however_many_versions_there_are(client, edit, post, settings):
    def queries():
        with CaptureQueriesContext(connection) as captured:
            assert history(client, post).status_code == 200
        return len(captured)

    settings.LIST_PAGE_SIZE = 5
    edit(MOMENTS[1], "@susan edited", "en")
    edit(MOMENTS[1], "@susan edited it", "en")
    few = queries()
    for number in range(5):
        edit(MOMENTS[1], f"@susan edited {number}", "en")
    assert queries() == few
    assertNotContains(history(client, post), "leek")
    assertContains(client.get(f"/posts/{post.pk}/history/?page=2"), "leek")


@pytest.mark.django_db(transaction=True)
def test_edits_at_once_keep_every_text(post):
    copies = [Post.objects.get(pk=post.pk) for _copy in range(12)]
    at_once(lambda number: copies[number].edit(f"Edit {number}", "en"))
    post.refresh_from_db()
    texts = {post.body, *PostVersion.objects.values_list("body", flat=True)}
    assert texts == {"Found the leek!", *(f"Edit {number}" for number in range(12))}
    assert post.version == 13
