"""Which posts a reader is offered a translation of."""

from django import template
from django.utils.translation import get_language

from microblog_site import languages
from posts import translation

register = template.Library()


@register.filter
def offered_to(post, reader):
    """Whether `post` is in a language that `reader`, who may be anonymous, does not read, and can be had in theirs.

    Strangers are given what is kept (`Post.objects.as_read_by`). Where it is not known in which language a post is, it
    may well be theirs: people find that offer in its menu.
    """
    if not post.language or post.author_id == reader.pk:
        return False
    if reader.is_authenticated:
        return not reader.reads(post.language) and can_be_translated(post)
    is_foreign = languages.primary(post.language) != languages.primary(get_language())
    return is_foreign and post.has_translation and translation.service() is not None


@register.filter
def can_be_translated(post):
    """Whether the site has a service that translates the language of `post`, or finds it out, into the reader's."""
    service = translation.service()
    return service is not None and service.can_translate(post.language, get_language())
