"""Every language the site speaks is complete, and its compiled catalogue says what its source says."""

import os
import re
import shutil
import subprocess
import sys
from collections import Counter

import polib
import pytest
from django.conf import settings

from microblog_site.management.commands.prepare import stale_catalogues

LANGUAGES = [code for code, _name in settings.LANGUAGES if code != "en"]
PLACEHOLDERS = re.compile(r"%(?:\(\w+\))?[sd]|\{\w*\}")


def catalogue(language, folder=settings.BASE_DIR / "locale"):
    return polib.pofile(str(folder / language / "LC_MESSAGES" / "django.po"))


def keys(entries):
    return {(entry.msgctxt, entry.msgid) for entry in entries if not entry.obsolete}


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
    po = settings.BASE_DIR / "locale" / language / "LC_MESSAGES" / "django.po"
    done = subprocess.run(
        ["msgfmt", "-c", "-o", tmp_path / "django.mo", po], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.gettext
def test_catalogues_hold_just_the_texts_of_the_code(tmp_path):
    # In a copy, because the command writes beside the code it reads.
    copy, not_read = tmp_path / "copy", shutil.ignore_patterns(".*", "var", "vendor", "demo", "__pycache__")
    shutil.copytree(settings.BASE_DIR, copy, ignore=not_read)
    locales = [option for language in LANGUAGES for option in ("--locale", language)]
    subprocess.run(
        [sys.executable, "manage.py", "makemessages", *locales, "--verbosity=0"],
        cwd=copy,
        env=os.environ | {"DJANGO_SETTINGS_MODULE": "microblog_site.settings", "DATA_DIR": str(tmp_path)},
        check=True,
    )
    for language in LANGUAGES:
        assert keys(catalogue(language, copy / "locale")) == keys(catalogue(language))
