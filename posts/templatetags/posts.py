from django import template
from django.utils.translation import get_language

from posts import rendering, translation

register = template.Library()


@register.simple_tag(takes_context=True)
def show_posts(context, posts):
    """`posts` as articles (`posts.rendering`), and what they were asked for in translation."""
    opened = {name: context[name] for name in ("translation", "message") if context.get(name)}
    return rendering.articles(list(posts), context["user"], **opened)


@register.filter
def can_be_translated(post):
    """Whether the site has a service that translates the language of `post`, or finds it out, into the reader's."""
    service = translation.service()
    return service is not None and service.can_translate(post.language, get_language())
