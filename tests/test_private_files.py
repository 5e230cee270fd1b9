"""What the site writes is for its own user: session keys, e-mails with links, addresses in logs."""

import logging
import os
import stat
import subprocess
import sys

import pytest
from django.conf import settings as site_settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management import call_command

from microblog_site.logging import SharedFileHandler


def open_to_others(folder):
    """What other users of the machine could read, write or list."""
    return [path for path in (folder, *folder.rglob("*")) if path.stat().st_mode & 0o077]


@pytest.fixture
def careless():
    """A process as most shells start one: what it writes, everybody reads."""
    former = os.umask(0o022)
    yield
    os.umask(former)


STARTS = {
    "a command": "import sys; sys.argv = ['manage.py', 'check']; import manage; manage.main()",
    "the web server": "import microblog_site.wsgi",
    "the supervisor": "from microblog_site import supervisor; supervisor.Supervisor.run = WRITE; supervisor.main([])",
}
WRITE = """
import atexit, os, pathlib
os.umask(0o022)
WRITE = lambda *_: pathlib.Path(os.environ["DATA_DIR"], "written").touch()
atexit.register(WRITE)
"""


@pytest.mark.parametrize("start", STARTS.values(), ids=STARTS)
def test_whatever_process_writes_it(tmp_path, start):
    environment = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    environment |= {"DATA_DIR": str(tmp_path / "var"), "DJANGO_SETTINGS_MODULE": "microblog_site.settings"}
    subprocess.run(
        [sys.executable, "-c", WRITE + start],
        cwd=site_settings.BASE_DIR,
        env=environment,
        check=True,
        capture_output=True,
    )
    assert (tmp_path / "var" / "written").exists()
    assert open_to_others(tmp_path / "var") == []


def test_uploads_and_logs_too(tmp_path, settings):
    settings.MEDIA_ROOT = tmp_path / "media"
    default_storage.save("avatars/ab/x.webp", ContentFile(b"x"))
    handler = SharedFileHandler(tmp_path / "log" / "site.log", maxBytes=0, backupCount=1)
    handler.emit(logging.LogRecord("posts", logging.INFO, "views.py", 7, "A line", (), None))
    handler.doRollover()
    handler.close()
    assert len([*tmp_path.rglob("*")]) > 6
    assert open_to_others(tmp_path) == []


@pytest.mark.usefixtures("db", "careless")
def test_what_an_earlier_release_wrote_is_closed_at_the_next_start(tmp_path, settings):
    settings.DATA_DIR, settings.LOCALE_PATHS, settings.DEBUG = tmp_path / "var", [], True
    for name in ("db.sqlite3", "db.sqlite3-wal", "log/site.log.1", "mail/1.log", "media/avatars/ab/x.webp", "running"):
        (tmp_path / "var" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "var" / name).touch()
    (tmp_path / "var" / "mine").touch()  # not the site's, which may lie in a folder with other things
    call_command("prepare")
    others = {path.name for path in open_to_others(tmp_path / "var")}
    assert others <= {"mine", "locale.files"}
    assert stat.S_IMODE((tmp_path / "var").stat().st_mode) == 0o700


@pytest.mark.usefixtures("careless")
def test_translations_are_for_everybody_as_the_program_is(db, settings, tmp_path):
    settings.DATA_DIR, settings.LOCALE_PATHS, settings.DEBUG = tmp_path, [tmp_path / "locale"], True
    folder = tmp_path / "locale/es/LC_MESSAGES"
    folder.mkdir(parents=True)
    (folder / "django.po").write_text('msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n')
    os.umask(0o077)
    call_command("prepare", verbosity=0)
    assert stat.S_IMODE((folder / "django.mo").stat().st_mode) == 0o644
