"""Who is offered a translation of which posts."""

from django.utils.translation import get_language

from microblog_site import languages

from . import services


def is_offered(language, reader):
    """Whether posts in `language` get a button "Translate": those that `reader` does not read and a service can do.

    Strangers are given only what is kept. Where the language of a post is not known, it may well be theirs: people find
    the offer in the menu of the post.
    """
    if not language or not (service := services.service()):
        return False
    if reader.is_authenticated:
        return not reader.reads(language) and service.can_translate(language, get_language())
    return languages.primary(language) != languages.primary(get_language())


def can_be_translated(post):
    """Whether a service translates the language of `post`, or finds it out, into the reader's."""
    service = services.service()
    return service is not None and service.can_translate(post.language, get_language())
