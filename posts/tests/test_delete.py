import pytest
from pytest_django.asserts import assertContains, assertRedirects

from posts.models import Post
from tests.races import at_once

from .factories import PostFactory


@pytest.fixture
def post(susan):
    return PostFactory(author=susan, body="Found the leak!")


def delete_page(post):
    return f"/posts/{post.pk}/delete/"


def test_the_page_asks_and_deletes_nothing(susan_client, post):
    assertContains(susan_client.get(delete_page(post)), "Found the leak!")
    assert Post.objects.filter(pk=post.pk).exists()


def test_a_deleted_post_is_gone_and_no_longer_counted(susan_client, susan, post):
    assertRedirects(susan_client.post(delete_page(post)), "/")
    assert susan_client.get(post.get_absolute_url()).status_code == 404
    susan.refresh_from_db()
    assert susan.posts_count == 0


def test_deleting_it_again_is_not_found(susan_client, post):
    susan_client.post(delete_page(post))
    assert susan_client.post(delete_page(post)).status_code == 404


def test_somebody_elses_post_is_not_found(john_client, post):
    for method in (john_client.get, john_client.post):
        assert method(delete_page(post)).status_code == 404
    assert Post.objects.filter(pk=post.pk).exists()


def test_strangers_log_in_first_and_delete_nothing(client, post):
    assertRedirects(client.post(delete_page(post)), "/login/")
    assert Post.objects.filter(pk=post.pk).exists()


def test_other_methods_are_refused(susan_client, post):
    assert susan_client.put(delete_page(post)).status_code == 405


def test_a_hidden_post_is_counted_out_once(susan, post):
    post.hide()
    post.delete()
    susan.refresh_from_db()
    assert susan.posts_count == 0


def test_a_post_goes_together_with_its_author_s_repost_and_quote_of_it(susan, post):
    PostFactory(in_reply_to=post)
    Post.objects.repost(susan, post)
    PostFactory(author=susan, quote_of=post)
    susan.posts.all().remove()
    place = susan.posts.get()
    assert (place.pk, place.replies_count, place.reposts_count, place.quotes_count) == (post.pk, 1, 0, 0)


@pytest.mark.django_db(transaction=True)
def test_deleting_hiding_and_showing_at_once_leaves_the_counter_right(susan):
    doomed, kept = PostFactory(author=susan), PostFactory(author=susan)
    acts = [Post.delete, Post.hide, Post.show]

    def act(number):
        Post.objects.filter(pk=kept.pk).get().hide() if number % 2 else Post.objects.get(pk=kept.pk).show()
        post = Post.objects.filter(pk=doomed.pk).first()
        return acts[number % 3](post) if post else None

    at_once(act)
    susan.refresh_from_db()
    assert susan.posts_count == susan.posts.filter(hidden=False).count()
