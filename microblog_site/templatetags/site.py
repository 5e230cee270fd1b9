"""What templates of every app need. A builtin library, so that no template has to load it."""

from datetime import UTC
from functools import cache, lru_cache

from django import forms, template
from django.conf import settings
from django.contrib.staticfiles.storage import staticfiles_storage
from django.template import Context, Engine
from django.templatetags.static import static
from django.utils.formats import date_format, number_format
from django.utils.html import format_html, format_html_join
from django.utils.translation import get_language, get_language_bidi, pgettext

from microblog_site import languages
from microblog_site.storage import STYLESHEETS, StaticFilesStorage

register = template.Library()
register.filter("language_name", languages.name)

CONTROL_CLASSES = {forms.CheckboxInput: "form-check-input", forms.Select: "form-select"}


@register.simple_tag
def stylesheets():
    """The link to the site's style; where it is not one file, as in DEBUG, those to its parts."""
    sheet = "style.rtl.css" if get_language_bidi() else "style.css"
    names = [sheet] if isinstance(staticfiles_storage, StaticFilesStorage) else STYLESHEETS[sheet]
    return format_html_join("\n", '<link rel="stylesheet" href="{}">', ((static(name),) for name in names))


@register.simple_tag
@cache  # a page shows many of the same few
def icon(name):
    """A picture from the sprite `icons.svg`. Screen readers skip it, so that words must stand beside it."""
    sprite = static("icons.svg")
    return format_html('<svg class="icon" aria-hidden="true" focusable="false"><use href="{}#{}"/></svg>', sprite, name)


@register.simple_tag
def shared(name, /, **shown):
    """The template `name`, made once for all readers in one language.

    It knows what is `shown`, values that can be hashed, and nothing of a request or its time zone.
    """
    return (_shared.__wrapped__ if settings.DEBUG else _shared)(name, get_language(), **shown)


@lru_cache(maxsize=2_000)  # of one or two KB
def _shared(name, language, /, **shown):
    return Engine.get_default().get_template(name).render(Context(shown, use_tz=False))


@register.simple_tag
def moment(value):
    """A date and time: in UTC, and where scripts run as "5 minutes ago", in the reader's time zone on hover.

    The language stands in the element, because the text around it may be in another one. The reader's time zone does
    not, so that the same HTML serves all readers: `reader-time-zone.js` takes it from the page.
    """
    utc = value.astimezone(UTC)
    return format_html(
        '<relative-time datetime="{moment}" lang="{language}" prefix="">'
        '<time datetime="{moment}">{text} UTC</time></relative-time>',
        moment=utc.strftime("%Y-%m-%dT%H:%M:%SZ"),
        language=get_language(),
        text=date_format(utc, pgettext("format of a date with time, as in Django's date filter", "j M Y, H:i")),
    )


@register.simple_tag
def control(field):
    """The input of a form's `field`, with the class by which Bootstrap styles its kind."""
    widget = field.field.widget
    css = next((css for kind, css in CONTROL_CLASSES.items() if isinstance(widget, kind)), "form-control")
    classes = [widget.attrs.get("class"), css, field.errors and "is-invalid"]
    return field.as_widget(attrs={"class": " ".join(filter(None, classes))})


@register.filter
def number(value):
    """A count as the reader's language writes it: 12,345 or 12.345."""
    return number_format(value, force_grouping=True)


@register.filter
def page_numbers(page):
    """The numbers of the pages around `page` and at both ends, with gaps as `Paginator.ELLIPSIS`."""
    return page.paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1)
