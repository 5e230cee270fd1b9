from django.conf.locale import LANG_INFO
from django.utils import translation


def spoken(folder):
    """English and every language with a catalogue in `folder`: codes and names in themselves, sorted, for LANGUAGES."""
    codes = ["en", *(translation.to_language(path.parts[-3]) for path in folder.glob("*/LC_MESSAGES/django.po"))]
    return sorted(((code, autonym(code)) for code in codes), key=lambda language: language[1])


def autonym(code):
    """What the language with this code is called in itself, as it stands in a list."""
    name = LANG_INFO[code]["name_local"]
    return name[0].upper() + name[1:]


def primary(tag):
    """The language in a BCP 47 tag without its script or region: `pt` of `pt-br`."""
    return tag.partition("-")[0].lower()


def supported(language):
    """`language` (a tag such as `es-AR`), or the nearest one the site speaks; '' where it speaks neither."""
    try:
        return translation.get_supported_language_variant(language)
    except LookupError:
        return ""
