from django import template

from posts.rendering import articles
from posts.translation.offers import can_be_translated

register = template.Library()
register.filter(can_be_translated)


@register.simple_tag(takes_context=True)
def show_posts(context, posts):
    """`posts` as articles (`posts.rendering`), and what they were asked for in translation."""
    opened = {name: context[name] for name in ("translation", "message") if context.get(name)}
    return articles.render(list(posts), context["user"], **opened)
