from django.conf.locale import LANG_INFO
from django.utils import translation
from django.utils.translation import gettext_lazy as _

# What people can say they write and read: BCP 47 tags, each in its own name and sorted by that.
WRITTEN = {
    "ar": "العربية",
    "id": "Bahasa Indonesia",
    "ms": "Bahasa Melayu",
    "bn": "বাংলা",
    "bg": "Български",
    "ca": "Català",
    "cs": "Čeština",
    "da": "Dansk",
    "de": "Deutsch",
    "et": "Eesti",
    "el": "Ελληνικά",
    "en": "English",
    "es": "Español",
    "eu": "Euskara",
    "fa": "فارسی",
    "fr": "Français",
    "hi": "हिन्दी",
    "hr": "Hrvatski",
    "he": "עברית",
    "is": "Íslenska",
    "it": "Italiano",
    "ka": "ქართული",
    "sw": "Kiswahili",
    "ko": "한국어",
    "lv": "Latviešu",
    "lt": "Lietuvių",
    "hu": "Magyar",
    "mr": "मराठी",
    "nl": "Nederlands",
    "ja": "日本語",
    "nb": "Norsk",
    "pl": "Polski",
    "pt": "Português",
    "ro": "Română",
    "ru": "Русский",
    "sk": "Slovenčina",
    "sl": "Slovenščina",
    "sr": "Српски",
    "fi": "Suomi",
    "sv": "Svenska",
    "tl": "Tagalog",
    "ta": "தமிழ்",
    "te": "తెలుగు",
    "th": "ไทย",
    "vi": "Tiếng Việt",
    "tr": "Türkçe",
    "uk": "Українська",
    "ur": "اردو",
    "zh": "中文",
}
NAMES = {"tl": _("Tagalog"), "zh": _("Chinese")}  # which Django calls otherwise or not at all


def spoken(folder):
    """English and every language with a catalogue in `folder`: codes and names in themselves, sorted, for LANGUAGES."""
    codes = ["en", *(translation.to_language(path.parts[-3]) for path in folder.glob("*/LC_MESSAGES/django.po"))]
    return sorted(((code, autonym(code)) for code in codes), key=lambda language: language[1])


def autonym(code):
    """What the language with this code is called in itself, as it stands in a list."""
    name = LANG_INFO[code]["name_local"]
    return name[0].upper() + name[1:]


def name(tag):
    """What the language with this BCP 47 tag is called in the present one; the tag itself where it has no name."""
    if tag in NAMES:
        return str(NAMES[tag])
    return translation.gettext(LANG_INFO[tag]["name"]) if tag in LANG_INFO else tag


def primary(tag):
    """The language in a BCP 47 tag without its script or region: `pt` of `pt-br`."""
    return tag.partition("-")[0].lower()


def supported(language):
    """`language` (a tag such as `es-AR`), or the nearest one the site speaks; '' where it speaks neither."""
    try:
        return translation.get_supported_language_variant(language)
    except LookupError:
        return ""
