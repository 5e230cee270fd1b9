"""What all translation services have in common: how one is asked, and what is made of its answer."""

import logging
import re
from abc import ABC, abstractmethod
from http import HTTPStatus
from typing import NamedTuple

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from microblog_site import http_client
from microblog_site.languages import primary
from microblog_site.text import is_blank
from posts.translation.detection import LANGUAGES
from posts.translation.masking import MaskedText

TIMEOUTS = (2, 4)  # seconds for connecting and for each piece of an answer
DEADLINE = 4.5  # seconds for all of it: readers hear of a failure within 5
MAX_BYTES = 256 * 1024
MAX_TEXTS = 50  # lines of a post; DeepL takes no more at once
PAUSE_WITHOUT_QUOTA = 60 * 60  # seconds: it comes back with the next month, or when somebody pays

NOT_SET_UP = frozenset({401, 402, 403, 404, 405, 407, 410})
REFUSED = frozenset({400, 413, 414, 422})
ALSO_CALLED = {"fil": "tl", "no": "nb", "pb": "pt", "zt": "zh"}
URL = re.compile(r"https?://[^\s/?#]+(?:/[^\s?#]*)?")

logger = logging.getLogger(__name__)


class TranslationError(Exception):
    """A service gave no translation. The message is for logs: it holds neither the key nor the text."""

    retry_after = None  # seconds, where it is known


class NotSetUp(TranslationError):  # noqa: N818
    """Its settings are not right."""

    retry_after = 10 * 60  # the operator may have set it right by then


class TryLater(TranslationError):  # noqa: N818
    """It does not answer, or has had enough."""

    def __init__(self, message, retry_after=None):
        super().__init__(message)
        self.retry_after = retry_after


class Refused(TranslationError):  # noqa: N818
    """It cannot translate this text."""


class Translated(NamedTuple):
    text: str
    source: str  # one of `LANGUAGES`, or "" if it is none of them


class Service(ABC):
    """What the services have in common; languages are BCP 47 tags, `codes` and `targets` what a service calls them."""

    name = title = ""  # in the settings and the database, and as people know it
    needs = ()  # settings without which it cannot be asked
    element = ("", "")  # what it leaves as it is: the name and other attributes of an element
    codes = {}  # language → its code
    targets = {}  # language with script or region → its code as the language of a translation, where that differs

    def __init__(self):
        if missing := [setting for setting in self.needs if not getattr(settings, setting)]:
            raise ImproperlyConfigured(f"{self.title} (TRANSLATOR={self.name}) needs {' and '.join(missing)}.")
        for setting in ("TRANSLATOR_KEY", "TRANSLATOR_REGION"):
            if not re.fullmatch(r"[\x21-\x7e]*", getattr(settings, setting)):
                raise ImproperlyConfigured(f"{setting} has a blank in it, or letters that no key or region has.")
        if not URL.fullmatch(self.url):
            raise ImproperlyConfigured(f"TRANSLATOR_URL must look like https://translate.example: {self.url!r}")

    @property
    def url(self):
        return settings.TRANSLATOR_URL or self.usual_url

    def can_translate(self, source, target):
        """Whether it knows both languages; `source` may be empty, for it to find out."""
        known = not source or source in self.codes
        return known and self._target(target) is not None and primary(source) != primary(target)

    def cost(self, text):
        """How many characters of `text` are sent, and paid for: none where it has no words or too many lines."""
        texts = MaskedText(text, self.element).texts
        return sum(map(len, texts)) if len(texts) <= MAX_TEXTS else 0

    def translate(self, text, source, target):
        """`text` in the language `target`; links, mentions and line breaks stay. Raises a `TranslationError`."""
        masked = MaskedText(text, self.element)
        texts = masked.texts
        if not texts or len(texts) > MAX_TEXTS or not self.can_translate(source, target):
            raise Refused("nothing in it to translate, too many lines, or a language it does not know")
        try:
            answers, detected = self._ask(texts, masked.has_markup, source, target)
        except TranslationError as error:
            logger.warning("%s: %s: %s", self.title, type(error).__name__, error)
            raise
        return Translated(masked.restored(answers), source or tag(detected))

    def _target(self, language):
        language = language.lower()
        return self.targets.get(language) or self.codes.get(primary(language))

    def _ask(self, texts, has_markup, source, target):
        payload = self._post(**self.request(texts, has_markup, source, self._target(target)))
        try:
            answers, detected = self.read(payload, texts)
        except (AttributeError, IndexError, KeyError, TypeError) as error:
            raise TryLater("an answer of another form than documented") from error
        if not isinstance(answers, list) or [type(answer) for answer in answers] != [str] * len(texts):
            raise TryLater("an answer of another form than documented")
        if all(is_blank(answer) for answer in answers):
            raise Refused("an empty answer")
        if any(len(answer) > 1000 + 10 * len(text) for answer, text in zip(answers, texts, strict=True)):
            raise Refused("an answer that is much too long")
        return answers, detected if isinstance(detected, str) else ""

    def _post(self, path, **options):
        try:
            limits = {"seconds": DEADLINE, "timeouts": TIMEOUTS, "max_bytes": MAX_BYTES}
            answer = http_client.request("POST", self.url + path, **limits, **options)
        except http_client.Unreachable as error:
            raise TryLater(f"no answer ({error})") from error
        payload = answer.json
        if answer.status != HTTPStatus.OK:
            raise self.failure(answer.status, payload, answer.retry_after)
        if payload is not None:
            return payload
        if "html" in answer.headers.get("Content-Type", ""):
            raise NotSetUp("a page for people is at its address")
        raise TryLater("an answer that is no JSON")

    def failure(self, status, payload, retry_after):
        """The error that an answer other than 200 stands for; `payload` is its JSON, None where it is none."""
        if status in NOT_SET_UP or 300 <= status < 400:
            return NotSetUp(f"HTTP {status}")
        if status in REFUSED:
            return Refused(f"HTTP {status}")
        return TryLater(f"HTTP {status}", retry_after=retry_after)

    @abstractmethod
    def request(self, texts, has_markup, source, target):
        """How to ask: the path under `url`, and options of `requests`. `source` is a language, `target` a code."""

    @abstractmethod
    def read(self, payload, texts):
        """The translated texts in the JSON of an answer, and the code of the language found."""


def tag(code):
    """The language that a service calls `code`, as one of `LANGUAGES`; "" where it is none of them."""
    language = ALSO_CALLED.get(primary(code), primary(code))
    return language if language in LANGUAGES else ""


def longest(texts):
    """Where the text stands in which a language is found most surely."""
    return max(range(len(texts)), key=lambda position: len(texts[position]))


def is_traditional(text):
    """Whether Chinese is written in traditional characters: each of these has one of the two scripts."""
    return len(text.encode("big5", "ignore")) > len(text.encode("gb2312", "ignore"))
