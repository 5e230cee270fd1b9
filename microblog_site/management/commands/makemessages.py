from contextlib import chdir
from copy import copy
from functools import cache
from pathlib import Path
from tempfile import NamedTemporaryFile

import django
import polib
from django.apps import apps
from django.conf import settings
from django.core.management.commands import makemessages

NOT_OURS = ["var", "node_modules", "vendor", "demo", "tests"]  # hidden folders are skipped anyway
EXTENSIONS = ["html", "md", "py", "txt"]


class Command(makemessages.Command):
    """Django's command, limited to the site's own code.

    The site's catalogues also hold texts that Django has not translated into a language, and those that our translators
    word better.
    """

    # Fuzzy matches are wrong more often than they help.
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
        folder = Path(potfile).parent
        catalogue = folder / locale / "LC_MESSAGES" / f"{self.domain}.po"
        with NamedTemporaryFile(dir=folder, suffix=".pot") as template:
            with_texts_of_django(potfile, locale, catalogue).save(template.name)
            if not catalogue.exists():
                super().write_po_file(template.name, locale)  # not sorted yet
            super().write_po_file(template.name, locale)


def with_texts_of_django(potfile, locale, catalogue):
    """The template in `potfile` plus the texts of Django that belong in this `catalogue`."""
    template = polib.pofile(potfile)
    own = {entry.msgid_with_context for entry in template}
    present = {entry.msgid_with_context for entry in polib.pofile(str(catalogue))} if catalogue.exists() else set()
    template.extend(text for text in texts_of_django(locale, present) if text.msgid_with_context not in own)
    return template


def texts_of_django(locale, wanted=frozenset()):
    """As a template: Django's texts that it does not translate into this language, and those `wanted` in any case."""
    package = Path(django.__file__).parent
    texts = {}
    for folder in (package / "conf", *(Path(app.path) for app in apps.get_app_configs())):
        if folder.is_relative_to(package) and (source := catalogue_in(folder, "en")):
            translated = {entry.msgid_with_context for entry in catalogue_in(folder, locale).translated_entries()}
            for entry in source:
                if entry.msgid_with_context not in translated - wanted:
                    texts[entry.msgid_with_context] = text_of_django(entry)
    return texts.values()


@cache  # the English ones are read for every language
def catalogue_in(folder, locale):
    path = folder / "locale" / locale / "LC_MESSAGES" / "django.po"
    return polib.pofile(str(path)) if path.exists() else polib.POFile()


def text_of_django(entry):
    text = copy(entry)
    text.msgstr, text.msgstr_plural = "", dict.fromkeys(entry.msgstr_plural, "")
    text.occurrences = sorted({(f"django/{path}", "") for path, _line in entry.occurrences})
    return text
