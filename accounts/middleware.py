from datetime import timedelta

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import get_user_model, middleware
from django.middleware import csrf
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.cache import add_never_cache_headers, patch_cache_control
from django.utils.deprecation import MiddlewareMixin
from django.utils.translation import gettext_lazy as _

from microblog_site import languages, typed
from microblog_site.database import on_the_side
from microblog_site.http import comes_back, is_ajax, lead_to_log_in, redirect_back
from microblog_site.limits import rate_limits
from microblog_site.submissions import middleware as submissions

from . import devices, timezones

FOR_STRANGERS = {"login", "login_code", "register"}  # who is logged in already is led on
STALE = _(
    "This page was opened before you logged in or out, or your browser doesn't keep cookies for this site. "
    "Check the form and send it again."
)
ENDED = _("You're no longer logged in. What you typed will be here again once you log in.")


class CsrfMiddleware(csrf.CsrfViewMiddleware):
    """Instead of refusing a form from a page of this site that was opened before a log-in, bring it back filled in.

    Only if the browser says that it came from this site: another one must not plant text here. In the admin and for
    scripts, whose pages send the form again without one, the answer remains 403. A form sent twice is a case for
    `submissions`.
    """

    def _accept(self, request):
        return super()._accept(request) or submissions.begin(request)

    def _reject(self, request, reason):
        if repeat := submissions.repeat_with_former_token(request):
            return repeat
        is_form = request.method == "POST" and not is_ajax(request) and not _is_for_admin(request)
        if not is_form or not self._is_vouched_for(request):
            return super()._reject(request, reason)
        if not (request.user.is_authenticated and request.resolver_match.url_name in FOR_STRANGERS):
            _keep_typed(request)
            messages.warning(request, STALE)
        request.is_stale, request.method = True, "GET"
        return None

    def _is_vouched_for(self, request):
        has_origin = "Origin" in request.headers
        if has_origin and not self._origin_verified(request):
            return False
        site = request.headers.get("Sec-Fetch-Site")
        return site == "same-origin" if site else has_origin

    def process_response(self, request, response):
        response = super().process_response(request, response)
        if comes_back(request) and response.status_code == 405:
            back = redirect_back(request, "home")
            back.cookies.update(response.cookies)  # the message
            return back
        is_taken = response.status_code < 300 if is_ajax(request) else response.status_code in (301, 302, 303)
        if request.method == "POST" and is_taken and not comes_back(request):
            typed.forget(request)
        return response


def _is_for_admin(request):
    return request.path.startswith(reverse("admin:index"))


def _keep_typed(request):
    """Whether anything was kept: not of buttons, nor of the admin, whose pages would not show it again."""
    is_text = getattr(request.resolver_match.func, "takes_text", True) and not _is_for_admin(request)
    return is_text and rate_limits.may_keep(request) and typed.keep(request)


class LoginRequiredMiddleware(middleware.LoginRequiredMiddleware):
    """Require log-in by default, except for pages that anybody may read while `PUBLIC_READING` is on."""

    def process_view(self, request, view_func, view_args, view_kwargs):
        if settings.PUBLIC_READING and getattr(view_func, "public_reading", False):
            return None
        return super().process_view(request, view_func, view_args, view_kwargs)

    def handle_no_permission(self, request, view_func):
        if request.method == "POST" and _keep_typed(request):
            messages.info(request, ENDED)
        request.is_stale = request.method == "POST" or comes_back(request)
        return lead_to_log_in(request)


OF_ONESELF = ("/settings/", "/password/", "/email/", "/drafts/")  # addresses, sessions, people one blocks


class PrivateMiddleware(MiddlewareMixin):
    """Keep what logged-in people see out of shared caches."""

    def process_request(self, request):
        request.is_logged_in = request.user.is_authenticated  # evaluated once: the database may be down

    def process_response(self, request, response):
        if request.is_logged_in and request.path_info.startswith(OF_ONESELF):
            add_never_cache_headers(response)  # or Back shows them after log-out
        elif request.is_logged_in and not response.has_header("Cache-Control"):
            patch_cache_control(response, private=True, no_cache=True)
        return response


class PreferencesMiddleware:
    """Apply the person's language and time zone, or those of the browser."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if language := languages.supported(getattr(request.user, "language", "")):
            translation.activate(language)
            request.LANGUAGE_CODE = language
        chosen = timezones.known(getattr(request.user, "time_zone", ""))
        with timezone.override(chosen or timezones.of_device(request)):
            return self.get_response(request)


class LastSeenMiddleware(MiddlewareMixin):
    """Record when a person and their session were last active, at most once in `LAST_SEEN_INTERVAL` seconds.

    Requests of scripts that only read are ignored: an open tab polls whether or not anybody is looking at it.
    """

    def process_request(self, request):
        if request.user.is_authenticated and not (is_ajax(request) and request.method == "GET"):
            self.note(request.user)
            request.session.note_use()

    @staticmethod
    def note(person):
        now = timezone.now()
        stale = now - timedelta(seconds=settings.LAST_SEEN_INTERVAL)
        if person.last_seen < stale:
            on_the_side.update(get_user_model().objects.filter(pk=person.pk, last_seen__lt=stale), last_seen=now)
            person.last_seen = now


class DeviceMiddleware(MiddlewareMixin):
    """Set the cookie that makes a browser known to the person who has just logged in with it (`sessions.begin`)."""

    def process_response(self, request, response):
        if person := getattr(request, "known_person", None):
            devices.remember(request, response, person)
        return response
