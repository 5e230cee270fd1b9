"""Which posts are offered in translation, and to whom."""

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
    service = services.service()
    return service is not None and service.can_translate(post.language, get_language())
