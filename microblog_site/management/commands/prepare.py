import shutil
import time

import polib
from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError, connection
from django.db.migrations.exceptions import InconsistentMigrationHistory

from microblog_site.backends import close_to_others
from microblog_site.database.failure import database_failure, first_line
from microblog_site.running import in_turn
from microblog_site.storage import STYLESHEETS

PATIENCE = 60  # seconds for a database server that starts at the same time
NOT_WORTH_WAITING = ("does not exist", "authentication failed", "pg_hba.conf")  # what PostgreSQL says of wrong settings
NEEDED = 64 * 1024  # bytes of the disk, for SQLite to open its journal


class Command(BaseCommand):
    help = (
        "Bring the database, translations and static files up to date. Safe to repeat, and quick when nothing changed."
    )

    requires_system_checks = ()  # before `handle`; they ask the database, which has to be waited for

    def handle(self, **options):
        close_to_others(settings.DATA_DIR)
        with in_turn(settings.DATA_DIR):
            self.wait_for_database()
            self.check()
            try:
                call_command("migrate", interactive=False, verbosity=0)
                self.update_files()
            except (DatabaseError, InconsistentMigrationHistory) as error:  # --traceback shows where
                guess = "" if database_failure(error) else ", it may belong to another program"
                raise CommandError(f"The database cannot be updated{guess}: {first_line(error)}") from error
            except OSError as error:
                path = error.filename or settings.DATA_DIR
                raise CommandError(f"{path} cannot be written: {error.strerror}.") from error

    def update_files(self):
        self.unless_done(settings.DATA_DIR / "locale.files", catalogues, self.compile_catalogues)
        if not settings.DEBUG:
            self.unless_done(settings.STATIC_ROOT.with_suffix(".files"), static_files, self.collect_static)

    def wait_for_database(self):
        until = time.monotonic() + PATIENCE
        is_waiting = False
        while problem := problem_with_database():
            is_hopeless = connection.vendor == "sqlite" or any(text in problem for text in NOT_WORTH_WAITING)
            if is_hopeless or time.monotonic() > until:
                is_full = shutil.disk_usage(settings.DATA_DIR).free < NEEDED
                raise CommandError(f"The database cannot be used: {'the disk is full' if is_full else problem}")
            if not is_waiting:
                self.stderr.write(f"Waiting for the database: {problem}")
                is_waiting = True
            time.sleep(0.5)

    def unless_done(self, record, files, act):
        """Run it only if the `files`, each described in a line, differ from those on `record`."""
        if not record.exists() or record.read_text("utf-8") != "\n".join(files()):
            act()
            record.write_text("\n".join(files()), "utf-8")

    def compile_catalogues(self):
        for path in stale_catalogues():
            self.stdout.write(f"Compiling {path}")
            compiled = path.with_suffix(".mo")
            polib.pofile(str(path)).save_as_mofile(str(compiled))
            compiled.chmod(path.stat().st_mode)  # part of the program, which another user may run

    def collect_static(self):
        self.stdout.write("Collecting static files")
        call_command("collectstatic", interactive=False, verbosity=0)


def problem_with_database():
    """Why the database cannot be used, in one line; empty if it can."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1 FROM (SELECT 1) AS anything")
    except DatabaseError as error:
        return first_line(error)
    return ""


def catalogues():
    for folder in settings.LOCALE_PATHS:
        for path in sorted(folder.glob("*/LC_MESSAGES/*.[mp]o")):
            yield f"{path} {path.stat().st_size} {path.stat().st_mtime_ns}"


def static_files():
    """The files that collectstatic would collect, and how it stores them."""
    yield f"{settings.STATIC_ROOT} {settings.STORAGES['staticfiles']} {STYLESHEETS}"
    for finder in get_finders():
        for name, storage in finder.list([]):
            yield f"{name} {storage.size(name)} {storage.get_modified_time(name)}"


def stale_catalogues():
    """The .po files whose .mo is missing or outdated; other .mo files stay as they are."""
    for folder in settings.LOCALE_PATHS:
        for path in sorted(folder.glob("*/LC_MESSAGES/*.po")):
            compiled = path.with_suffix(".mo")
            if not compiled.exists() or texts(polib.mofile(str(compiled))) != texts(polib.pofile(str(path))):
                yield path


def texts(catalogue):
    return {entry.msgid_with_context: entry.msgstr_plural or entry.msgstr for entry in catalogue.translated_entries()}
