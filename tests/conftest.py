import shutil

import pytest

from . import pseudo
from .running_site import Site


@pytest.fixture(scope="session")
def pseudo_catalogue(tmp_path_factory):
    folder = tmp_path_factory.mktemp("locale")
    pseudo.write_catalogue(folder)
    return folder


@pytest.fixture
def pseudo_language(settings, pseudo_catalogue):
    """Add the language of `tests.pseudo`, in which all texts are ⟦bracketed⟧, to the site; returns its code."""
    settings.LOCALE_PATHS = [pseudo_catalogue]
    settings.LANGUAGES = [("en", pseudo.wrap("English")), (pseudo.CODE, pseudo.wrap("Pseudo"))]
    return pseudo.CODE


@pytest.fixture(scope="session")
def prepared_folder(tmp_path_factory):
    """A function that makes the data folder of a site that is ready to start, on SQLite."""
    first = tmp_path_factory.mktemp("prepared")
    with Site(first) as site:
        site.prepare()
    return lambda: shutil.copytree(first, tmp_path_factory.mktemp("site"), symlinks=True, dirs_exist_ok=True)
