"""What all translation services have in common: how requests are sent, and how answers are checked."""

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

TIMEOUTS = (2, 4)  # seconds for connecting and for each piece of the answer
DEADLINE = 4.5  # seconds in total: readers hear of a failure within 5
MAX_BYTES = 256 * 1024
MAX_TEXTS = 50  # lines of a post; DeepL's maximum per request
PAUSE_WITHOUT_QUOTA = 60 * 60  # seconds: the quota is renewed monthly, or when somebody pays

NOT_SET_UP = frozenset({401, 402, 403, 404, 405, 407, 410})
REFUSED = frozenset({400, 413, 414, 422})
ALSO_CALLED = {"fil": "tl", "no": "nb", "pb": "pt", "zt": "zh"}
URL = re.compile(r"https?://[^\s/?#]+(?:/[^\s?#]*)?")

logger = logging.getLogger(__name__)


class TranslationError(Exception):
    """A service gave no translation. The message is for logs and contains neither the key nor the text."""

    retry_after = None  # seconds, if known


class NotSetUp(TranslationError):  # noqa: N818
    """The settings are wrong."""

    retry_after = 10 * 60  # the operator may have fixed it by then


class TryLater(TranslationError):  # noqa: N818
    """It does not respond, or a quota or rate limit is exhausted."""

    def __init__(self, message, retry_after=None):
        super().__init__(message)
        self.retry_after = retry_after


class Refused(TranslationError):  # noqa: N818
    """It cannot translate this text."""


class Translated(NamedTuple):
    text: str
    source: str  # one of `LANGUAGES`, or "" for any other


class Service(ABC):
    """Base class of the services. Languages are BCP 47 tags; `codes` and `targets` map them to the service's codes."""

    name = title = ""  # in settings and database; as people know it
    needs = ()  # settings that it requires
    element = ("", "")  # marks what it leaves alone: tag name and attributes
    codes = {}  # language → its code
    targets = {}  # language with script or region → its code as a target language, if different

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
        """Whether it supports both languages; `source` may be empty, to have it detected."""
        known = not source or source in self.codes
        return known and self._target(target) is not None and primary(source) != primary(target)

    def cost(self, text):
        """The number of characters of `text` sent and paid for; 0 if it has no words or too many lines."""
        texts = MaskedText(text, self.element).texts
        return sum(map(len, texts)) if len(texts) <= MAX_TEXTS else 0

    def translate(self, text, source, target):
        """Translate `text` into `target`, keeping links, mentions and line breaks. Raises `TranslationError`."""
        masked = MaskedText(text, self.element)
        texts = masked.texts
        if not texts or len(texts) > MAX_TEXTS or not self.can_translate(source, target):
            raise Refused("nothing in it to translate, too many lines, or a language it does not know")
        try:
            answers, detected = self._ask(texts, masked.has_markup, source, target)
            translated = masked.restored(answers)
            if translated == text and answers != texts:
                raise Refused("answers of which no line can be used")
        except TranslationError as error:
            logger.warning("%s: %s: %s", self.title, type(error).__name__, error)
            raise
        return Translated(translated, source or tag(detected))

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
        """The exception for an answer other than 200; `payload` is its JSON, or None."""
        if status in NOT_SET_UP or 300 <= status < 400:
            return NotSetUp(f"HTTP {status}")
        if status in REFUSED:
            return Refused(f"HTTP {status}")
        return TryLater(f"HTTP {status}", retry_after=retry_after)

    @abstractmethod
    def request(self, texts, has_markup, source, target):
        """The request: the path under `url`, and arguments for `requests`. `source` is a language, `target` a code."""

    @abstractmethod
    def read(self, payload, texts):
        """The translated texts in the JSON answer, and the code of the detected language."""


def tag(code):
    """The language for a service's `code`, one of `LANGUAGES`; "" for any other."""
    language = ALSO_CALLED.get(primary(code), primary(code))
    return language if language in LANGUAGES else ""


def longest(texts):
    """The position of the longest text, whose detected language is the most reliable."""
    return max(range(len(texts)), key=lambda position: len(texts[position]))


def is_traditional(text):
    """Whether Chinese text is in traditional characters: each encoding covers one of the two scripts."""
    return len(text.encode("big5", "ignore")) > len(text.encode("gb2312", "ignore"))
