"""What somebody typed into a form that could not be taken: kept in the session, until it is sent or an hour is over.

It comes back where the form is shown next, as by `http.render_form`, and is dropped when somebody else logs in.
"""

import json
import re
import time

from django.urls import reverse
from django.utils.cache import add_never_cache_headers
from django.utils.datastructures import MultiValueDict

from .submissions.tokens import STRANGER, Token, mark_of

SESSION_KEY = "typed"  # what is kept, by the path the form goes to
KEPT_FOR = 60 * 60  # seconds
MAX_LENGTH = 64 * 1024  # of all that a session keeps, as JSON
SECRET = re.compile("password|code|token", re.IGNORECASE)


def keep(request):
    """Keep the fields that were sent, never files or secrets. Returns whether there was anything to keep.

    Text that somebody other than the present person typed, according to the form, is dropped. If it doesn't say who
    did, and nobody is logged in, its owner is None (see `keep_only`).
    """
    fields = {name: sent for name, sent in request.POST.lists() if not SECRET.search(name)}
    token, present = Token.of(request), mark_of(request.user)
    is_stranger = present == STRANGER
    owner = (token and token.mark) or (None if is_stranger else present)
    entry = {"fields": fields, "owner": owner, "until": time.time() + KEPT_FOR}
    is_of_other = not is_stranger and owner not in (STRANGER, present)
    if is_of_other or not any(map(any, fields.values())) or _length(entry) > MAX_LENGTH:
        return False
    if is_stranger:
        request.session.set_expiry(KEPT_FOR)
    path = _place(request)
    others = {other: entry for other, entry in _kept(request.session).items() if other != path}
    request.session[SESSION_KEY] = {path: entry} | others
    while _length(request.session[SESSION_KEY]) > MAX_LENGTH:
        request.session[SESSION_KEY].popitem()
    return True


def fill(request, form, sent_to=None):
    """Fill in `form`, which goes to `sent_to` or the present page. Returns whether anything was kept for it."""
    entry = _kept(request.session).get(sent_to or request.get_full_path())
    if entry is None or form is None or form.is_bound or entry["owner"] not in (STRANGER, None, mark_of(request.user)):
        return False
    data = MultiValueDict(entry["fields"])
    hidden = [name for name, field in form.fields.items() if field.widget.is_hidden and name in form.initial]
    if any(data.get(name, "") != str(form.initial[name]) for name in hidden):
        return False  # the same form, but about something else
    for name, field in form.fields.items():
        place, widget = form.add_prefix(name), field.widget
        if not widget.needs_multipart_form and not widget.value_omitted_from_data(data, {}, place):
            form.initial[name] = widget.value_from_datadict(data, {}, place)
    return True


def keep_private(response):
    """Mark a page that shows what was kept."""
    add_never_cache_headers(response)
    return response


def forget(request):
    """The form was taken: what was kept for it is needed no longer."""
    if SESSION_KEY in request.session and request.session[SESSION_KEY].pop(_place(request), None):
        request.session.modified = True


def _place(request):
    """The path that the form goes to; that of the view's `kept_as` if a form has several buttons."""
    kept_as = getattr(request.resolver_match and request.resolver_match.func, "kept_as", None)
    return reverse(kept_as) if kept_as else request.get_full_path()


def keep_only(session, owners):
    """Drop what is not of `owners`: marks of people or `STRANGER`, None if nobody knows."""
    if SESSION_KEY in session:
        session[SESSION_KEY] = {path: entry for path, entry in _kept(session).items() if entry["owner"] in owners}


def _kept(session):
    now = time.time()
    return {path: entry for path, entry in session.get(SESSION_KEY, {}).items() if entry["until"] > now}


def _length(kept):
    return len(json.dumps(kept, ensure_ascii=False))
