from django import template
from django.utils.safestring import mark_safe

from accounts import markup

register = template.Library()


@register.filter
def marked_up(text):
    """What somebody wrote, as HTML with links."""
    return mark_safe(markup.render(text))  # noqa: S308, it escapes what people typed
