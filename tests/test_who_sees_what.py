"""The whole matrix: whoever looks, wherever they look, after whatever was done to a post or its author."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from accounts.tests.factories import UserFactory
from posts.tests.factories import PostFactory
from social.models import Block, Follow, Mute

TEXT = "The harbour is full of jellyfish today"

# Who sees the post in their home (or on the welcome page) and under explore, the author's profile with the post, the
# post's own page, and the author's name in the list of those a third person follows.
USUAL = {
    "author": "home explore profile permalink list",
    "follower": "home explore profile permalink list",
    "bystander": "explore profile permalink list",
    "stranger": "home explore profile permalink list",
    "moderator": "explore profile permalink list",
    "muter": "profile permalink list",
    "former muter": "home explore profile permalink list",
    "blocker": "",
    "blocked": "",
    "former blocker": "explore profile permalink list",
}
WITHOUT_POST = {viewer: "list" if "list" in places else "" for viewer, places in USUAL.items()}
NOTHING = dict.fromkeys(USUAL, "")
EXPECTED = {
    "nothing": USUAL,
    "hidden": WITHOUT_POST,
    "hidden and shown again": USUAL,
    "deleted": WITHOUT_POST,
    "suspended": NOTHING,
    "suspended and restored": USUAL,
    "hidden, suspended and restored": WITHOUT_POST,
    "leaving": NOTHING,
    "leaving and back": USUAL,
    "erased": NOTHING,
}


@pytest.fixture
def author(db):
    return UserFactory(username="wilma")


@pytest.fixture
def post(author):
    return PostFactory(author=author, body=TEXT)


@pytest.fixture
def third(author):
    """Somebody with whom nobody has any quarrel, who follows the author and is followed by them."""
    person = UserFactory(username="thelma")
    Follow.objects.follow(person, author)
    Follow.objects.follow(author, person)
    return person


@pytest.fixture
def viewers(author, moderator):
    people = {
        name: UserFactory(username=name.replace(" ", "_")) for name in USUAL if name not in ("author", "stranger")
    }
    people |= {"author": author, "moderator": moderator}
    for name in ("follower", "muter", "former muter", "blocker", "blocked", "former blocker"):
        Follow.objects.follow(people[name], author)
        Follow.objects.follow(author, people[name])
    Mute.objects.mute(people["muter"], author)
    Mute.objects.mute(people["former muter"], author)
    Mute.objects.unmute(people["former muter"], author)
    Block.objects.block(people["blocker"], author)
    Block.objects.block(author, people["blocked"])
    Block.objects.block(people["former blocker"], author)
    Block.objects.unblock(people["former blocker"], author)
    return people


def happens(event, post, run_tasks):
    author = post.author
    for act in event.replace(" and ", ", ").split(", "):
        match act:
            case "hidden":
                post.hide()
            case "shown again":
                post.show()
            case "deleted":
                post.delete()
            case "suspended":
                author.suspend()
            case "restored":
                author.restore()
            case "leaving":
                author.leave()
            case "back":
                author.come_back()
            case "erased":
                author.leave()
                erase_everybody_who_leaves(run_tasks)


def erase_everybody_who_leaves(run_tasks):
    from posts.tasks import erase_who_left

    User.objects.exclude(leaving_at=None).update(leaving_at=timezone.now() - timedelta(days=30))
    erase_who_left.enqueue()
    run_tasks()


def client_of(viewer):
    client = Client()
    if viewer and User.objects.get(pk=viewer.pk).is_active:
        client.force_login(viewer)
    return client


def places_where_seen(client, post, author, third):
    """Where the post is read (or, in the list, its author's name)."""
    profile = f"/@{author.username}/"
    seen = {
        "home": TEXT in text_of(client, reverse("home")),
        "explore": TEXT in text_of(client, reverse("explore")),
        "profile": TEXT in text_of(client, profile),
        "permalink": TEXT in text_of(client, f"{profile}{post.pk}/"),
        "list": "@wilma" in text_of(client, reverse("following", args=[third.username])),
    }
    return " ".join(place for place, is_seen in seen.items() if is_seen)


def text_of(client, path):
    response = client.get(path)
    assert response.status_code in (200, 404), path
    return response.text


@pytest.mark.parametrize("event", EXPECTED)
def test_who_sees_what(event, author, post, third, viewers, run_tasks):
    pk = post.pk
    happens(event, post, run_tasks)
    post.pk = pk
    seen = {
        name: places_where_seen(client_of(viewers.get(name)), post, author, third)
        for name in USUAL
        if not (name == "author" and EXPECTED[event] is NOTHING)
    }
    assert seen == {name: EXPECTED[event][name] for name in seen}
