import pytest

from . import pseudo


@pytest.fixture
def pseudo_language(settings, tmp_path):
    """Lets the site speak the language of `tests.pseudo`, in which all its text is ⟦bracketed⟧; gives its code."""
    pseudo.write_catalogue(tmp_path / "locale")
    settings.LOCALE_PATHS = [tmp_path / "locale"]
    settings.LANGUAGES = [("en", pseudo.wrap("English")), (pseudo.CODE, pseudo.wrap("Pseudo"))]
    return pseudo.CODE
