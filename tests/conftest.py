import pytest

from . import pseudo


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
