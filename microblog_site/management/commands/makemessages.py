import re
from contextlib import chdir
from pathlib import Path

from django.conf import settings
from django.core.management.commands import makemessages

NOT_OURS = ["var", "node_modules", "vendor", "demo", "tests"]  # hidden folders are left out anyway
EXTENSIONS = ["html", "md", "py", "txt"]
DATE = re.compile(r'^"POT-Creation-Date: .*\n', re.MULTILINE)


class Command(makemessages.Command):
    """Django's command, which reads only the site's own code and changes a file only when a text or its place does."""

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
        super().write_po_file(potfile, locale)
        if DATE.sub("", before) == DATE.sub("", catalogue.read_text(encoding="utf-8")):
            catalogue.write_text(before, encoding="utf-8")
