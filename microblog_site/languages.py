from django.conf.locale import LANG_INFO
from django.utils import translation
from django.utils.translation import gettext_lazy as _

# What people can say they write and read: BCP 47 tags, sorted by what each language is called in itself.
TAGS = (
    "ar id ms bn bg ca cs da de et el en es eu fa fr hi hr he is it ka sw ko lv lt hu "
    "mr nl ja nb pl pt ro ru sk sl sr fi sv tl ta te th vi tr uk ur zh"
)
AUTONYMS = {  # which Django writes otherwise or not at all
    "ar": "العربية",
    "cs": "Čeština",
    "hi": "हिन्दी",
    "ka": "ქართული",
    "lt": "Lietuvių",
    "nb": "Norsk",
    "sk": "Slovenčina",
    "th": "ไทย",
    "tl": "Tagalog",
    "vi": "Tiếng Việt",
    "zh": "中文",
}
NAMES = {"tl": _("Tagalog"), "zh": _("Chinese")}  # which Django calls otherwise or not at all


def autonym(code):
    """What the language with this code is called in itself, as it stands in a list."""
    name = LANG_INFO[code]["name_local"]
    return name[0].upper() + name[1:]


WRITTEN = {tag: AUTONYMS.get(tag) or autonym(tag) for tag in TAGS.split()}


def spoken(folder):
    """English and every language with a catalogue in `folder`: codes and names in themselves, sorted, for LANGUAGES."""
    codes = ["en", *(translation.to_language(path.parts[-3]) for path in folder.glob("*/LC_MESSAGES/django.po"))]
    return sorted(((code, autonym(code)) for code in codes), key=lambda language: language[1])


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
