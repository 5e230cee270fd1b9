import pytest
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from posts.models import Gone, Post
from tests.races import at_once, before_it_is_committed

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


# With replies


def counters(post):
    post.refresh_from_db()
    return post.replies_count, post.author.posts.filter(hidden=False).count()


def test_the_page_says_that_replies_stay(susan_client, post):
    assertNotContains(susan_client.get(delete_page(post)), "Replies")
    PostFactory(in_reply_to=post)
    assertContains(susan_client.get(delete_page(post)), "Replies to it will stay.")


def test_a_post_with_replies_leaves_a_place_without_anything_of_it(susan_client, susan, john, post):
    post.edit("Found the leek!", "en", "Plumbing")
    reply = PostFactory(author=john, in_reply_to=post)
    post.delete()
    place = Post.objects.get(pk=post.pk)
    assert (bool(place.deleted_at), place.hidden) == (True, True)
    assert (place.body, place.html, place.content_warning, place.replies_count) == ("", "", "", 1)
    assert not place.versions.exists()
    susan.refresh_from_db()
    assert susan.posts_count == 0
    reply.refresh_from_db()
    assert (reply.in_reply_to, reply.conversation) == (place, place)
    assert reply.author.posts.get() == reply


def test_a_place_cannot_be_deleted_edited_shown_or_answered(susan_client, susan, post):
    PostFactory(in_reply_to=post)
    post.delete()
    place = Post.objects.get(pk=post.pk)
    assert not place.show()
    assert place.delete()[0] == 0
    for path in (delete_page(post), f"/posts/{post.pk}/edit/", f"/posts/{post.pk}/history/", f"/@susan/{post.pk}/"):
        assert susan_client.get(path).status_code == 404
    assert Post.objects.get(pk=post.pk).deleted_at


def test_a_place_goes_with_its_last_reply(post, john):
    replies = [PostFactory(author=john, in_reply_to=post) for _reply in range(2)]
    post.delete()
    replies[0].delete()
    assert Post.objects.get(pk=post.pk).replies_count == 1
    replies[1].delete()
    assert not Post.objects.exists()
    john.refresh_from_db()
    assert john.posts_count == 0


def test_so_do_the_places_above_it(post, john):
    middle = PostFactory(author=john, in_reply_to=post)
    last = PostFactory(in_reply_to=middle)
    post.delete()
    middle.delete()
    assert Post.objects.filter(deleted_at__isnull=False).count() == 2
    last.delete()
    assert not Post.objects.exists()


def test_a_reply_in_the_middle_leaves_a_place_that_no_longer_counts(post, john):
    middle = PostFactory(author=john, in_reply_to=post)
    last = PostFactory(in_reply_to=middle)
    middle.delete()
    assert counters(post) == (0, 1)
    last.refresh_from_db()
    assert (last.in_reply_to_id, last.conversation) == (middle.pk, post)


def test_a_whole_chain_at_once_leaves_nothing(susan, post):
    chain = [post]
    for _reply in range(5):
        chain.append(PostFactory(author=susan, in_reply_to=chain[-1]))
    susan.posts.all().remove()
    assert not Post.objects.exists()
    susan.refresh_from_db()
    assert susan.posts_count == 0


def test_of_a_chain_that_somebody_answered_what_leads_there_stays_as_places(susan, john, post):
    second = PostFactory(author=susan, in_reply_to=post)
    third = PostFactory(author=susan, in_reply_to=second)
    answer = PostFactory(author=john, in_reply_to=second)
    susan.posts.all().remove()
    left = Post.objects.order_by("pk")
    assert [(row.pk, row.body == "") for row in left] == [(post.pk, True), (second.pk, True), (answer.pk, False)]
    assert third.pk not in left.values_list("pk", flat=True)
    assert [row.replies_count for row in left] == [0, 1, 0]


def test_reposts_go_and_quotes_stay(susan, john, post):
    Post.objects.repost(john, post)
    quote = PostFactory(author=john, quote_of=post)
    post.delete()
    assert Post.objects.get() == quote


@pytest.mark.django_db(transaction=True)
def test_deleting_the_last_reply_and_answering_at_once_leaves_a_place_only_with_replies(post, john):
    replies = [PostFactory(author=john, in_reply_to=post) for _reply in range(6)]

    def act(number):
        if number == 6:
            return Post.objects.get(pk=post.pk).delete()
        if number < 6:
            return Post.objects.get(pk=replies[number].pk).delete()
        try:
            return Post.objects.publish(john, f"Answer {number}", "en", in_reply_to=post)
        except Gone:
            return None

    written = [result for result in at_once(act) if isinstance(result, Post)]
    assert set(Post.objects.filter(deleted_at=None)) == set(written)
    assert list(Post.objects.filter(deleted_at__isnull=False).values_list("pk", "replies_count")) == (
        [(post.pk, len(written))] if written else []
    )
    john.refresh_from_db()
    assert john.posts_count == len(written)


@pytest.mark.django_db(transaction=True)
def test_deleting_two_branches_below_a_place_at_once_waits_for_nobody_in_a_circle(susan, john):
    for _round in range(6):
        first = PostFactory(author=john)
        long = PostFactory(author=john, in_reply_to=first)
        branches = [PostFactory(author=susan, in_reply_to=above) for above in (long, first)]
        first.delete()
        long.delete()
        at_once(lambda number, branches=branches: branches[number].delete(), times=2)
        assert not Post.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_post_deleted_while_the_last_below_its_place_goes_leaves_none(post):
    below = PostFactory(in_reply_to=post)
    last = PostFactory(in_reply_to=below)
    below.delete()
    before_it_is_committed(post.delete, last.delete)
    assert not Post.objects.exists()


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


@pytest.mark.parametrize("number", [1, 30])
def test_erasing_many_replies_takes_as_many_queries_as_erasing_one(susan, john, django_assert_num_queries, number):
    post = PostFactory(author=john)
    for _number in range(number):
        PostFactory(author=susan, in_reply_to=post, quote_of=post)
    with django_assert_num_queries(12):
        susan.posts.all().remove()
    post.refresh_from_db()
    susan.refresh_from_db()
    assert (post.replies_count, post.quotes_count, susan.posts_count) == (0, 0, 0)
