import re

from django.conf.locale import LANG_INFO
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from .accept import wanted

# The languages people can say they write and read: BCP 47 tags, sorted by native name.
TAGS = (
    "ar id ms bn bg ca cs da de et el en es eu fa fr hi hr he is it ka sw ko lv lt hu "
    "mr nl ja nb pl pt ro ru sk sl sr fi sv tl ta te th vi tr uk ur zh"
)
AUTONYMS = {  # that Django lacks or spells differently
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
FORMER = {"iw": "he", "in": "id", "ji": "yi"}  # what some systems still call Hebrew, Indonesian and Yiddish
FORMER_CODE = re.compile(r"(?<![\w-])(?:iw|in|ji)\b", re.IGNORECASE)
NAMES = {"tl": _("Tagalog"), "zh": _("Chinese")}  # that Django lacks or spells differently


def autonym(code):
    """The language's native name, capitalized for a list."""
    name = LANG_INFO[code]["name_local"]
    return name[0].upper() + name[1:]


WRITTEN = {tag: AUTONYMS.get(tag) or autonym(tag) for tag in TAGS.split()}


def spoken(folder):
    """English and every language with a catalogue in `folder`, for LANGUAGES: codes and native names, sorted."""
    codes = ["en", *(translation.to_language(path.parts[-3]) for path in folder.glob("*/LC_MESSAGES/django.po"))]
    return sorted(((code, autonym(code)) for code in codes), key=lambda language: language[1])


def name(tag):
    """The name of the language with this BCP 47 tag in the active language; the tag itself if it has no name."""
    if tag in NAMES:
        return str(NAMES[tag])
    return translation.gettext(LANG_INFO[tag]["name"]) if tag in LANG_INFO else tag


def primary(tag):
    """A BCP 47 tag without script and region: `pt` for `pt-br`."""
    return _renamed(tag).partition("-")[0].lower()


def supported(language):
    """`language` (a tag such as `es-AR`) or the closest one that the site speaks; '' if there is none."""
    try:
        return translation.get_supported_language_variant(_renamed(language))
    except LookupError:
        return ""


def of_request(request):
    """The site's language that a request asks for. Django takes `de;q=0` for German and does not know former codes."""
    accepted = request.META.get("HTTP_ACCEPT_LANGUAGE", "")
    request.META["HTTP_ACCEPT_LANGUAGE"] = _renamed(wanted(accepted))
    return translation.get_language_from_request(request)


def _renamed(tags):
    return FORMER_CODE.sub(lambda code: FORMER[code[0].lower()], tags)
