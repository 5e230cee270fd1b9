"""Posts cached in Redis or Valkey, for all processes and machines; and what happens while it is down."""

import pytest
from django.core.cache import cache
from django.urls import reverse
from pytest_django.asserts import assertContains

from microblog_site.backends import caches
from posts.tests.factories import PostFactory
from tests import ports, redis

pytestmark = [pytest.mark.any_database, pytest.mark.redis]


@pytest.fixture
def port(settings, monkeypatch):
    port = ports.free_port()
    monkeypatch.setenv("CACHE_URL", f"rediscache://127.0.0.1:{port}/0")
    settings.CACHES = caches(debug=False)
    return port


def test_posts_are_made_once_for_all_processes(port, client, john, monkeypatch):
    post = PostFactory(author=john, body="The dike holds")
    with redis.server(port):
        assertContains(client.get("/explore/"), post.body)
        monkeypatch.setattr("posts.rendering.shared._render", None)
        assertContains(client.get("/explore/"), post.body)
        assert client.get(reverse("health_ready")).status_code == 200
        cache.close()


def test_while_it_is_down_pages_are_made_without_it(port, client, john, caplog):
    post = PostFactory(author=john, body="The dike holds")
    assertContains(client.get("/explore/"), post.body)
    assert "The cache fails" in caplog.text
    assert client.get(reverse("health_ready")).status_code == 503


def test_it_is_used_again_as_soon_as_it_is_back(port, client, john, monkeypatch):
    post = PostFactory(author=john, body="The dike holds")
    client.get("/explore/")
    with redis.server(port):
        client.get("/explore/")
        monkeypatch.setattr("posts.rendering.shared._render", None)
        assertContains(client.get("/explore/"), post.body)
        cache.close()
    monkeypatch.undo()


def test_what_other_programs_left_under_its_keys_does_no_harm(port, client, john):
    post = PostFactory(author=john, body="The dike holds")
    with redis.server(port):
        client.get("/explore/")
        connection = cache._cache.get_client()
        for key in connection.keys("*post:*"):
            connection.set(key, b"nonsense")
        assertContains(client.get("/explore/"), post.body)
        cache.close()
