from django import template
from django.utils.safestring import mark_safe

from accounts import markup

register = template.Library()


@register.filter
def marked_up(text):
    """User-written text as HTML with links."""
    return mark_safe(markup.render(text))  # noqa: S308, `render` escapes what people typed
