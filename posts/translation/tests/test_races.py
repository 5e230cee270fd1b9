"""A hundred readers at once: one request to the service, none waits for the others, and the site keeps working."""

import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse
from pytest_django.asserts import assertContains

from accounts.tests.factories import UserFactory
from posts.models import Post, Translation
from posts.tests.factories import PostFactory
from posts.translation.services import base
from tests import translation_server as stand_in

AJAX = {"X-Requested-With": "XMLHttpRequest"}
READERS, THREADS = 100, 12
PATIENCE = 25  # seconds; less than a claim lasts

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def slow(translator, monkeypatch):
    """A service that answers when the test opens `slow.gate`; the site's timeouts are raised for busy machines."""
    monkeypatch.setattr(base, "TIMEOUTS", (PATIENCE, PATIENCE))
    monkeypatch.setattr(base, "DEADLINE", PATIENCE)
    translator.gate.clear()
    return translator


@pytest.fixture
def post(john):
    return PostFactory(author=john, body="潮が満ちてきた", language="ja")


@pytest.fixture
def clients():
    clients = []
    for reader in UserFactory.create_batch(THREADS):
        clients.append(Client())
        clients[-1].force_login(reader)
    return clients


@pytest.fixture
def pool():
    """Threads like the web server's, each request with its own connection."""
    with ThreadPoolExecutor(THREADS) as pool:
        yield pool


def ask(client, post):
    try:
        return client.post(reverse("post_translation", args=[post.pk]), headers=AJAX)
    finally:
        connection.close()


def wait_until(condition):
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.005)


def test_a_hundred_readers_at_once_cost_one_request(pool, clients, post, slow):
    asked = [pool.submit(ask, clients[number % THREADS], post) for number in range(READERS)]
    wait_until(lambda: sum(answer.done() for answer in asked) == READERS - 1)
    others = [answer.result() for answer in asked if answer.done()]
    assert {response.status_code for response in others} == {202}
    assert {response["Retry-After"] for response in others} == {"1"}
    slow.gate.set()
    assert Counter(answer.result().status_code for answer in asked) == {202: READERS - 1, 200: 1}
    assertContains(ask(clients[0], post), "潮が満ちてきた")
    assert len(slow.asked) == 1


def test_meanwhile_others_read_and_write(pool, clients, post, slow, susan_client, susan):
    """Even on SQLite, which allows one writer at a time."""
    asked = pool.submit(ask, clients[0], post)
    wait_until(lambda: slow.asked)
    assert susan_client.get("/explore/").status_code == 200
    assert susan_client.post("/posts/", {"body": "Ahoy", "language": "en"}).status_code == 302
    assert susan.posts.count() == 1
    Post.objects.get(pk=post.pk).edit("干潮だ", "ja")
    slow.gate.set()
    assert asked.result().status_code == 202  # because the text has changed
    assertContains(ask(clients[0], post), "干潮だ")


def test_at_most_two_wait_for_the_service(pool, clients, john, slow):
    posts = [PostFactory(author=john, body=f"潮が満ちてきた {number}", language="ja") for number in range(5)]
    asked = [pool.submit(ask, clients[number], post) for number, post in enumerate(posts)]
    wait_until(lambda: sum(answer.done() for answer in asked) == 3 and len(slow.asked) == 2)
    assert {answer.result().status_code for answer in asked if answer.done()} == {202}
    assert Translation.objects.count() == 2
    slow.gate.set()
    wait_until(lambda: all(answer.done() for answer in asked))
    assert [ask(clients[0], post).status_code for post in posts] == [200] * 5
    assert len(slow.asked) == 5


def test_a_service_that_is_down_is_not_asked_by_everybody(pool, clients, post, slow):
    slow.failure = lambda handler: (slow.gate.wait(PATIENCE), stand_in.says(503)(handler))
    asked = [pool.submit(ask, clients[number], post) for number in range(THREADS)]
    wait_until(lambda: sum(answer.done() for answer in asked) == THREADS - 1)
    slow.gate.set()
    (told,) = [answer.result() for answer in asked if answer.result().status_code == 200]
    assertContains(told, "responding right now")
    assertContains(ask(clients[0], post), "responding right now")
    assert len(slow.asked) == 1


def test_edits_at_once_make_a_version_each(pool, post):
    start = threading.Barrier(THREADS)

    def edit(number):
        try:
            start.wait(timeout=30)
            return Post.objects.get(pk=post.pk).edit(f"Edit {number}", "en")
        finally:
            connection.close()

    assert all(pool.map(edit, range(THREADS)))
    assert Post.objects.get().version == THREADS + 1


def test_edits_and_readers_at_once_end_with_a_translation_of_the_text(pool, clients, post, translator):
    def act(number):
        if number % 3:
            return ask(clients[number % THREADS], post).status_code
        try:
            return Post.objects.get(pk=post.pk).edit(f"潮が満ちてきた {number} x", "ja")
        finally:
            connection.close()

    assert set(pool.map(act, range(36))) <= {200, 202, True}
    assert ask(clients[0], post).status_code == 200
    now = Post.objects.get()
    assert Translation.objects.of(now, "en").get().body == now.body.upper()
