"""Moving a site from SQLite to PostgreSQL: everything arrives, or nothing does."""

import os
import socket
import sqlite3
import subprocess
import sys
from contextlib import contextmanager
from io import StringIO
from types import SimpleNamespace
from urllib.parse import urlsplit

import psycopg
import pytest
from django.apps import apps
from django.conf import settings as site_settings
from django.core.management import CommandError, call_command
from django.db import DEFAULT_DB_ALIAS, connection

from accounts import emails
from accounts.models import User
from accounts.tests.factories import UserFactory
from microblog_site import backends, sqlite_import
from posts.models import Post
from posts.tests.factories import PostFactory

from . import databases
from .filled_site import fill
from .ports import free_port

pytestmark = pytest.mark.postgresql

SCHEMA = """
    SELECT indexdef FROM pg_indexes WHERE schemaname = 'public'
    UNION ALL
    SELECT conrelid::regclass || conname || pg_get_constraintdef(oid) FROM pg_constraint
    WHERE connamespace = 'public'::regnamespace ORDER BY 1
"""
KILLED_AMONG_POSTS = """
import os, signal, sys, django
from django.core.management import call_command
from microblog_site import sqlite_import
django.setup()
sqlite_import.BATCH_SIZE = sqlite_import.REPORT_EVERY = 2
class Terminal:
    def write(self, text):
        if "posts_post: 2 of " in text:
            os.kill(os.getpid(), signal.SIGKILL)
call_command("move_to_postgresql", sys.argv[1], stderr=Terminal())
"""


@contextmanager
def running_on(data_dir, url=""):
    """Run the site on the SQLite file in this folder, or on another database."""
    with pytest.MonkeyPatch.context() as environment:
        environment.delenv("DATABASE_URL")
        if url:
            environment.setenv("DATABASE_URL", url)
        config = backends.databases(data_dir)[DEFAULT_DB_ALIAS]
    with databases.running_on(config):
        yield


@pytest.fixture(scope="module")
def server(django_db_blocker):
    """A function that creates a database, empty or copied from another one, and returns its URL."""
    address, made = os.environ["TEST_DATABASE_URL"], []

    def make(like="postgres:///template0", encoding="'UTF8'"):
        name, template = f"moved_{os.getpid()}_{len(made)}", urlsplit(like).path[1:]
        server.execute(f"CREATE DATABASE {name} TEMPLATE {template} ENCODING {encoding}")
        made.append(name)
        return urlsplit(address)._replace(path=f"/{name}").geturl()

    with psycopg.connect(address, autocommit=True) as server, django_db_blocker.unblock():
        yield make
        for name in made:
            server.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(scope="module")
def new_site(server, tmp_path_factory):
    """The SQLite file of a site that nobody has used."""
    folder = tmp_path_factory.mktemp("new")
    with running_on(folder):
        call_command("migrate", verbosity=0)
    return folder / "db.sqlite3"


@pytest.fixture(scope="module")
def tables(server, new_site):
    """The URL of a database with the tables of a site, as an interrupted move leaves it."""
    address = server()
    with running_on(new_site.parent, address):
        call_command("migrate", verbosity=0)
    return address


@pytest.fixture
def target(server, tables):
    """The URL of a database to move to."""
    return server(like=tables)


@pytest.fixture
def site(new_site, tmp_path, monkeypatch):
    """A folder with a site on SQLite, which runs in this test."""
    monkeypatch.setenv("PORT", str(free_port()))
    (tmp_path / "db.sqlite3").write_bytes(new_site.read_bytes())
    with running_on(tmp_path):
        yield tmp_path


def move(address):
    """Returns what the operator reads."""
    out, progress = StringIO(), StringIO()
    call_command("move_to_postgresql", address, stdout=out, stderr=progress)
    return SimpleNamespace(out=out.getvalue(), progress=progress.getvalue())


def rows():
    """All data, as the site reads it: `{model: {key: {column: value}}}`."""
    return {
        model._meta.label: {row[model._meta.pk.attname]: row for row in model._base_manager.values()}
        for model in apps.get_models(include_auto_created=True)
    }


def schema():
    with connection.cursor() as cursor:
        return cursor.execute(SCHEMA).fetchall()


def test_everything_arrives_and_people_stay_logged_in(site, server):
    browser, address, before = fill(), server(), rows()
    assert [label for label, found in before.items() if not found] == []

    told = move(address)
    number = len(before["posts.Post"])
    assert f"posts_post: {number} of {number} rows" in told.progress
    assert "DATABASE_URL" in told.out

    with running_on(site, address):
        assert rows() == before
        home = browser.get("/")
        assert home.context["user"].username == "susan"
        assert "שלום" in home.text


def test_no_number_is_given_twice(site, target):
    post = PostFactory()
    deleted = PostFactory(author=post.author)
    number = deleted.pk
    deleted.delete()
    move(target)
    with running_on(site, target):
        assert PostFactory(author=post.author).pk == number + 1
        assert UserFactory().pk == post.author.pk + 1


def test_indexes_and_constraints_are_those_of_a_new_site(site, target, tables):
    fill()
    move(target)
    with running_on(site, tables):
        expected = schema()
    with running_on(site, target):
        assert schema() == expected


def test_after_an_interruption_it_is_just_started_again(site, target):
    fill()
    before = rows()
    connection.close()
    knobs = {"DJANGO_SETTINGS_MODULE": "microblog_site.settings", "DATA_DIR": str(site)}
    killed = subprocess.run(
        [sys.executable, "-c", KILLED_AMONG_POSTS, target],
        cwd=site_settings.BASE_DIR,
        env={name: value for name, value in os.environ.items() if name != "DATABASE_URL"} | knobs,
        check=False,
    )
    assert killed.returncode == -9
    with running_on(site, target):
        assert not User.objects.exists()
    move(target)
    with running_on(site, target):
        assert rows() == before


def test_rows_that_postgresql_refuses_are_all_named(site, target):
    posts = [PostFactory(author=UserFactory()) for _ in range(3)]
    Post.objects.filter(pk=posts[0].pk).update(language="x" * 36)
    Post.objects.filter(pk=posts[1].pk).update(body="a\0b")
    task = emails.send_password_reset.enqueue("a\0b", "en")
    with pytest.raises(CommandError) as refusal:
        move(target)
    named = str(refusal.value)
    assert f"posts_post, {posts[0].pk}, language: value too long" in named
    assert f"posts_post, {posts[1].pk}: " in named
    assert f"django_ox_oxtask, {task.id.replace('-', '')}, args: " in named
    assert f"posts_post, {posts[2].pk}" not in named
    with running_on(site, target):
        assert not User.objects.exists()


def test_a_reference_to_nothing_is_named(site, target):
    PostFactory()
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA foreign_keys = OFF")
        cursor.execute("DELETE FROM accounts_user")
    with pytest.raises(CommandError, match="'posts_post' with primary key '1' has an invalid foreign key"):
        move(target)


def test_a_database_with_a_site_stays_as_it_is(site, target):
    PostFactory()
    move(target)
    with pytest.raises(CommandError, match="already holds a site"):
        move(target)
    with running_on(site, target):
        assert Post.objects.count() == 1


def test_a_database_with_something_else_stays_as_it_is(site, target):
    with psycopg.connect(target) as other:
        other.execute("CREATE TABLE harbour (name text)")
    with pytest.raises(CommandError, match="not empty: it has harbour"):
        move(target)


def test_a_database_knows_letters_from_bytes(site, server):
    with pytest.raises(CommandError, match="SQL_ASCII"):
        move(server(encoding="'SQL_ASCII' LOCALE 'C'"))


def test_the_site_has_to_be_stopped(site, target, monkeypatch):
    with socket.create_server(("127.0.0.1", 0)) as web:
        monkeypatch.setenv("PORT", str(web.getsockname()[1]))
        with pytest.raises(CommandError, match="still answers"):
            move(target)


def test_nobody_else_may_have_the_database_open(site, target, monkeypatch):
    monkeypatch.setattr(sqlite_import, "BUSY_TIMEOUT", 0)
    UserFactory()
    other = sqlite3.connect(site / "db.sqlite3")
    other.execute("SELECT * FROM accounts_user")
    with pytest.raises(CommandError, match="Another program"):
        move(target)
    other.close()
    move(target)


@pytest.mark.parametrize("address", ["nonsense", "mysql://me@host/site", "postgres://me@host"])
def test_an_address_that_is_none(site, address):
    with pytest.raises(CommandError, match="must look like"):
        move(address)


def test_a_server_that_does_not_answer(site):
    with pytest.raises(CommandError, match="Nothing was copied"):
        move(f"postgres://me:secret@127.0.0.1:{free_port()}/site")


def test_a_site_of_an_older_release_is_brought_up_to_date_first(site, target):
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'posts'")
    with pytest.raises(CommandError, match="older release"):
        move(target)


def test_a_site_that_runs_on_postgresql_has_moved_already(site, target):
    with running_on(site, target), pytest.raises(CommandError, match="doesn't run on SQLite"):
        move(target)


def test_tables_of_no_use_are_left_out(site, target):
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE former_plugin (name text)")
    assert "former_plugin" in move(target).progress


def test_pictures_that_are_missing_are_named(site, target):
    UserFactory(username="susan", avatar="0" * 40)
    UserFactory(username="john")
    told = move(target)
    assert "@susan" in told.progress
    assert "@john" not in told.progress
