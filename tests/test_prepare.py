"""What `make run` does before it serves: everything the first time, then only what has changed."""

import gc
import sqlite3
import threading
import time
from contextlib import closing
from io import StringIO
from unittest import mock

import polib
import pytest
from django.core.management import CommandError
from django.db import OperationalError, connection

from microblog_site.backends import databases
from microblog_site.management.commands.prepare import Command, stale_catalogues
from microblog_site.running import in_turn

from .databases import running_on
from .ports import free_port
from .races import at_once


def prepare():
    """As from a terminal, where checks come first."""
    out = StringIO()
    Command(stdout=out).execute(force_color=False, no_color=False, skip_checks=False)
    return out.getvalue()


@pytest.fixture(autouse=True)
def locale(settings, tmp_path):
    """A stand-in for the folder `locale`."""
    settings.DATA_DIR, settings.LOCALE_PATHS = tmp_path, [tmp_path / "locale"]
    return tmp_path / "locale"


@pytest.fixture
def catalogue(locale):
    path = locale / "es/LC_MESSAGES/django.po"
    path.parent.mkdir(parents=True)
    translate(path, "Buenos días")
    return path


def translate(path, text):
    catalogue = polib.POFile()
    catalogue.metadata = {"Content-Type": "text/plain; charset=UTF-8", "Plural-Forms": "nplurals=2; plural=n != 1;"}
    catalogue.append(polib.POEntry(msgid="Good morning", msgstr=text))
    catalogue.append(polib.POEntry(msgid="Not translated yet"))
    plural = {0: "%d barco", 1: "%d barcos"}
    catalogue.append(polib.POEntry(msgid="%d boat", msgid_plural="%d boats", msgstr_plural=plural))
    catalogue.save(str(path))


@pytest.mark.any_database
def test_translations_are_compiled_when_they_changed(db, catalogue):
    assert list(stale_catalogues()) == [catalogue]
    prepare()
    assert list(stale_catalogues()) == []
    translate(catalogue, "Buen día")
    assert list(stale_catalogues()) == [catalogue]
    assert "Compiling" in prepare()
    assert "Compiling" not in prepare()
    catalogue.with_suffix(".mo").unlink()
    assert "Compiling" in prepare()


@pytest.mark.any_database
def test_static_files_are_collected_when_they_changed(db, settings, tmp_path):
    settings.STATIC_ROOT = tmp_path / "static"
    settings.STATICFILES_DIRS = [tmp_path / "more"]
    (tmp_path / "more").mkdir()
    assert "Collecting static files" in prepare()
    assert (tmp_path / "static/css/base.css").exists()
    assert "Collecting" not in prepare()
    (tmp_path / "more/new.css").touch()
    assert "Collecting static files" in prepare()
    assert (tmp_path / "static/new.css").exists()


@pytest.mark.django_db(transaction=True)
@pytest.mark.postgresql
def test_a_database_that_starts_at_the_same_time_is_waited_for(catalogue, capsys):
    right = connection.settings_dict["PORT"]
    connection.close()
    connection.settings_dict["PORT"] = free_port()

    def start(_seconds):
        connection.settings_dict["PORT"] = right

    with mock.patch("time.sleep", side_effect=start):
        prepare()
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith("Waiting for the database: ")


@pytest.mark.django_db(transaction=True)
@pytest.mark.postgresql
def test_a_database_that_was_never_made_is_not(catalogue):
    told = r"^The database cannot be used: .*nobody_made_it.* does not exist$"
    config = connection.settings_dict | {"NAME": "nobody_made_it"}
    with running_on(config), pytest.raises(CommandError, match=told):
        prepare()


@pytest.mark.any_database
@pytest.mark.filterwarnings("ignore:unclosed database")  # by Django, when it cannot set the connection up
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # Django leaves this connection open
def test_a_file_that_is_no_database_is_told_in_one_line(db, catalogue, tmp_path, monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "")
    (tmp_path / "db.sqlite3").write_text("Dear diary, " * 100)
    config = databases(tmp_path)["default"]
    with running_on(config), pytest.raises(CommandError, match=r"file is not a database$"):
        prepare()
    gc.collect()


@pytest.mark.any_database
def test_the_database_of_another_program_is_told_in_one_line(db, catalogue, tmp_path, monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "")
    with running_on(databases(tmp_path)["default"]):
        connection.cursor().execute("CREATE TABLE accounts_user (id)")
        with pytest.raises(
            CommandError, match=r'it may belong to another program: table "accounts_user" already exists$'
        ):
            prepare()


@pytest.mark.any_database
def test_a_file_that_cannot_be_written_is_told_in_one_line(db, catalogue, tmp_path):
    (tmp_path / "locale.files").mkdir()
    with pytest.raises(CommandError, match=r"locale\.files cannot be written: Is a directory\.$"):
        prepare()


@pytest.mark.any_database
@pytest.mark.parametrize("name", ["a?b", "%41", "a+b", "a#b", "a b", "ü&=;"])
def test_any_folder_may_hold_the_database(db, tmp_path, monkeypatch, name):
    monkeypatch.setenv("DATABASE_URL", "")
    (folder := tmp_path / name).mkdir()
    with running_on(databases(folder)["default"]):
        connection.cursor().execute("CREATE TABLE notes (id)")
    assert (folder / "db.sqlite3").exists()
    assert [path.name for path in tmp_path.iterdir()] == [name]


@pytest.mark.any_database
def test_two_first_starts_take_turns(tmp_path):
    first_is_in, turns = threading.Event(), []

    def start(number):
        if number:
            first_is_in.wait(30)
        with in_turn(tmp_path):
            first_is_in.set()
            turns.append(f"{number} begins")
            time.sleep(0)  # lets the other one go, if it could
            turns.append(f"{number} ends")

    at_once(start, times=2)
    assert turns == ["0 begins", "0 ends", "1 begins", "1 ends"]


@pytest.mark.any_database
def test_nothing_is_written_if_nothing_has_changed(db, tmp_path, monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "")
    config = databases(tmp_path)["default"]
    with running_on(config):
        prepare()
    config["OPTIONS"]["timeout"] = 0
    with closing(sqlite3.connect(config["NAME"])) as other_process, running_on(config):
        other_process.execute("BEGIN IMMEDIATE")
        prepare()
        with pytest.raises(OperationalError, match="locked"):
            connection.cursor().execute("CREATE TABLE notes (id)")
