from io import StringIO

import pytest
from django.core.management import call_command
from django.utils import timezone

from posts import batches
from posts.models import Post, Translation
from posts.tests.factories import PostFactory
from tests.races import before_it_is_committed


def run(**options):
    out = StringIO()
    call_command("rerender", stdout=out, **options)
    return out.getvalue()


def test_it_makes_the_html_of_all_posts_anew(susan, monkeypatch):
    monkeypatch.setattr(batches, "BATCH_SIZE", 2)
    posts = [PostFactory(body=f"{number}: @susan, https://example.com/") for number in range(5)]
    Post.objects.filter(pk=posts[1].pk).delete()
    Post.objects.update(html="old")
    assert "4 of 4 posts have changed" in run()
    assert {post.html for post in posts} >= set(Post.objects.values_list("html", flat=True))


def test_reposts_and_places_of_deleted_posts_have_none(susan):
    post, deleted = PostFactory(), PostFactory()
    Post.objects.repost(susan, post)
    PostFactory(in_reply_to=deleted)
    deleted.delete()
    assert "0 of 2 posts have changed" in run()


def test_it_does_so_for_translations(susan):
    post = PostFactory(body="Hi @susan", language="en")
    made = {"digest": post.digest, "provider": "deepl", "made_at": timezone.now()}
    Translation.objects.create(post=post, language="es", body="Hola @susan", html="old", **made)
    assert "1 of 1 translations have changed" in run()
    assert Translation.objects.get().html == 'Hola <a href="/@susan/" dir="ltr">@susan</a>'


def test_it_changes_nothing_but_the_html(susan):
    post = PostFactory(body="Hi @susan", language="es")
    Post.objects.update(html="old")
    run()
    fields = ("body", "language", "created_at", "edited_at", "hidden", "submission", "html")
    assert Post.objects.values(*fields).get() == {field: getattr(post, field) for field in fields}


def test_repeating_it_changes_nothing(susan):
    PostFactory(body="Hi @susan")
    assert "0 of 1 posts have changed" in run()


def test_it_needs_no_posts(db):
    assert "0 of 0 posts have changed" in run()


def test_a_name_that_is_somebodys_now_becomes_a_link(susan, django_assert_max_num_queries):
    PostFactory.create_batch(30, body="Hi @susanna")
    susan.rename("susanna")
    with django_assert_max_num_queries(11):
        run()
    assert set(Post.objects.values_list("html", flat=True)) == {'Hi <a href="/@susanna/" dir="ltr">@susanna</a>'}


def test_it_tells_how_far_it_is_when_asked(susan):
    PostFactory()
    assert "1 posts done" in run(verbosity=2)


@pytest.mark.django_db(transaction=True)
def test_a_post_that_is_just_being_edited_keeps_its_new_html():
    post = PostFactory(body="old")
    Post.objects.update(html="older")
    before_it_is_committed(lambda: post.edit("new", "en"), run)
    assert Post.objects.get().html == "new"
