"""The HTML of a post is rendered once for all readers, and no page ever shows an outdated version."""

import pytest
from django.core.management import call_command
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains

from accounts.models import User
from accounts.tests.factories import UserFactory
from accounts.tests.pictures import picture, upload
from posts.models import Post, Translation
from posts.rendering import shared
from posts.tests.factories import PostFactory
from social.models import Block, Follow, Mute

PATHS = ["/", "/explore/", "/@john/", "/@john/{post.pk}/"]

pytestmark = pytest.mark.any_database


@pytest.fixture
def post(susan, john):
    Follow.objects.follow(susan, john)
    return PostFactory(author=john, body="The dike holds", language="en")


@pytest.fixture(params=PATHS)
def read(request, susan_client, client, post):
    """A function that returns what susan, and a logged-out reader if any, sees on a page; both have been there."""

    def pages():
        path = request.param.format(post=post)
        readers = [susan_client] if path == "/" else [susan_client, client]
        return [reader.get(path, follow=True).text for reader in readers]

    pages()
    return pages


def test_it_is_made_once(read, monkeypatch):
    monkeypatch.setattr("posts.rendering.shared._render", None)
    for text in read():
        assert "The dike holds" in text


def test_an_edit_shows_at_once(read, post):
    post.edit("The dike broke", "en")
    for text in read():
        assert "The dike broke" in text
        assert "The dike holds" not in text
        assert "edited" in text


def test_another_language_shows_at_once(read, post):
    post.edit(post.body, "nl")
    for text in read():
        assert 'class="post-body" lang="nl"' in text


def test_a_hidden_post_is_gone_at_once_and_back_at_once(read, post):
    post.hide()
    for text in read():
        assert "The dike holds" not in text
    post.show()
    for text in read():
        assert "The dike holds" in text


def test_a_deleted_post_is_gone_at_once(read, post):
    post.delete()
    for text in read():
        assert "The dike holds" not in text


def test_another_name_shows_at_once(read, john, john_client):
    john_client.post("/settings/profile/", {"username": "john", "display_name": "John of the Dike", "about_me": ""})
    for text in read():
        assert '<bdi class="person-name">John of the Dike</bdi>' in text


def test_another_user_name_shows_at_once(read, john):
    john.rename("jan")
    for text in read():
        assert '<bdi class="person-username">@jan</bdi>' in text
        assert 'formaction="/@john/' not in text


def test_another_avatar_shows_at_once(read, john, john_client):
    john_client.post(
        "/settings/profile/", {"username": "john", "display_name": "", "about_me": "", "avatar": upload(picture())}
    )
    john.refresh_from_db()
    assert john.avatar
    for text in read():
        assert john.avatar_url_small in text


def test_who_is_suspended_is_gone_at_once_and_back_at_once(read, john):
    john.suspend()
    for text in read():
        assert "The dike holds" not in text
    john.restore()
    for text in read():
        assert "The dike holds" in text


def test_who_blocked_or_is_blocked_reads_nothing_from_then_on(susan, john, susan_client, john_client, post):
    reply = PostFactory(author=susan, body="Thank goodness")
    for reader, path in ((susan_client, "/explore/"), (john_client, "/explore/")):
        reader.get(path)
    Block.objects.block(susan, john)
    assertNotContains(susan_client.get("/explore/"), post.body)
    assertNotContains(john_client.get("/explore/"), reply.body)


def test_who_is_muted_is_gone_from_timelines_at_once(susan, john, susan_client, post):
    susan_client.get("/")
    Mute.objects.mute(susan, john)
    assertNotContains(susan_client.get("/"), post.body)
    assertNotContains(susan_client.get("/explore/"), post.body)


def test_html_that_is_made_anew_shows_at_once_and_translations_stay(read, post):
    Translation.objects.create(post=post, language="es", digest=post.digest, body="Aguanta", made_at=timezone.now())
    Post.objects.update(body="@susanna: the dike holds")
    UserFactory(username="susanna")
    call_command("rerender", verbosity=0)
    for text in read():
        assert '<a href="/@susanna/" dir="ltr">@susanna</a>: the dike holds' in text
    assert Translation.objects.ready().get().body == "Aguanta"


def test_an_edit_that_only_finds_who_is_mentioned_keeps_translations(post):
    post.edit("@susanna: the dike holds", "en")
    Translation.objects.create(post=post, language="es", digest=post.digest, body="Aguanta", made_at=timezone.now())
    UserFactory(username="susanna")
    post.edit(post.body, "en")
    assert Translation.objects.ready().get().body == "Aguanta"


def test_each_reader_has_it_in_their_language(susan_client, post):
    assertContains(susan_client.get("/explore/"), "Mute for a day")
    User.objects.update(language="es")
    assertContains(susan_client.get("/explore/"), "Silenciar durante un día")


def test_each_reader_has_what_they_can_do(susan_client, john_client, client, post):
    for _time in range(2):
        assertContains(susan_client.get("/explore/"), f"/report/?post={post.pk}")
        assertContains(john_client.get("/explore/"), f"/posts/{post.pk}/edit/")
        assertNotContains(client.get("/explore/"), "post-menu")


def test_a_service_set_up_later_is_offered_at_once(request, susan_client, john):
    PostFactory(author=john, body="Hm", language="")
    assertNotContains(susan_client.get("/explore/"), "/translation/")
    request.getfixturevalue("translator")
    assertContains(susan_client.get("/explore/"), "/translation/")


def test_a_kept_translation_is_offered_to_strangers_at_once(translator, client, post):
    in_spanish = {"headers": {"Accept-Language": "es"}}
    assertNotContains(client.get("/explore/", **in_spanish), "btn-translate")
    Translation.objects.create(post=post, language="es", digest=post.digest, body="Aguanta", made_at=timezone.now())
    assertContains(client.get("/explore/", **in_spanish), "btn-translate")


def test_a_post_that_vanishes_while_the_page_is_made_is_left_out(susan_client, post, monkeypatch):
    kept = PostFactory(body="Still here")

    def vanish(ids):
        Post.objects.filter(pk=post.pk).delete()
        return make(ids)

    make = shared._make
    monkeypatch.setattr(shared, "_make", vanish)
    response = susan_client.get("/explore/")
    assertContains(response, kept.body)
    assertNotContains(response, post.body)


# Long posts


def test_a_long_post_is_clamped_until_one_asks_for_more(client, john):
    for number in (20, 3):
        PostFactory(author=john, body="one line\n" * number)
    page = client.get("/explore/").text
    assert [part.count("Show more") for part in page.split("<article")[1:]] == [0, 1]


def test_blank_lines_without_end_are_stored_but_not_shown(client, john):
    post = PostFactory(author=john, body="a" + "\n" * 400 + "b")
    assert post.body.count("\n") == 400
    assertContains(client.get("/explore/"), ">a\n\nb</div>")


def test_a_long_bio_is_clamped_and_its_blank_lines_are_not_shown(client, john):
    for bio, is_long in (("a" + "\n" * 200 + "b", False), ("a\n" * 20, True)):
        User.objects.filter(pk=john.pk).update(about_me=bio)
        assert ("Show more" in client.get("/@john/").text) is is_long
    User.objects.filter(pk=john.pk).update(about_me="", display_name="a" + "\u0301" * 40)
    PostFactory(author=john)
    for path in ("/@john/", "/explore/"):
        page = client.get(path).text
        assert "a" + "\u0301" * 8 in page
        assert "\u0301" * 9 not in page
