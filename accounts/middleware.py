from datetime import timedelta

from django.conf import settings
from django.contrib.auth import get_user_model, middleware
from django.contrib.auth.views import redirect_to_login
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone, translation

from microblog_site import languages
from microblog_site.http import is_ajax, referer_path

from . import timezones


class LoginRequiredMiddleware(middleware.LoginRequiredMiddleware):
    """Closed by default, with pages that strangers may read while `PUBLIC_READING` is on."""

    def process_view(self, request, view_func, view_args, view_kwargs):
        if settings.PUBLIC_READING and getattr(view_func, "public_reading", False):
            return None
        return super().process_view(request, view_func, view_args, view_kwargs)

    def handle_no_permission(self, request, view_func):
        """Lead to log-in, and from there to the page wanted: for a POST the one it came from."""
        if is_ajax(request):
            return HttpResponse(status=401)
        page = request.get_full_path() if request.method in ("GET", "HEAD") else referer_path(request)
        login_url = self.get_login_url(view_func)
        return redirect_to_login(page, login_url) if page else redirect(login_url)


class PreferencesMiddleware:
    """Shows everything in the language and time zone that the person chose, where they chose any."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if language := languages.supported(getattr(request.user, "language", "")):
            translation.activate(language)
            request.LANGUAGE_CODE = language
        with timezone.override(timezones.known(getattr(request.user, "time_zone", ""))):
            return self.get_response(request)


class LastSeenMiddleware:
    """Notes when a person was last here, at most once in `LAST_SEEN_INTERVAL` seconds."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if request.user.is_authenticated:
            self.note(request.user)
        return self.get_response(request)

    @staticmethod
    def note(person):
        now = timezone.now()
        stale = now - timedelta(seconds=settings.LAST_SEEN_INTERVAL)
        if person.last_seen < stale:
            get_user_model().objects.filter(pk=person.pk, last_seen__lt=stale).update(last_seen=now)
            person.last_seen = now
