"""Pages and their database: one connection for many requests, and what happens when PostgreSQL does not respond in
time.
"""

import os
import runpy
from contextlib import closing
from io import BytesIO

import pytest
from django.db import ConnectionHandler, connection
from django.test import Client
from django.urls import path, reverse
from pytest_django.asserts import assertTemplateUsed

from accounts.models import User
from microblog_site.backends import databases
from microblog_site.urls import handler500  # noqa: F401
from microblog_site.urls import urlpatterns as pages_of_the_site
from microblog_site.wsgi import application
from tests.databases import running_on


def sleep(request):
    # The limit applies to this query alone: the failure rolls it back.
    connection.cursor().execute("SET statement_timeout = 100; SELECT pg_sleep(60)")


urlpatterns = [path("sleep/", sleep), *pages_of_the_site]

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.urls(__name__)]


@pytest.fixture
def own_options(monkeypatch):
    """New connections read `PGOPTIONS`, which is restored after the test."""
    monkeypatch.setenv("PGOPTIONS", "")
    connection.close()
    yield
    connection.close()


@pytest.fixture
def impatient(own_options, monkeypatch):
    monkeypatch.setenv("PGOPTIONS", "-c lock_timeout=100")


@pytest.fixture
def reader(susan):
    client = Client(raise_request_exception=False)
    client.force_login(susan)
    return client


def setting(name):
    with connection.cursor() as cursor:
        cursor.execute(f"SHOW {name}")
        return cursor.fetchone()[0]


@pytest.mark.postgresql
def test_the_web_server_waits_no_longer_than_the_operator_says(own_options, monkeypatch):
    del os.environ["PGOPTIONS"]
    monkeypatch.setenv("DATABASE_LOCK_TIMEOUT", "7")
    runpy.run_module("microblog_site.gunicorn")
    limits = ("statement_timeout", "lock_timeout", "idle_in_transaction_session_timeout")
    assert [setting(limit) for limit in limits] == ["5s", "7s", "1min"]


@pytest.mark.postgresql
def test_commands_wait_as_long_as_it_takes():
    assert [setting(limit) for limit in ("statement_timeout", "lock_timeout")] == ["0", "0"]


def assert_unavailable_and_back(response, reader):
    assert response.status_code == 503
    assertTemplateUsed(response, "503.html")
    assert reader.get(reverse("home")).status_code == 200


@pytest.mark.postgresql
def test_a_query_that_takes_too_long_says_that_the_site_will_be_back(reader):
    assert_unavailable_and_back(reader.get("/sleep/"), reader)


@pytest.mark.postgresql
def test_waiting_too_long_for_what_others_change_does_so_too(impatient, reader, susan, john):
    with closing(connection.copy()) as elsewhere:
        elsewhere.set_autocommit(False)
        elsewhere.cursor().execute("UPDATE accounts_user SET last_seen = last_seen")
        response = reader.post(reverse("follow", args=["john"]))
        elsewhere.rollback()
    assert_unavailable_and_back(response, reader)
    assert User.objects.get(pk=john.pk).followers_count == 0


def answer(path):
    """The status, from the application as the web server calls it."""
    answers = []
    environ = {
        "REQUEST_METHOD": "GET",
        "PATH_INFO": path,
        "SERVER_NAME": "localhost",
        "SERVER_PORT": "80",
        "wsgi.input": BytesIO(),
        "wsgi.url_scheme": "http",
    }
    application(environ, lambda status, headers: answers.append(status)).close()
    return answers[0]


def test_pages_share_a_connection():
    assert answer("/explore/") == "200 OK"
    first = connection.connection
    assert answer("/explore/") == "200 OK"
    assert connection.connection is first


@pytest.mark.postgresql
def test_pages_notice_nothing_of_a_restart_of_the_server():
    assert answer("/explore/") == "200 OK"
    with closing(connection.copy()) as elsewhere, elsewhere.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s)", [connection.connection.info.backend_pid])
    assert answer("/explore/") == "200 OK"


def test_sqlite_lets_people_read_while_others_write_and_keeps_its_journal_small(monkeypatch, tmp_path):
    monkeypatch.delenv("DATABASE_URL", raising=False)
    names, normal = ("journal_mode", "synchronous", "journal_size_limit", "busy_timeout"), 1
    with closing(ConnectionHandler(databases(tmp_path))["default"]) as sqlite, sqlite.cursor() as cursor:
        found = [cursor.execute(f"PRAGMA {name}").fetchone()[0] for name in names]
    assert found == ["wal", normal, 64 * 1024 * 1024, 20_000]


def test_no_empty_database_takes_the_place_of_one_that_was_moved_away(monkeypatch, tmp_path):
    monkeypatch.delenv("DATABASE_URL", raising=False)
    file = tmp_path / "db.sqlite3"
    file.touch()
    with running_on(databases(tmp_path)["default"]):
        assert answer("/health/ready/") == "200 OK"
        connection.close()
        file.rename(tmp_path / "elsewhere")
        assert answer("/explore/") == "503 Service Unavailable"
        assert not file.exists()
        (tmp_path / "elsewhere").rename(file)
        assert answer("/health/ready/") == "200 OK"
