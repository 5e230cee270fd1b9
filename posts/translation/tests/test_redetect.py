from io import StringIO

import pytest
from django.core.management import call_command

from posts import batches
from posts.models import Post, Translation
from posts.tests.factories import PostFactory
from tests.races import before_it_is_committed

FRENCH = "Le moteur du bateau est en panne et nous arrivons trop tard au port"
SPANISH = "Se ha roto el motor del barco y llegamos tarde al puerto"


def run(*arguments, **options):
    out = StringIO()
    call_command("redetect", *arguments, stdout=out, **options)
    return out.getvalue()


@pytest.fixture
def post(susan):
    post = PostFactory(author=susan, body=SPANISH)
    Post.objects.update(language="")
    return post


def test_a_post_in_an_unknown_language_gets_it(post):
    assert "the language of 1 of 1 posts has changed" in run()
    assert Post.objects.get().language == "es"
    assert "0 of 0 posts" in run()


def test_what_is_known_stays_unless_all_are_asked_for(post):
    Post.objects.update(language="pt")
    assert "0 of 0 posts" in run()
    assert Post.objects.get().language == "pt"
    assert "1 of 1 posts" in run("--all")
    assert Post.objects.get().language == "es"
    assert "0 of 1 posts" in run("--all")


def test_reposts_and_places_of_deleted_posts_have_none(susan, post):
    deleted = PostFactory(body=FRENCH)
    PostFactory(body=FRENCH, language="fr", in_reply_to=deleted)
    Post.objects.repost(susan, post)
    deleted.delete()
    assert "the language of 1 of 1 posts has changed" in run()
    assert "0 of 2 posts" in run("--all")


def test_no_guess_is_no_reason_to_forget_what_is_known(susan):
    PostFactory(author=susan, body="🎺", language="ca")
    run("--all")
    assert Post.objects.get().language == "ca"


def test_what_the_author_usually_writes_decides_here_too(susan):
    PostFactory(author=susan, body="Jeg har fri i dag")
    Post.objects.update(language="")
    for usual in ("da", "nb"):
        type(susan).objects.update(written_languages=[usual] * 5)
        run("--all")
        assert Post.objects.get().language == usual


def test_the_post_is_not_edited_but_of_a_new_version_so_that_translations_go(post):
    Translation.objects.create(post=post, language="en", digest=post.digest)
    run()
    after = Post.objects.get()
    assert (after.body, after.html, after.edited_at) == (post.body, post.html, None)
    assert after.version == post.version + 1
    assert not Translation.objects.exists()


def test_a_post_whose_language_stays_keeps_its_version_and_translations(post):
    Post.objects.update(language="es")
    Translation.objects.create(post=post, language="en", digest=post.digest)
    run("--all")
    assert Post.objects.get().version == post.version
    assert Translation.objects.exists()


def test_it_goes_in_batches(susan, monkeypatch):
    monkeypatch.setattr(batches, "BATCH_SIZE", 2)
    PostFactory.create_batch(5, author=susan, body=SPANISH)
    Post.objects.update(language="")
    out = run(verbosity=2)
    assert "4 posts done" in out
    assert "5 of 5 posts" in out


@pytest.mark.django_db(transaction=True)
def test_an_edit_at_the_same_moment_is_not_undone():
    post = PostFactory(body=FRENCH)  # a language that the command would write
    Post.objects.update(language="")
    before_it_is_committed(lambda: post.edit(SPANISH, "ca"), run)
    assert Post.objects.values_list("body", "language").get() == (SPANISH, "ca")
