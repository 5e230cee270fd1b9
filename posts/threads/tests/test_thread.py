"""The page of a post: what it answers above it, its author's continuation and the replies below."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.tests.factories import UserFactory
from posts.models import Post
from posts.tests.factories import PostFactory
from posts.threads import thread as limits
from social.models import Block, Follow, Mute

from .outline import read


def reply(post, text, author=None, **more):
    return PostFactory(author=author or UserFactory(), body=text, in_reply_to=post, **more)


@pytest.fixture
def post(john):
    return PostFactory(author=john, body="Post")


@pytest.fixture
def small_pages(settings):
    settings.TIMELINE_PAGE_SIZE = 3


def test_what_a_post_answers_is_above_it_oldest_first(client, post):
    answer = reply(post, "Answer")
    further = reply(answer, "Further")
    thread = read(client, further)
    assert (thread.above, thread.post, thread.branches) == (["Post", "Answer"], "Further", [])


def test_the_post_itself_is_marked(client, post):
    answer = reply(post, "Answer")
    page = client.get(answer.get_absolute_url()).text
    assert re.findall(r'<article [^>]*id="post-(\d+)"[^>]* aria-current="true"', page) == [str(answer.pk)]


def test_the_post_alone_says_what_it_answers(client, post):
    answer = reply(post, "Answer")
    reply(reply(answer, "Below"), "Below that")
    page = client.get(answer.get_absolute_url()).text
    assert page.count('class="post-answers"') == 1
    assert f'Replying to <a href="{post.get_absolute_url()}">' in page


@pytest.mark.any_database
def test_of_a_long_thread_the_last_fifty_are_above(client, susan, john):
    posts = [PostFactory(body="0")]
    for number in range(1, 53):
        posts.append(reply(posts[-1], str(number), (susan, john)[number % 2]))
    thread = read(client, posts[-1])
    assert thread.above == [str(number) for number in range(2, 52)]
    assert thread.more == [posts[2].get_absolute_url()]
    assert read(client, posts[50]).more == []


def test_the_link_to_earlier_posts_leads_to_one_that_can_be_read(client, post, monkeypatch):
    monkeypatch.setattr(limits, "LENGTH", 2)
    hidden = reply(post, "Hidden")
    shown = reply(hidden, "Shown")
    hidden.hide()
    thread = read(client, reply(shown, "Last"))
    assert (thread.above, thread.more) == ([None, "Shown"], [shown.get_absolute_url()])


@pytest.mark.parametrize("event", ["deleted", "hidden", "suspended", "blocked", "blocks", "for followers"])
def test_what_the_reader_may_not_read_is_an_unnamed_place_above(susan, susan_client, post, event):
    writer = UserFactory(username="writer")
    middle = reply(post, "Middle", writer, for_followers=event == "for followers")
    last = reply(middle, "Last", susan)
    assert read(susan_client, last).above[0] == "Post"
    match event:
        case "deleted":
            middle.delete()
        case "hidden":
            middle.hide()
        case "suspended":
            writer.suspend()
        case "blocked":
            Block.objects.block(susan, writer)
        case "blocks":
            Block.objects.block(writer, susan)
    assert read(susan_client, last).above == ["Post", None]
    page = susan_client.get(last.get_absolute_url()).text
    assert "writer" not in page
    assert "Middle" not in page


def test_replies_are_below_oldest_first_each_with_its_first_two(client, post):
    first, second = reply(post, "First"), reply(post, "Second")
    for text in "ab":
        reply(second, text)
    for text in "cde":
        reply(first, text)
    thread = read(client, post)
    assert thread.branches == [["First", "c", "d"], ["Second", "a", "b"]]
    assert thread.more == [first.get_absolute_url()]


def test_replies_to_replies_of_replies_are_on_their_page(client, post):
    first = reply(post, "First")
    deeper = reply(first, "Deeper")
    assert read(client, post).more == []
    reply(deeper, "Deepest")
    thread = read(client, post)
    assert (thread.branches, thread.more) == ([["First", "Deeper"]], [first.get_absolute_url()])


def test_replies_are_paged_by_cursor(client, post, small_pages):
    replies = [reply(post, str(number)) for number in range(7)]
    page = read(client, post)
    assert page.branches == [["0"], ["1"], ["2"]]
    assert page.next == f"{post.get_absolute_url()}?after={replies[2].pk}"
    page = read(client, page.next)
    assert (page.post, page.branches, page.more) == ("Post", [["3"], ["4"], ["5"]], [post.get_absolute_url()])
    page = read(client, page.next)
    assert (page.branches, page.next) == ([["6"]], None)


def test_an_exact_page_is_the_last(client, post, small_pages):
    for number in range(3):
        reply(post, str(number))
    assert read(client, post).next is None


@pytest.mark.any_database
@pytest.mark.parametrize("query", ["after=x", "after=-1", "after=99999999999999999999", "place=x", "place=7", "after="])
def test_a_bad_cursor_counts_as_none(client, post, query):
    reply(post, "Reply")
    assert read(client, f"{post.get_absolute_url()}?{query}").branches == [["Reply"]]


def test_the_author_continues_a_post_first(client, john, post):
    reply(post, "By somebody")
    second = reply(post, "Second", john)
    reply(post, "Other branch", john)
    third = reply(second, "Third", john)
    reply(second, "To the second")
    reply(third, "To the third")
    thread = read(client, post)
    assert thread.continuation == ["Second", "Third"]
    assert thread.branches == [["By somebody"], ["Other branch"]]
    assert read(client, second).above == ["Post"]
    assert read(client, second).continuation == ["Third"]


def test_the_continuation_is_on_no_later_page(client, john, post, small_pages):
    for number in range(4):
        reply(post, str(number))
    reply(post, "Second", john)
    first = read(client, post)
    assert (first.continuation, first.branches) == (["Second"], [["0"], ["1"], ["2"]])
    second = read(client, first.next)
    assert (second.continuation, second.branches, second.next) == ([], [["3"]], None)


@pytest.mark.any_database
def test_a_long_continuation_goes_on_elsewhere(client, john, post):
    posts = [post]
    for number in range(51):
        posts.append(reply(posts[-1], str(number), john))
    thread = read(client, post)
    assert thread.continuation == [str(number) for number in range(50)]
    assert thread.more == [posts[50].get_absolute_url()]


def test_the_continuation_is_the_first_branch_that_the_reader_may_read(client, john, john_client, post):
    reply(post, "Private", john, for_followers=True)
    hidden = reply(post, "Hidden", john)
    hidden.hide()
    reply(post, "Public", john)
    assert read(client, post).continuation == ["Public"]
    thread = read(john_client, post)
    assert (thread.continuation, thread.branches) == (["Private"], [["Public"]])


def test_a_deleted_reply_keeps_its_replies_at_its_place(client, post):
    reply(post, "Before")
    gone = reply(post, "Gone")
    reply(post, "After")
    reply(gone, "To the deleted one")
    gone.delete()
    assert read(client, post).branches == [["Before"], [None, "To the deleted one"], ["After"]]


def test_a_deleted_reply_of_a_reply_keeps_its_place_too(client, post):
    first = reply(post, "First")
    gone = reply(first, "Gone")
    reply(gone, "Deeper")
    gone.delete()
    thread = read(client, post)
    assert (thread.branches, thread.more) == ([["First", None]], [first.get_absolute_url()])
    assert read(client, first).branches == [[None, "Deeper"]]


def test_what_answers_a_deleted_reply_has_a_page(client, post, small_pages):
    gone = reply(post, "Gone")
    for number in range(5):
        reply(gone, str(number))
    gone.delete()
    thread = read(client, post)
    assert (thread.branches, thread.more) == ([[None, "0", "1"]], [f"?place={gone.pk}"])
    page = read(client, post.get_absolute_url() + f"?place={gone.pk}")
    assert (page.post, page.branches) == ("Post", [None, ["0"], ["1"], ["2"]])
    page = read(client, page.next.replace("&amp;", "&"))
    assert (page.branches, page.next) == ([None, ["3"], ["4"]], None)


def test_a_place_in_another_conversation_is_none_here(client, post):
    gone = reply(PostFactory(), "Gone")
    reply(gone, "Elsewhere")
    gone.delete()
    assert read(client, f"{post.get_absolute_url()}?place={gone.pk}").branches == []


@pytest.mark.parametrize("event", ["hidden", "suspended", "blocked", "blocks", "muted", "for followers"])
def test_replies_that_the_reader_may_not_or_would_not_read_are_left_out_below(susan, susan_client, post, event):
    writer = UserFactory()
    middle = reply(post, "Middle", writer, for_followers=event == "for followers")
    last = reply(middle, "Last")
    child = reply(reply(post, "Beside"), "Child", writer, for_followers=event == "for followers")
    match event:
        case "hidden":
            middle.hide()
            child.hide()
        case "suspended":
            writer.suspend()
        case "blocked":
            Block.objects.block(susan, writer)
        case "blocks":
            Block.objects.block(writer, susan)
        case "muted":
            Mute.objects.mute(susan, writer)
    assert read(susan_client, post).branches == [["Beside"]]
    if event != "for followers":
        assert read(susan_client, last).above == ["Post", "Middle" if event == "muted" else None]


def test_followers_read_a_thread_for_followers(susan, susan_client, client, john, john_client):
    post = PostFactory(author=john, body="Post", for_followers=True)
    Follow.objects.follow(susan, john)
    answer = reply(post, "Answer", susan)
    reply(answer, "Thanks", john)
    reply(post, "More", john)
    for reader in (john_client, susan_client):
        thread = read(reader, post)
        assert (thread.continuation, thread.branches) == (["More"], [["Answer", "Thanks"]])
    assert client.get(post.get_absolute_url()).status_code == 404
    Follow.objects.unfollow(susan, john)
    assert susan_client.get(post.get_absolute_url()).status_code == 404
    assert read(susan_client, answer).above == [None]


def test_a_place_in_a_thread_for_followers_is_for_them(client, susan, susan_client, john):
    Follow.objects.follow(susan, john)
    post = PostFactory(author=john, body="Post", for_followers=True)
    gone = reply(post, "Gone", john)
    reply(gone, "Answer", susan)
    gone.delete()
    assert read(susan_client, post).branches == [[None, "Answer"]]


@pytest.mark.any_database
def test_of_a_reply_with_many_replies_the_first_two_are_shown(client, post):
    hot = reply(post, "Hot")
    written = [Post.new(hot.author, in_reply_to=hot, body=f"{number}", html=f"{number}") for number in range(300)]
    Post.objects.bulk_create(written)
    thread = read(client, post)
    assert (thread.branches, thread.more) == ([["Hot", "0", "1"]], [hot.get_absolute_url()])


def test_the_page_of_a_repost_leads_to_the_original(susan, susan_client, client, john, post):
    Post.objects.repost(susan, post)
    repost = susan.posts.get(repost_of=post)
    url = f"/@susan/{repost.pk}/"
    for reader in (client, susan_client):
        response = reader.get(url)
        assert (response.status_code, response.headers["Location"]) == (302, post.get_absolute_url())
    assert client.get(f"/@john/{repost.pk}/").status_code == 404
    post.hide()
    assert client.get(url).status_code == 404
    post.show()
    susan.suspend()
    assert client.get(url).status_code == 404


@pytest.mark.parametrize("reader", ["client", "susan_client"])
def test_a_thread_needs_as_many_queries_for_25_replies_as_for_one(request, reader, john, post):
    reader = request.getfixturevalue(reader)

    def write(number):
        for _place in range(number):
            reply(reply(reply(post, "Reply"), "Child"), "Grandchild")

    def queries():
        reader.get(post.get_absolute_url())
        with CaptureQueriesContext(connection) as captured:
            assert reader.get(post.get_absolute_url()).status_code == 200
        return len(captured)

    reply(post, "Continuation", john)
    write(1)
    one = queries()
    write(24)
    assert len(read(reader, post).branches) == 25
    assert queries() == one <= 12


def test_the_thread_of_a_muted_person_is_there_with_all_its_branches(susan, susan_client, post, john):
    reply(post, "Continued", john)
    reply(post, "Another branch", john)
    Mute.objects.mute(susan, john)
    thread = read(susan_client, post)
    assert (thread.continuation, [branch[0] for branch in thread.branches]) == (["Continued"], ["Another branch"])
