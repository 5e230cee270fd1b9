from django.contrib import messages
from django.shortcuts import render

from microblog_site.http import is_ajax, redirect_back
from social import relationship


def answer(request, person, text=""):
    """After an act that concerns `person`: for scripts what changes on pages, else back with `text` as a message."""
    if is_ajax(request):
        person.refresh_from_db(fields=["followers_count", "following_count"])
        return render(request, "social/_followed.html", relationship.context(request.user, person))
    if text:
        messages.success(request, text % {"username": person.username})
    return redirect_back(request, person)
