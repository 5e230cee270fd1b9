from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _

from microblog_site.http import is_ajax, redirect_back
from microblog_site.said import fragments, say
from social import relationship


def answer(request, person, text="", *acts, **values):
    """After an act that concerns `person`: tell `text`, with their name and `values`, and offer `acts`, as `say` does.

    Scripts get it with what changes on pages, others on the page that the act came from.
    """
    if text and person != request.user:
        say(request, text % {"username": person.username, **values}, *acts)
    if not is_ajax(request):
        return redirect_back(request, person)
    for one in (person, request.user):
        one.refresh_from_db(fields=["followers_count", "following_count"])
    context = relationship.context(request.user, person)
    return fragments(request, render_to_string("social/_followed.html", context, request))


def act(name, person, label="", **query):
    """A button for `say` that does `name` to `person`, by default to undo what was just done."""
    return reverse(name, args=[person.username], query=query or None), label or _("Undo")
