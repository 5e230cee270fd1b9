"""The translation services, one file each; no other code knows them.

Requests, answers and supported languages are as documented in November 2026:
- https://learn.microsoft.com/azure/ai-services/translator/text-translation/reference/v3/translate
- https://developers.deepl.com/api-reference/translate
- https://docs.libretranslate.com/guides/api_usage and https://github.com/argosopentech/argospm-index
"""

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from .base import NotSetUp, Refused, Translated, TranslationError, TryLater
from .deepl import DeepL
from .libretranslate import LibreTranslate
from .microsoft import Microsoft

__all__ = ["SERVICES", "NotSetUp", "Refused", "Translated", "TranslationError", "TryLater", "service", "title"]

SERVICES = {kind.name: kind for kind in (Microsoft, DeepL, LibreTranslate)}


def service():
    """The configured service; None if there is none. Raises `ImproperlyConfigured`."""
    name = settings.TRANSLATOR.strip().lower()
    if not name:
        return None
    if name not in SERVICES:
        raise ImproperlyConfigured(f"TRANSLATOR is one of {', '.join(SERVICES)}, or empty: {settings.TRANSLATOR!r}")
    return SERVICES[name]()


def title(name):
    """The display name of the service `name`, also of one that the site used before."""
    return SERVICES[name].title if name in SERVICES else name
