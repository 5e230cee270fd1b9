"""Pages are read as usual while nothing can be written: the database is locked, full or read-only."""

import os
import sqlite3
import subprocess
import sys
import time
from contextlib import closing, contextmanager
from datetime import timedelta
from tempfile import TemporaryDirectory

import pytest
from django.conf import settings as site
from django.db import OperationalError, close_old_connections, connection
from django.test import Client
from django.utils import timezone

from accounts.models import Session, User

pytestmark = pytest.mark.django_db(transaction=True)

PAGES = ["/", "/explore/", "/@susan/", "/settings/profile/", "/settings/account/"]


@pytest.fixture
def reader(susan):
    """Somebody whose visit is to be noted."""
    client = Client(raise_request_exception=False)
    client.force_login(susan)
    a_while_ago = timezone.now() - timedelta(hours=1)
    User.objects.update(last_seen=a_while_ago)
    Session.objects.update(last_used_at=a_while_ago)
    return client


@contextmanager
def locked(person):
    if connection.vendor == "sqlite":
        with closing(sqlite3.connect(connection.settings_dict["NAME"], isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            yield
        return
    other = connection.copy()
    try:
        other.set_autocommit(False)
        for table in ("accounts_user", "accounts_session"):
            other.cursor().execute(f"SELECT * FROM {table} FOR UPDATE")
        yield
    finally:
        other.close()


@contextmanager
def read_only():
    statement = "PRAGMA query_only = %s" if connection.vendor == "sqlite" else "SET default_transaction_read_only = %s"
    connection.cursor().execute(statement % "on")
    try:
        yield
    finally:
        connection.cursor().execute(statement % "off")


@contextmanager
def full():
    def refuse(execute, sql, *arguments):
        if "UPDATE" in sql:
            raise OperationalError("database or disk is full")
        return execute(sql, *arguments)

    with connection.execute_wrapper(refuse):
        yield


@pytest.mark.parametrize("trouble", [locked, lambda person: read_only(), lambda person: full()])
def test_pages_neither_fail_nor_wait(reader, susan, trouble):
    with trouble(susan):
        started = time.monotonic()
        assert {page: reader.get(page).status_code for page in PAGES} == dict.fromkeys(PAGES, 200)
        assert time.monotonic() - started < 10  # SQLite waits 20 seconds for its lock, PostgreSQL for ever
    reader.get("/")
    susan.refresh_from_db()
    assert timezone.now() - susan.last_seen < timedelta(minutes=1)
    assert timezone.now() - Session.objects.get().last_used_at < timedelta(minutes=1)


def test_what_is_written_waits_as_long_as_ever(reader):
    usual = connection.cursor().execute("PRAGMA busy_timeout").fetchone() if connection.vendor == "sqlite" else None
    reader.get("/")
    if usual:
        assert connection.cursor().execute("PRAGMA busy_timeout").fetchone() == usual


def test_a_post_says_that_the_site_will_be_back(reader):
    with read_only():
        assert reader.post("/posts/", {"body": "Hello"}).status_code == 503
    close_old_connections()
    assert reader.post("/posts/", {"body": "Hello"}).status_code == 302


@pytest.mark.postgresql
def test_a_connection_from_the_time_when_nothing_could_be_written_is_not_kept(reader):
    name = connection.settings_dict["NAME"]
    connection.cursor().execute(f'ALTER DATABASE "{name}" SET default_transaction_read_only = on')
    connection.close()
    try:
        assert reader.get("/").status_code == 200
    finally:
        connection.cursor().execute("SET default_transaction_read_only = off")
        connection.cursor().execute(f'ALTER DATABASE "{name}" RESET default_transaction_read_only')
        connection.cursor().execute("SET default_transaction_read_only = on")
    close_old_connections()
    assert reader.post("/posts/", {"body": "Hello"}).status_code == 302


@pytest.mark.any_database
def test_nor_is_one_to_a_file_that_could_not_be_written():
    code = """
import os, django
django.setup()
from django.db import connection
connection.cursor().execute("CREATE TABLE notes (id)")
connection.close()
file = connection.settings_dict["NAME"]
for mode in (0o444, 0o666):
    os.chmod(file, mode)
    if os.geteuid() == 0 and mode == 0o444:
        os.chown(file, 65534, 65534), os.chown(os.path.dirname(file), 65534, 65534), os.setuid(65534)
    connection.cursor().execute("SELECT * FROM notes")
    print(connection.close_at == 0)
    connection.close()
"""
    knobs = {"DATABASE_URL": "", "TEST_DATABASE_URL": "", "DJANGO_SETTINGS_MODULE": "microblog_site.settings"}
    with TemporaryDirectory() as folder:  # one that everybody may enter
        done = subprocess.run(
            [sys.executable, "-W", "ignore", "-c", code],
            cwd=site.BASE_DIR,
            env=os.environ | knobs | {"DATA_DIR": folder, "LOG_TO": "stdout"},
            capture_output=True,
            text=True,
        )
    assert done.stdout.split() == ["True", "False"], done.stderr
