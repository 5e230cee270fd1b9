"""Error pages.

They query nothing, so that they work when session and database do not. Whoever is known to be logged in keeps the
navigation.
"""

import logging
import sys
from http import HTTPStatus

from django.conf import settings
from django.contrib.sessions.exceptions import SessionInterrupted
from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.db import connection
from django.http import HttpResponse
from django.middleware.csrf import get_token
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.cache import patch_vary_headers

from . import languages, security_log
from .database.failure import database_failure
from .http import is_ajax, lead_to_log_in

PAGES = {status: f"{status}.html" for status in (400, 403, 404, 405, 413, 429, 500, 503)}
OWN_FAULTS = (500, 503)
TOO_LARGE = (RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent)
RETRY_AFTER = 30  # seconds until a site without its database is worth another try

logger = logging.getLogger(__name__)


def bad_request(request, exception):
    if isinstance(exception, TOO_LARGE):
        return error_page(request, 413)
    # Django raises BadRequest when a session cannot be saved.
    if database_failure(exception):
        return unavailable(request)
    if isinstance(exception, SessionInterrupted):
        return lead_to_log_in(request)
    return error_page(request, 400)


def csrf_failure(request, reason=""):
    return error_page(request, 403, template="csrf.html")


def permission_denied(request, exception):
    match = request.resolver_match
    security_log.note_seldom("forbidden", request, page=match.view_name if match else "")
    return error_page(request, 403)


def page_not_found(request, exception):
    return error_page(request, 404)


def server_error(request):
    return unavailable(request) if database_failure(sys.exception()) else error_page(request, 500)


def unavailable(request):
    connection.close_at = 0  # whatever is wrong with it, the next request gets a new one
    return fill(HttpResponse(status=503, headers={"Retry-After": RETRY_AFTER}), request)


def too_many(request, refusal, template=None):
    refusal.note(request)
    return refusal.mark(error_page(request, 429, template, advice=refusal.advice))


def error_page(request, status, template=None, **context):
    return fill(HttpResponse(status=status), request, template, **context)


def fill(response, request, template=None, **context):
    """Turn a bare `response` into the error page for its status."""
    response.content = _render(request, response.status_code, template or PAGES[response.status_code], context)
    response["Content-Type"] = "text/html; charset=utf-8"
    patch_vary_headers(response, ["Accept-Language", "Cookie"])  # LocaleMiddleware may not have run
    return response


def _render(request, status, template, context):
    # Before LocaleMiddleware has run, the language of the thread's previous request is still active.
    chosen = hasattr(request, "LANGUAGE_CODE")
    language = translation.get_language() if chosen else languages.of_request(request)
    context = {"site_name": settings.SITE_NAME, **context}
    is_framed = status not in OWN_FAULTS and getattr(request, "is_logged_in", False) and not is_ajax(request)
    with translation.override(language):
        for render in (_framed, _bare) if is_framed else (_bare,):
            try:
                return render(template, context, request)
            except Exception:
                logger.exception("The page %s cannot be shown", template)
    title = HTTPStatus(status).phrase
    return f'<!doctype html><html lang="en"><title>{title}</title><h1>{title}</h1></html>'


def _bare(template, context, request):
    return render_to_string(template, context)


def _framed(template, context, request):
    """Render in the frame of all pages, byte by byte the same for each thing that cannot be seen.

    Hence the CSRF token without its mask, which protects it in compressed pages that repeat what a request says: this
    one repeats nothing.
    """
    get_token(request)
    request.form_token = request.META["CSRF_COOKIE"]
    return render_to_string(template, context | {"frame": "error_framed.html"}, request)
