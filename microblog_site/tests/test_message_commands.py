import re

import polib
import pytest
from django.core.management import call_command
from django.utils import translation

pytestmark = pytest.mark.gettext

CODE = 'from django.utils.translation import gettext as _\n_("{}")\n'
TEMPLATE = "{{% translate '{}' %}}"
FOREIGN = [".venv/lib/installed.py", "var/written.py", "node_modules/package/index.py", "static/vendor/library.py"]


@pytest.fixture
def project(settings, tmp_path):
    """A small project: its own texts in code and templates, surrounded by third-party texts."""
    settings.BASE_DIR = tmp_path
    settings.LOCALE_PATHS = [tmp_path / "locale"]
    (tmp_path / "locale").mkdir()
    write(tmp_path / "posts/views.py", CODE.format("Your post has been deleted."))
    write(tmp_path / "templates/posts/home.html", TEMPLATE.format("Nothing here yet"))
    write(tmp_path / "templates/pages/about.md", TEMPLATE.format("How it works"))
    write(tmp_path / "posts/tests/test_home.py", CODE.format("Text of a test"))
    for path in FOREIGN:
        write(tmp_path / path, CODE.format("Text of others"))
    write(tmp_path / ".venv/lib/locale/es/LC_MESSAGES/django.po", 'msgid ""\nmsgstr ""\n')
    return tmp_path


def write(path, content):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content)


def catalogue_of(project):
    return project / "locale/es/LC_MESSAGES/django.po"


def make_messages():
    call_command("makemessages", locale=["es"], verbosity=0)


def texts(path):
    """The site's texts, without those that are missing from Django."""
    entries = [(entry.msgid, entry.occurrences) for entry in polib.pofile(str(path))]
    return [(text, places) for text, places in entries if not places[0][0].startswith("django/")]


def test_the_texts_of_the_site_are_collected_and_no_others(project):
    make_messages()
    assert texts(catalogue_of(project)) == [
        ("Your post has been deleted.", [("posts/views.py", "")]),
        ("How it works", [("templates/pages/about.md", "")]),
        ("Nothing here yet", [("templates/posts/home.html", "")]),
    ]


def test_a_catalogue_changes_only_when_a_text_does(project):
    make_messages()
    catalogue = catalogue_of(project)
    before = re.sub(r"POT-Creation-Date: \d+", "POT-Creation-Date: 2001", catalogue.read_text())
    catalogue.write_text(before)
    write(project / "posts/views.py", "\n\n\n" + CODE.format("Your post has been deleted."))
    make_messages()
    assert catalogue.read_text() == before
    write(project / "posts/views.py", CODE.format("Your post has gone."))
    make_messages()
    assert [text for text, _places in texts(catalogue)] == ["Your post has gone.", "How it works", "Nothing here yet"]


def test_what_django_does_not_translate_is_there_too(project):
    make_messages()
    django = [
        entry for entry in polib.pofile(str(catalogue_of(project))) if entry.occurrences[0][0].startswith("django/")
    ]
    assert django
    with translation.override("es"):
        assert [entry.msgid for entry in django if translation.gettext(entry.msgid) != entry.msgid] == []


def test_a_better_wording_than_django_s_stays(project):
    make_messages()
    catalogue = polib.pofile(str(catalogue_of(project)))
    catalogue.append(polib.POEntry(msgid="This field is required.", msgstr="Hace falta algo aquí."))
    catalogue.append(polib.POEntry(msgid="Nobody says this.", msgstr="Nadie lo dice."))
    catalogue.save()
    make_messages()
    catalogue = polib.pofile(str(catalogue_of(project)))
    assert catalogue.find("This field is required.").msgstr == "Hace falta algo aquí."
    assert catalogue.find("Nobody says this.") is None


def test_a_new_text_is_no_guess_and_an_old_one_is_gone(project):
    make_messages()
    catalogue = polib.pofile(str(catalogue_of(project)))
    catalogue.find("Your post has been deleted.").msgstr = "Tu publicación ya no está."
    catalogue.save()
    write(project / "posts/views.py", CODE.format("Your posts are gone."))
    make_messages()
    catalogue = polib.pofile(str(catalogue_of(project)))
    assert catalogue.find("Your posts are gone.").msgstr == ""
    assert not catalogue.fuzzy_entries()
    assert not catalogue.obsolete_entries()


def test_only_the_catalogues_of_the_site_are_compiled(project):
    make_messages()
    call_command("compilemessages", verbosity=0)
    assert catalogue_of(project).with_suffix(".mo").exists()
    assert not list((project / ".venv").rglob("*.mo"))
