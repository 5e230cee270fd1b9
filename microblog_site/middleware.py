from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.middleware import locale
from django.urls import resolve
from django.utils import translation
from django.utils.deprecation import MiddlewareMixin
from whitenoise.middleware import WhiteNoiseMiddleware

from . import errors, languages
from .accept import wanted
from .database import deadline
from .limits.rate_limits import RateLimitExceeded


class StaticFilesMiddleware(WhiteNoiseMiddleware):
    """WhiteNoise's, which would send Brotli to a client that refuses it (`br;q=0`)."""

    @staticmethod
    def serve(static_file, request):
        request.META["HTTP_ACCEPT_ENCODING"] = wanted(request.META.get("HTTP_ACCEPT_ENCODING", ""))
        return WhiteNoiseMiddleware.serve(static_file, request)


class RequestSizeMiddleware(MiddlewareMixin):
    """Refuse bodies larger than any form needs, before reading or storing any of them."""

    def process_request(self, request):
        length = request.META.get("CONTENT_LENGTH") or "0"
        if length.isdecimal() and int(length) > settings.REQUEST_MAX_BYTES:
            raise RequestDataTooBig(f"The request's body exceeds REQUEST_MAX_BYTES ({settings.REQUEST_MAX_BYTES}).")


class ErrorPagesMiddleware(MiddlewareMixin):
    """Render a page for bare error responses, such as those from `require_POST`, and for exceeded rate limits.

    Also for requests that come to a thread at their deadline, so that those behind them get an answer in time.
    """

    def process_request(self, request):
        return errors.unavailable(request) if deadline.seconds_left() == 0 else None

    def process_response(self, request, response):
        if response.status_code in errors.PAGES and not response.streaming and not response.content:
            errors.fill(response, request)
        return response

    def process_exception(self, request, exception):
        return errors.too_many(request, exception) if isinstance(exception, RateLimitExceeded) else None


class LocaleMiddleware(locale.LocaleMiddleware):
    def process_request(self, request):
        translation.activate(languages.of_request(request))
        request.LANGUAGE_CODE = translation.get_language()


class EarlyMiddleware(MiddlewareMixin):
    """Answer what is at these `paths` without the rest of the middleware."""

    paths = ()

    def process_request(self, request):
        if not request.path_info.startswith(self.paths):
            return None
        view, args, kwargs = resolve(request.path_info)
        return view(request, *args, **kwargs)


class HealthMiddleware(EarlyMiddleware):
    """Health checks often name an IP address as the host: before anything checks that."""

    paths = ("/health/live/", "/health/ready/")


class SameForAllMiddleware(EarlyMiddleware):
    """What is the same for everybody, before session, user and language are looked up.

    A picture then costs no query, and shared caches can keep it.
    """

    ALWAYS = ("/media/", "/.well-known/", "/robots.txt", "/favicon.ico", "/apple-touch-icon.png")
    WHILE_READING_IS_PUBLIC = ("/posts/newest/",)

    @property
    def paths(self):
        return self.ALWAYS + (self.WHILE_READING_IS_PUBLIC if settings.PUBLIC_READING else ())
