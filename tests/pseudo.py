"""A right-to-left language for tests, in which every text of the site looks like ⟦this⟧.

Text without the brackets was not marked for translation.
"""

from pathlib import Path

import django
import polib
from django.conf import settings

CODE = "ar-xb"  # Django derives the direction from Arabic
OPEN, CLOSE = "⟦", "⟧"


def write_catalogue(folder):
    """Write the language's compiled catalogue to `folder`, which can then be in LOCALE_PATHS."""
    catalogue = polib.POFile()
    catalogue.metadata = {
        "Content-Type": "text/plain; charset=UTF-8",
        "Plural-Forms": "nplurals=2; plural=(n != 1);",
    }
    entries = {(entry.msgctxt, entry.msgid): pseudo_entry(entry) for path in sources() for entry in polib.pofile(path)}
    catalogue.extend(entries.values())
    target = Path(folder) / "ar_XB" / "LC_MESSAGES" / "django.mo"
    target.parent.mkdir(parents=True)
    catalogue.save_as_mofile(str(target))


def sources():
    """Catalogues with all texts of Django and of the site."""
    packages = Path(django.__file__).parent.glob("**/locale/en/LC_MESSAGES/django.po")
    site = settings.BASE_DIR.glob("locale/es/LC_MESSAGES/django.po")
    return [str(path) for path in (*packages, *site)]


def pseudo_entry(entry):
    if not entry.msgid_plural:
        return polib.POEntry(msgctxt=entry.msgctxt, msgid=entry.msgid, msgstr=wrap(entry.msgid))
    forms = {0: wrap(entry.msgid), 1: wrap(entry.msgid_plural)}
    return polib.POEntry(msgctxt=entry.msgctxt, msgid=entry.msgid, msgid_plural=entry.msgid_plural, msgstr_plural=forms)


def wrap(text):
    return f"{OPEN}{text}{CLOSE}"
