import re
from contextlib import chdir, contextmanager
from copy import copy
from functools import cache
from pathlib import Path

import django
import polib
from django.apps import apps
from django.conf import settings
from django.core.management.commands import makemessages

NOT_OURS = ["var", "node_modules", "vendor", "demo", "tests"]  # hidden folders are left out anyway
EXTENSIONS = ["html", "md", "py", "txt"]
DATE = re.compile(r'^"POT-Creation-Date: .*\n', re.MULTILINE)


class Command(makemessages.Command):
    """Django's command, which reads only the site's own code and changes a file only when a text or its place does.

    What Django's own catalogues lack in a language is in the site's, with the other texts that need translating; and
    what translators put there by hand because they know a better wording than Django's.
    """

    # Guesses from similar texts are wrong more often than they help.
    msgmerge_options = [*makemessages.Command.msgmerge_options, "--no-fuzzy-matching", "--sort-by-file"]
    xgettext_options = [*makemessages.Command.xgettext_options, "--sort-by-file"]

    def handle(self, *args, **options):
        options["ignore_patterns"] += NOT_OURS
        options["extensions"] = options["extensions"] or EXTENSIONS
        options["add_location"] = options["add_location"] or "file"
        options["no_obsolete"] = True
        with chdir(settings.BASE_DIR):
            super().handle(*args, **options)

    def write_po_file(self, potfile, locale):
        catalogue = Path(potfile).parent / locale / "LC_MESSAGES" / f"{self.domain}.po"
        before = catalogue.read_text(encoding="utf-8") if catalogue.exists() else ""
        with complete(potfile, locale, catalogue) as wanted:
            if not catalogue.exists():
                super().write_po_file(wanted, locale)  # in no order yet
            super().write_po_file(wanted, locale)
        if DATE.sub("", before) == DATE.sub("", catalogue.read_text(encoding="utf-8")):
            catalogue.write_text(before, encoding="utf-8")


@contextmanager
def complete(potfile, locale, catalogue):
    """The path of a template like `potfile` that also holds the texts of Django that belong into this `catalogue`."""
    template = polib.pofile(potfile)
    own = {key(entry) for entry in template}
    present = {key(entry) for entry in polib.pofile(str(catalogue))} if catalogue.exists() else set()
    template.extend(entry for entry in texts_of_django(locale, present) if key(entry) not in own)
    path = Path(potfile).with_suffix(f".{locale}.pot")
    template.save(str(path))
    try:
        yield str(path)
    finally:
        path.unlink()


def texts_of_django(locale, wanted):
    """Those that it does not translate into this language, and those `wanted` in any case."""
    package = Path(django.__file__).parent
    in_use = [Path(app.path) for app in apps.get_app_configs() if Path(app.path).is_relative_to(package)]
    texts = {}
    for folder in (package / "conf", *in_use):
        if (source := catalogue_in(folder, "en")) is not None:
            done = {key(entry) for entry in (catalogue_in(folder, locale) or polib.POFile()).translated_entries()}
            texts |= {key(entry): in_django(entry) for entry in source if key(entry) not in done - wanted}
    return texts.values()


@cache  # the English ones are read for every language
def catalogue_in(folder, locale):
    path = folder / "locale" / locale / "LC_MESSAGES" / "django.po"
    return polib.pofile(str(path)) if path.exists() else None


def in_django(entry):
    """A text of Django's as it stands in a template, with the place it comes from."""
    text = copy(entry)
    text.msgstr, text.msgstr_plural = "", dict.fromkeys(entry.msgstr_plural, "")
    text.occurrences = sorted({(f"django/{path}", "") for path, _line in entry.occurrences})
    return text


def key(entry):
    return entry.msgctxt, entry.msgid
