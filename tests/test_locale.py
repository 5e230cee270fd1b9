"""Every language of the site is complete, and its compiled catalogue matches its source."""

import os
import re
import shutil
import subprocess
import sys
from collections import Counter
from functools import cache

import polib
import pytest
from django.conf import settings
from django.utils.translation import to_locale

from microblog_site.management.commands.makemessages import texts_of_django
from microblog_site.management.commands.prepare import stale_catalogues

LANGUAGES = [code for code, _name in settings.LANGUAGES if code != "en"]
PLACEHOLDERS = re.compile(r"%(?:\(\w+\))?[sd]|\{\w*\}")


@cache
def catalogue(language, folder=settings.BASE_DIR / "locale"):
    return polib.pofile(str(path_of(language, folder)))


def path_of(language, folder=settings.BASE_DIR / "locale"):
    return folder / to_locale(language) / "LC_MESSAGES" / "django.po"


def keys(entries):
    return {entry.msgid_with_context for entry in entries if not entry.obsolete}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_text_is_translated(language):
    entries = catalogue(language)
    assert len(entries) > 100
    assert [entry.msgid for entry in (*entries.untranslated_entries(), *entries.fuzzy_entries())] == []
    assert entries.obsolete_entries() == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_placeholders_survive_translation(language):
    for entry in catalogue(language):
        wanted = Counter(PLACEHOLDERS.findall(entry.msgid_plural or entry.msgid))
        for text in entry.msgstr_plural.values() or [entry.msgstr]:
            found = Counter(PLACEHOLDERS.findall(text))
            assert found == wanted or (entry.msgid_plural and not found - wanted), entry.msgid


def test_compiled_catalogues_are_fresh():
    assert list(stale_catalogues()) == []


@pytest.mark.gettext
@pytest.mark.parametrize("language", LANGUAGES)
def test_gettext_finds_no_mistake(language, tmp_path):
    command = ["msgfmt", "-c", "-o", tmp_path / "django.mo", path_of(language)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.gettext
def test_a_catalogue_holds_just_the_texts_of_the_code(tmp_path):
    # In a copy, because the command writes next to the code it reads; one language represents all.
    copy, not_read = tmp_path / "copy", shutil.ignore_patterns(".*", "var", "vendor", "demo", "__pycache__")
    shutil.copytree(settings.BASE_DIR, copy, ignore=not_read)
    subprocess.run(
        [sys.executable, "manage.py", "makemessages", "--locale=es", "--verbosity=0"],
        cwd=copy,
        env=os.environ | {"DJANGO_SETTINGS_MODULE": "microblog_site.settings", "DATA_DIR": str(tmp_path)},
        check=True,
    )
    assert keys(catalogue("es", copy / "locale")) == keys(catalogue("es"))


@pytest.mark.parametrize("language", LANGUAGES)
def test_all_catalogues_hold_the_same_and_what_django_lacks(language):
    of_django, of_the_site = parted(catalogue(language))
    assert of_the_site == parted(catalogue("es"))[1]
    lacking = {entry.msgid_with_context for entry in texts_of_django(to_locale(language))}
    assert lacking - of_the_site <= of_django


def parted(entries):
    """The keys of Django's texts, and of the site's own."""
    of_django = {
        entry.msgid_with_context
        for entry in entries
        if all(path.startswith("django/") for path, _ in entry.occurrences)
    }
    return of_django, keys(entries) - of_django
