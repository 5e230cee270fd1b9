from django import template

from posts.rendering import articles
from posts.translation.offers import can_be_translated

register = template.Library()
register.filter(can_be_translated)


@register.simple_tag(takes_context=True)
def show_posts(context, posts, focus=None):
    """Render `posts` as articles (`posts.rendering`), with the translation that was asked for.

    `focus` is the id of the post that the page is about, if any.
    """
    opened = {name: context[name] for name in ("translation", "message") if context.get(name)}
    return articles.render(list(posts), context["user"], focus=focus, **opened)


register.simple_tag(articles.cards, name="show_cards")
