"""What `make run` does before it serves: everything the first time, then only what has changed."""

from io import StringIO

import polib
import pytest
from django.core.management import call_command

from microblog_site.management.commands.prepare import stale_catalogues


def prepare():
    out = StringIO()
    call_command("prepare", stdout=out)
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
