"""What people are told after an act: on the next page, or, for a script, as a toast on the page that they stay on."""

from django.contrib import messages
from django.http import HttpResponse
from django.template.loader import render_to_string
from django.utils.html import format_html, format_html_join

BUTTON = '<button class="btn btn-link" type="submit" form="act" formaction="{}">{}</button>'
LINK = '<a href="{}">{}</a>'


def say(request, text, *acts, link=None):
    """Tell what happened. `acts` are what can be done about it at once: pairs of a path and the label of its button.
    `link` is such a pair for a page.
    """
    controls = [format_html(LINK, *link)] if link else []
    controls += [format_html(BUTTON, *act) for act in acts]
    after = format_html_join(" ", "{}", ((control,) for control in controls))
    messages.success(request, format_html("<span>{}</span> {}", text, after) if controls else text)


def fragments(request, *parts):
    """The answer for a script: the `parts` of the page that changed, each HTML, and what there is to say."""
    return HttpResponse("".join((*parts, render_to_string("_messages.html", request=request))))
