import pytest
from django.db import OperationalError, connection
from django.urls import reverse


def test_the_process_is_alive_whatever_the_database_does(client):
    client.cookies["sessionid"] = "x" * 32  # without the fixture `db`, a query would raise
    response = client.get(reverse("health_live"))
    assert (response.status_code, response.content) == (200, b"alive\n")


def test_it_is_ready_when_database_and_cache_answer(client, db):
    response = client.get(reverse("health_ready"))
    assert (response.status_code, response.content) == (200, b"ready\n")


def test_it_is_not_ready_without_the_database(client, db, caplog):
    def refuse(execute, sql, params, many, context):
        raise OperationalError("the server is gone")

    with connection.execute_wrapper(refuse):
        response = client.get(reverse("health_ready"))
    assert (response.status_code, response.content) == (503, b"not ready\n")
    assert [record.getMessage() for record in caplog.records] == ["Not ready: the server is gone"]


def test_it_is_not_ready_without_the_cache(client, db, settings):
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.dummy.DummyCache"}}
    assert client.get(reverse("health_ready")).status_code == 503


@pytest.mark.parametrize("name", ["health_live", "health_ready"])
def test_nobody_keeps_the_answer(client, db, name):
    response = client.get(reverse(name))
    assert "no-store" in response["Cache-Control"]
    assert "Vary" not in response


def test_health_is_told_without_a_redirect_to_https(client, db, settings):
    settings.SECURE_SSL_REDIRECT = True
    assert client.get(reverse("health_live")).status_code == 200


@pytest.mark.parametrize("host", ["10.0.0.5", "[fd00::5]:8000", "evil.example", "no host at all"])
def test_checks_by_address_are_answered_and_nothing_else(client, db, host):
    for name in ("health_live", "health_ready"):
        assert client.get(reverse(name), headers={"Host": host}).status_code == 200
    for path in ("/", "/media/no-such-file", "/robots.txt", "/health/", "/health/live", "/health/other/", "/healthy/"):
        assert client.get(path, headers={"Host": host}).status_code == 400
    for path in ("/posts/newest/", "/robots.txt", "/favicon.ico"):
        assert client.get(path, headers={"Host": host}).status_code == 400


@pytest.mark.parametrize("path", ["/health/live/", "/health/ready/", "/posts/newest/", "/robots.txt"])
def test_answers_say_how_long_they_are(client, db, path):
    answer = client.get(path)
    assert answer["Content-Length"] == str(len(answer.content))
