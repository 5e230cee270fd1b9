import hashlib

import polib
from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from django.core.management.base import BaseCommand

from microblog_site.storage import STYLESHEETS


class Command(BaseCommand):
    help = (
        "Bring the database, translations and static files up to date. Safe to repeat, and quick when nothing changed."
    )

    def handle(self, **options):
        call_command("migrate", interactive=False, verbosity=0)
        self.compile_catalogues()
        if not settings.DEBUG:
            self.collect_static()

    def compile_catalogues(self):
        """Reading them all takes seconds: only where one of the files is another one than last time."""
        stamp = settings.DATA_DIR / "locale.fingerprint"
        if not stamp.exists() or stamp.read_text() != fingerprint_of_catalogues():
            for catalogue in stale_catalogues():
                self.stdout.write(f"Compiling {catalogue}")
                compile_catalogue(catalogue)
            stamp.write_text(fingerprint_of_catalogues())

    def collect_static(self):
        stamp = settings.STATIC_ROOT.with_suffix(".fingerprint")
        fingerprint = fingerprint_of_static_files()
        if not stamp.exists() or stamp.read_text() != fingerprint:
            self.stdout.write("Collecting static files")
            call_command("collectstatic", interactive=False, verbosity=0)
            stamp.write_text(fingerprint)


def stale_catalogues():
    """The .po files whose .mo is missing or says something else; what msgfmt made of them stays."""
    for folder in settings.LOCALE_PATHS:
        for path in sorted(folder.glob("*/LC_MESSAGES/*.po")):
            compiled = path.with_suffix(".mo")
            if not compiled.exists() or texts(polib.mofile(str(compiled))) != texts(polib.pofile(str(path))):
                yield path


def texts(catalogue):
    return {
        (entry.msgctxt, entry.msgid): entry.msgstr_plural or entry.msgstr for entry in catalogue.translated_entries()
    }


def compile_catalogue(path):
    polib.pofile(str(path)).save_as_mofile(str(path.with_suffix(".mo")))


def fingerprint_of_catalogues():
    digest = hashlib.sha256()
    for folder in settings.LOCALE_PATHS:
        for path in sorted(folder.glob("*/LC_MESSAGES/*.[mp]o")):
            digest.update(f"{path} {path.stat().st_size}".encode() + path.read_bytes())
    return digest.hexdigest()


def fingerprint_of_static_files():
    """Changes with any file that collectstatic would collect, and with how it stores them."""
    digest = hashlib.sha256(f"{settings.STATIC_ROOT} {settings.STORAGES['staticfiles']} {STYLESHEETS}".encode())
    for finder in get_finders():
        for name, storage in finder.list([]):
            digest.update(f"{name} {storage.size(name)} {storage.get_modified_time(name)}".encode())
    return digest.hexdigest()
