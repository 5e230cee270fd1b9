from datetime import timedelta

from django.conf import settings
from django.contrib.auth import get_user_model, middleware
from django.utils import timezone, translation
from django.utils.cache import add_never_cache_headers, patch_cache_control
from django.utils.deprecation import MiddlewareMixin

from microblog_site import languages
from microblog_site.http import is_ajax, lead_to_log_in

from . import devices, timezones


class LoginRequiredMiddleware(middleware.LoginRequiredMiddleware):
    """Require log-in by default, except for pages that anybody may read while `PUBLIC_READING` is on."""

    def process_view(self, request, view_func, view_args, view_kwargs):
        if settings.PUBLIC_READING and getattr(view_func, "public_reading", False):
            return None
        return super().process_view(request, view_func, view_args, view_kwargs)

    def handle_no_permission(self, request, view_func):
        return lead_to_log_in(request)


OF_ONESELF = ("/settings/", "/password/", "/email/")  # addresses, sessions, whom one blocks


class PrivateMiddleware:
    """Keep what logged-in people see out of shared caches."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        request.is_logged_in = request.user.is_authenticated  # evaluated once: the database may be down
        response = self.get_response(request)
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
            get_user_model().objects.filter(pk=person.pk, last_seen__lt=stale).update(last_seen=now)
            person.last_seen = now


class DeviceMiddleware(MiddlewareMixin):
    """Set the cookie that makes a browser known to the person who has just logged in with it (`sessions.begin`)."""

    def process_response(self, request, response):
        if person := getattr(request, "known_person", None):
            devices.remember(request, response, person)
        return response
