"""Tags and filters for templates of every app; a builtin library, so that templates need not load it."""

from datetime import UTC
from functools import cache, lru_cache

from django import forms, template
from django.conf import settings
from django.contrib.staticfiles.storage import staticfiles_storage
from django.template import Context, Engine
from django.templatetags.static import static
from django.utils.formats import date_format, get_format, number_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import mark_safe
from django.utils.translation import get_language, get_language_bidi

from microblog_site import languages, text
from microblog_site.storage import STYLESHEETS, StaticFilesStorage
from microblog_site.submissions.tokens import FIELD, token_for

register = template.Library()
register.filter("language_name", languages.name)
register.filter(text.is_long)
register.filter(text.shown)
register.filter(text.one_line)

BROWSER_LANGUAGES = {"en": "en-GB"}  # which write dates as `formats` do: 30 Nov 2026
LOOKS_OF_TIMES = {
    "narrow": mark_safe(' format-style="narrow"'),
    "absolute": mark_safe(' format="datetime" weekday="" year="numeric" day="numeric" hour="numeric" minute="2-digit"'),
}
CONTROL_CLASSES = {forms.CheckboxInput: "form-check-input", forms.Select: "form-select"}


@register.simple_tag
def stylesheets():
    """The link to the site's style sheet; with DEBUG, where it is not joined, links to its parts."""
    sheet = "style.rtl.css" if get_language_bidi() else "style.css"
    names = [sheet] if isinstance(staticfiles_storage, StaticFilesStorage) else STYLESHEETS[sheet]
    return format_html_join("\n", '<link rel="stylesheet" href="{}">', ((static(name),) for name in names))


@register.simple_tag(takes_context=True)
def csrf_token(context):
    """Django's tag, with a token that says when its page was rendered, so that sending a form twice can be told from
    sending it again on purpose (`microblog_site.submissions`). Never inside anything cached.
    """
    if "request" not in context:
        return ""
    return format_html('<input type="hidden" name="{}" value="{}">', FIELD, token_for(context["request"]))


@register.simple_tag
@cache  # pages repeat the same few
def icon(name):
    """An icon from the sprite `icons.svg`. Screen readers skip it, so it needs text beside it."""
    sprite = static("icons.svg")
    return format_html('<svg class="icon" aria-hidden="true"><use href="{}#{}"/></svg>', sprite, name)


@register.simple_tag
def shared(name, /, **shown):
    """The template `name`, rendered once for all readers of one language.

    Its context is `shown`, hashable values, without a request or its time zone.
    """
    return (_shared.__wrapped__ if settings.DEBUG else _shared)(name, get_language(), **shown)


@lru_cache(maxsize=2_000)  # one or two KB each
def _shared(name, language, /, **shown):
    return Engine.get_default().get_template(name).render(Context(shown, use_tz=False))


@register.simple_tag
def moment(value, tense="past", look=""):
    """A date and time, in UTC; with scripts as "5 minutes ago", and in the reader's time zone on hover.

    One that the reader's clock says is still to come reads "now", unless the `tense` is "future". The `look` "narrow"
    is as short as possible; with "absolute" it stays a date and time, in the reader's time zone.

    The element carries its language, because the surrounding text may be in another one. The reader's time zone is left
    out, so that all readers share the HTML: `times.js` reads it from the page.
    """
    utc = value.astimezone(UTC)
    written = get_format("DATETIME_FORMAT")
    return format_html(
        '<relative-time datetime="{moment}" lang="{language}" prefix=""{month}{hours}{tense}{look}>'
        '<time datetime="{moment}">{text} UTC</time></relative-time>',
        moment=utc.strftime("%Y-%m-%dT%H:%M:%SZ"),
        language=BROWSER_LANGUAGES.get(get_language(), get_language()),
        month=mark_safe(' month="long"') if {"F", "E"} & set(written) else "",
        hours=mark_safe(' hour-cycle="h23"') if "H" in written else "",
        tense=mark_safe(' tense="future"') if tense == "future" else "",
        look=LOOKS_OF_TIMES.get(look, ""),
        text=date_format(utc, written),
    )


@register.simple_tag
def control(field):
    """The input of a form's `field`, with Bootstrap's class for its type."""
    widget = field.field.widget
    css = next((css for kind, css in CONTROL_CLASSES.items() if isinstance(widget, kind)), "form-control")
    classes = [widget.attrs.get("class"), css, field.errors and "is-invalid"]
    return field.as_widget(attrs={"class": " ".join(filter(None, classes))})


@register.filter
def number(value):
    """A number with the separators of the active language: 12,345 or 12.345."""
    return number_format(value, force_grouping=True)


@register.filter
def page_numbers(page):
    """The page numbers around `page` and at both ends, with `Paginator.ELLIPSIS` for gaps."""
    return page.paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1)
