from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.urls import resolve
from django.utils.cache import patch_vary_headers

from . import compression, errors
from .limits.rate_limits import RateLimitExceeded


class CompressionMiddleware:
    """Sends text compressed to whoever takes it so (static files are compressed beforehand, by whitenoise).

    What no cache may store holds secrets, such as the keys of two-step log-in, and stays as it is: how well a page can
    be compressed tells about what stands in it (`docs/security.md`).
    """

    MIN_LENGTH = 200  # bytes; shorter texts become longer

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        if self._is_compressible(response):
            patch_vary_headers(response, ["Accept-Encoding"])
            if encoding := compression.chosen(request.headers.get("Accept-Encoding", "")):
                self._compress(response, encoding)
        return response

    def _is_compressible(self, response):
        return (
            not response.streaming
            and len(response.content) >= self.MIN_LENGTH
            and response.get("Content-Type", "").startswith("text/")
            and not response.has_header("Content-Encoding")
            and "no-store" not in response.get("Cache-Control", "")
        )

    @staticmethod
    def _compress(response, encoding):
        response.content = compression.ENCODINGS[encoding](response.content)
        response["Content-Encoding"] = encoding
        response["Content-Length"] = len(response.content)
        if (etag := response.get("ETag", "")).startswith('"'):
            response["ETag"] = f"W/{etag}"  # the same text, not the same bytes


class RequestSizeMiddleware:
    """Refuses a body larger than any form needs, before a byte of it is read or kept."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        length = request.META.get("CONTENT_LENGTH") or "0"
        if length.isdecimal() and int(length) > settings.REQUEST_MAX_BYTES:
            raise RequestDataTooBig(f"The request's body exceeds REQUEST_MAX_BYTES ({settings.REQUEST_MAX_BYTES}).")
        return self.get_response(request)


class ErrorPagesMiddleware:
    """Gives a page to error answers that come without one, as from `require_POST`, and to those over a limit."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        if response.status_code in errors.PAGES and not response.streaming and not response.content:
            errors.fill(response, request)
        return response

    def process_exception(self, request, exception):
        return errors.too_many(request, exception) if isinstance(exception, RateLimitExceeded) else None


class SameForAllMiddleware:
    """Answers what is the same for everybody, before session, user and language are looked up.

    So an uploaded picture costs no query and is kept by shared caches, and the health of the process can be told
    while the database is down.
    """

    PATHS = ("/media/", "/health/", "/.well-known/", "/posts/newest/", "/robots.txt", "/favicon.ico")

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if not request.path_info.startswith(self.PATHS):
            return self.get_response(request)
        view, args, kwargs = resolve(request.path_info)
        return view(request, *args, **kwargs)
