"""Answers, quotes, reposts and posts for followers: whoever may not read a text finds it nowhere, whoever may does.

Each text is looked for on every page there is, by every kind of reader, and after each event that can take it from
somebody.
"""

import io
import zipfile

import pytest
from django.test import Client
from django.utils import timezone

from accounts.tests.factories import UserFactory
from conftest import logged_in
from posts.models import Bookmark, Like, Post, Translation
from posts.tests.factories import PostFactory
from social.models import Block, Follow, Mute

from .test_who_sees_what import client_of, erase_everybody_who_leaves, leave

AJAX = {"X-Requested-With": "XMLHttpRequest"}
LISTS = (
    "/",
    "/explore/",
    "/@wilma/",
    "/@wilma/replies/",
    "/@commenter/replies/",
    "/@quoter/",
    "/@reposter/",
    "/bookmarks/",
    "/likes/",
)
OF_A_POST = ("likes", "reposts", "quotes", "history")
VIEWERS = (
    "wilma",
    "follower",
    "commenter",
    "answered",
    "stranger",
    "anonymous",
    "blocker",
    "blocked",
    "muter",
    "moderator",
)

EVERYBODY = set(VIEWERS)
OTHERS_THAN_BLOCKED = EVERYBODY - {"blocker", "blocked"}
FOLLOWERS = {"wilma", "follower", "commenter", "muter"}
# Who reads what. "comment" answers "private", whose readers it has; "aside" is @wilma's, for followers, and answers
# somebody who does not follow her; "quote" and "answer" are by @quoter, about "public".
USUAL = {
    "public": OTHERS_THAN_BLOCKED,
    "private": FOLLOWERS,
    "comment": FOLLOWERS,
    "aside": FOLLOWERS | {"answered"},
    "quote": EVERYBODY,
    "answer": EVERYBODY,
}
BY_WILMA = ("public", "private", "aside")
WITHOUT_HERS = USUAL | {text: set() for text in BY_WILMA} | {"comment": FOLLOWERS - {"wilma"}}
GONE = USUAL | {"public": set(), "private": set()}
AFTER = {
    "nothing": USUAL,
    "hidden": GONE,
    "withdrawn": GONE,
    "deleted": GONE,
    "suspended": WITHOUT_HERS,
    "erased": WITHOUT_HERS | {"comment": {"commenter"}},
    "unfollowed": USUAL | {text: USUAL[text] - {"follower"} for text in ("private", "comment", "aside")},
    "blocked later": USUAL | {text: USUAL[text] - {"follower"} for text in (*BY_WILMA, "comment")},
}


@pytest.fixture
def people(moderator):
    names = [*VIEWERS, "quoter", "reposter"]
    people = {name: UserFactory(username=name) for name in names if name not in ("anonymous", "moderator")}
    people["moderator"] = moderator
    wilma = people["wilma"]
    for name in ("follower", "commenter", "muter"):
        Follow.objects.follow(people[name], wilma)
    Mute.objects.mute(people["muter"], wilma)
    return people


@pytest.fixture
def posts(people):
    """The posts, by the text they have; all were liked, bookmarked and translated for those who read them."""
    wilma, quoter = people["wilma"], people["quoter"]
    about = PostFactory(author=people["answered"])
    made = {"public": PostFactory(author=wilma), "private": PostFactory(author=wilma, for_followers=True)}
    made["comment"] = PostFactory(author=people["commenter"], in_reply_to=made["private"])
    made["aside"] = PostFactory(author=wilma, in_reply_to=about, for_followers=True)
    made["quote"] = PostFactory(author=quoter, quote_of=made["public"])
    made["answer"] = PostFactory(author=quoter, in_reply_to=made["public"])
    for text, post in made.items():
        post.edit(f"Text of the {text}.", "es")
        done = {"provider": "deepl", "source": "es", "made_at": timezone.now()}
        words = {"body": f"Translated {text}.", "html": f"Translated {text}."}
        Translation.objects.create(post=post, digest=post.digest, language="en", **words, **done)
        for name in USUAL[text] & people.keys():
            Like.objects.add(people[name], post)
            Bookmark.objects.add(people[name], post)
    Post.objects.repost(people["reposter"], made["public"])
    Block.objects.block(people["blocker"], wilma)
    Block.objects.block(wilma, people["blocked"])
    return made


def happens(event, people, posts, run_tasks):
    wilma, follower = people["wilma"], people["follower"]
    match event:
        case "hidden":
            for text in ("public", "private"):
                Post.objects.get(pk=posts[text].pk).hide()
        case "withdrawn":
            for text in ("public", "private"):
                Post.objects.get(pk=posts[text].pk).withdraw()
        case "deleted":
            wilma.posts.filter(pk__in=[posts["public"].pk, posts["private"].pk]).remove()
        case "suspended":
            wilma.suspend()
        case "erased":
            leave(wilma)
            erase_everybody_who_leaves(run_tasks)
        case "unfollowed":
            Follow.objects.unfollow(follower, wilma)
        case "blocked later":
            Block.objects.block(wilma, follower)


def read(client, path):
    response = client.get(path, follow=True)
    assert response.status_code in (200, 404), path
    return response.text if response.status_code == 200 else ""


def texts_in(page):
    return {text for text in USUAL if f"Text of the {text}." in page or f"Translated {text}." in page}


def everything_found(client, posts, *, is_all=True):
    """The texts on each page that this reader can open; only on some of them unless `is_all`."""
    permalinks = [f"/@{post.author.username}/{post.pk}/" for post in posts.values()]
    paths = [*LISTS, *permalinks, f"/posts/{posts['public'].pk}/quotes/"]
    if is_all:
        paths += [f"{permalink}?translation=en" for permalink in permalinks[:2]]
        paths += [f"/posts/{posts['private'].pk}/{listing}/" for listing in OF_A_POST]
    return {path: texts_in(read(client, path)) for path in paths}


def acts(client, post):
    """The answers to what needs a post that one may read; what they changed is undone at once."""
    translated = client.post(f"/posts/{post.pk}/translation/", headers=AJAX)
    composer = client.get(f"/compose/?in_reply_to={post.pk}")
    form = texts_in(composer.text) if composer.status_code == 200 else set()
    answers = [client.post(f"/posts/{post.pk}/{act}/", headers=AJAX).status_code for act in ("bookmark", "mute")]
    return texts_in(translated.text) | form, {translated.status_code, *answers} - {401}


def assert_reads(name, seen, posts, readable):
    everywhere = set().union(*seen.values())
    assert everywhere == readable, name
    for path, texts in seen.items():
        assert texts <= readable, (name, path)
    for text in readable:
        assert text in seen[f"/@{posts[text].author.username}/{posts[text].pk}/"], (name, text)


def client_for(name, people):
    return Client() if name == "anonymous" else client_of(people[name])


@pytest.mark.parametrize("name", ["blocked", "anonymous"])
def test_the_strictest_on_each_database(name, people, posts):
    readable = {text for text, readers in USUAL.items() if name in readers}
    assert_reads(name, everything_found(client_for(name, people), posts, is_all=False), posts, readable)


@pytest.mark.any_database
@pytest.mark.parametrize("event", AFTER)
def test_whoever_may_not_read_a_text_finds_it_nowhere(event, people, posts, run_tasks):
    happens(event, people, posts, run_tasks)
    some = ("commenter" if event == "erased" else "follower", "anonymous")
    for name in VIEWERS if event == "nothing" else some:
        readable = {text for text, readers in AFTER[event].items() if name in readers}
        found = everything_found(client_for(name, people), posts, is_all=event == "nothing")
        assert_reads(name, found, posts, readable)


@pytest.mark.any_database
def test_where_a_follower_finds_them(people, posts):
    seen = everything_found(client_of(people["follower"]), posts)
    assert seen["/"] == {"public", "private"}
    assert seen["/explore/"] == {"public", "quote"}
    assert seen["/@wilma/"] == {"public", "private"}
    assert seen["/@wilma/replies/"] == {"public", "private", "aside"}
    assert seen["/@commenter/replies/"] == {"comment"}
    assert seen["/@reposter/"] == {"public"}
    assert seen["/bookmarks/"] == seen["/likes/"] == set(USUAL)
    assert seen[f"/@wilma/{posts['private'].pk}/"] == {"private", "comment"}
    assert seen[f"/@commenter/{posts['comment'].pk}/"] == {"private", "comment"}
    assert "quote" in seen[f"/posts/{posts['public'].pk}/quotes/"]
    assert texts_in(read(client_of(people["muter"]), "/")) == set()


@pytest.mark.any_database
def test_what_one_may_not_read_one_can_not_act_on_either(people, posts):
    for name in ("follower", "answered", "blocked"):
        client = client_of(people[name])
        for text, post in [(text, posts[text]) for text in BY_WILMA]:
            may_read = name in USUAL[text]
            texts, answers = acts(client, post)
            assert (text in texts, answers) == (may_read, {200 if may_read else 404}), (name, text)


@pytest.mark.any_database
def test_a_report_and_a_download_hold_nothing_that_one_may_not_read(people, posts):
    for name in ("follower", "stranger", "blocker"):
        client = logged_in(people[name])
        reported = set().union(*(texts_in(read(client, f"/report/?post={post.pk}")) for post in posts.values()))
        blocks = {"public"} if name == "blocker" else set()  # who blocked somebody may still report what all can read
        assert reported == {text for text in USUAL if name in USUAL[text]} | blocks
        archive = zipfile.ZipFile(io.BytesIO(client.post("/settings/account/download/").getvalue()))
        assert texts_in(archive.read("data.json").decode()) == set()


@pytest.mark.any_database
def test_numbers_are_the_same_for_everybody(people, posts):
    counted = {
        (post.pk, post.replies_count, post.quotes_count, post.reposts_count, post.likes_count)
        for post in Post.objects.filter(pk__in=[posts["public"].pk, posts["private"].pk])
    }
    readers = [len(USUAL[text] & people.keys()) for text in ("public", "private")]
    assert counted == {(posts["public"].pk, 1, 1, 1, readers[0]), (posts["private"].pk, 0, 0, 0, readers[1])}
