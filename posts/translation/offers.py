"""Which posts are offered in translation, and to whom."""

from django.conf import settings
from django.utils.translation import get_language

from microblog_site import languages

from . import services


def is_offered(language, reader):
    """Whether posts in `language` get a Translate button: if `reader` does not read it and a service can translate it.

    Logged-out readers only get stored translations. If a post's language is unknown, the reader may well know it, so
    the offer is in the post's menu instead.
    """
    if not language or not (service := services.service()):
        return False
    if reader.is_authenticated:
        return not reader.reads(language) and service.can_translate(language, get_language())
    return languages.primary(language) != languages.primary(get_language())


def can_be_translated(post):
    """Whether the service can translate `post` into the reader's language, detecting its language if necessary."""
    service = may_be_sent(post) and services.service()
    return bool(service) and service.can_translate(post.language, get_language())


def may_be_sent(post):
    """Whether a service may get the text of `post`: one for followers only where the operator allows it."""
    return post.owner_id is None or settings.TRANSLATE_PRIVATE
