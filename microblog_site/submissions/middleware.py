"""A form sent twice has one effect, and the repeat gets the redirect that the first got.

A double click, a retry, a second tab and Back all send what the browser sent last once more. A page rendered after that
had its effect is a new, deliberate act. A browser is known by the secret of the CSRF token in the form.
"""

import hashlib
import time
from threading import Thread
from typing import NamedTuple

from django.conf import settings
from django.db import Error, connection
from django.http import HttpResponseRedirect
from django.middleware.csrf import CSRF_TOKEN_LENGTH, rotate_token
from django.utils.cache import add_never_cache_headers
from django.utils.crypto import constant_time_compare, get_random_string, salted_hmac
from django.utils.deprecation import MiddlewareMixin

from microblog_site import errors
from microblog_site.http import comes_back, is_ajax
from microblog_site.limits.rate_limits import may_keep

from .models import ABANDONED_AFTER, Submission
from .tokens import FIELD, Token, milliseconds

PATIENCE = 5  # seconds that a repeat waits for the first one
PAUSE = 0.05  # seconds


class Sent(NamedTuple):
    """A form as it arrived: keyed digests of who sent what with which token; when its page was rendered, and now."""

    browser: str
    digest: str
    token: str
    opened_at: int
    at: int


class SubmissionMiddleware(MiddlewareMixin):
    """Keeps what became of a form. Around the sessions, so that a repeat never sees one that isn't saved yet."""

    def process_response(self, request, response):
        if sent := getattr(request, "sent", None):
            result = {}
            try:
                result = _result(request, response)
                Submission.objects.finish(sent, **result)
            except Error:
                Thread(target=_finish_later, args=(sent, result), daemon=True).start()
        return response


def _finish_later(sent, result):
    """Keep what became of a form once the database is back: until then, it could not be sent again."""
    give_up_at = time.monotonic() + ABANDONED_AFTER / 1000
    while time.monotonic() < give_up_at:
        try:
            Submission.objects.finish(sent, **result)
            break
        except Error:
            time.sleep(1)
        finally:
            connection.close()


def begin(request):
    """What a form whose token was accepted is answered with if it is a repeat; None if it is to be carried out."""
    token = _token(request)
    if not (token and constant_time_compare(token.secret, request.META.get("CSRF_COOKIE", ""))):
        return None
    sent, give_up_at = _sent(request, token), time.monotonic() + PATIENCE
    while not Submission.objects.claim(sent):
        if last := Submission.objects.repeated_by(sent):
            _give_session(request, last.session_key)
            return _repeat(last)
        if time.monotonic() > give_up_at:
            return errors.unavailable(request)
        time.sleep(PAUSE)
        sent = sent._replace(at=milliseconds())
    request.sent = sent
    return None


def repeat_with_former_token(request):
    """The same for one with a token from before a log-in: only in the session that the first ended with."""
    token, key = _token(request), request.session.session_key
    last = token and key and Submission.objects.filter(session_key=key).repeated_by(_sent(request, token))
    return _repeat(last) if last else None


def _token(request):
    """None also for a script, which is answered otherwise."""
    return Token.of(request) if request.method == "POST" and not is_ajax(request) else None


def _sent(request, token):
    # The secret, which is not kept, makes the digests of passwords worthless to whoever reads the table.
    def digest(what):
        return salted_hmac(f"submissions:{token.secret}", what, algorithm="sha256").hexdigest()

    now, page = milliseconds(), request.POST[FIELD]
    if token.opened_at is None:  # a program that sends what the cookie holds, so that each time counts as another page
        page = get_random_string(CSRF_TOKEN_LENGTH)
    return Sent(digest(""), digest(_contents(request)), digest(page), token.opened_at or now, now)


def _contents(request):
    """Everything the browser sent. The page it was sent from is a part of it: many forms lead back there."""
    fields = [(name, values) for name, values in request.POST.lists() if name != FIELD]
    files = [(name, [_about(file) for file in files]) for name, files in request.FILES.lists()]
    return repr((request.get_full_path(), request.headers.get("Referer"), fields, files))


def _about(file):
    file.seek(0)
    digest = hashlib.file_digest(file, "sha256").hexdigest()
    file.seek(0)
    return file.name, file.size, digest


def _result(request, response):
    had_effect = response.status_code in (301, 302, 303) and not comes_back(request)
    if not had_effect or not may_keep(request):
        return {}
    cookies = {
        name: [morsel.value, {key: value for key, value in morsel.items() if value}]
        for name, morsel in response.cookies.items()
        if name not in (settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME)
    }
    return {"location": response["Location"], "cookies": cookies, "session_key": request.session.session_key or ""}


def _repeat(last):
    """The redirect, with messages and the like: the browser may have thrown away the answer that had them."""
    response = HttpResponseRedirect(last.location)
    for name, (value, attributes) in last.cookies.items():
        response.cookies[name] = value
        response.cookies[name].update(attributes)
    add_never_cache_headers(response)
    return response


def _give_session(request, key):
    """Let the browser go on with the session that the first ended with, if that ended the one it still names."""
    sessions = type(request.session)
    if key and sessions(key).load() and not sessions(request.session.session_key).load():
        request.session = sessions(key)
        request.session.modified = True
        rotate_token(request)
