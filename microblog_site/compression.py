"""Pages in fewer bytes, and each time in another number of them, so that their length says little: docs/security.md.

Static files are compressed beforehand, by whitenoise.
"""

import gzip
import re
import secrets

from django.utils.cache import patch_vary_headers
from django.utils.deprecation import MiddlewareMixin

MIN_LENGTH = 200  # bytes; shorter texts become longer
PADDING = 100  # bytes at most
LEVEL = 3  # of 0 to 9; docs/choices.md says what others cost
ACCEPTED = re.compile(r"\bgzip\b(?!\s*;\s*q=0(\.0*)?\s*(,|$))")


class CompressionMiddleware(MiddlewareMixin):
    """Sends text in gzip to whoever takes it so, but never what no cache may store: that holds secrets.

    Django's `GZipMiddleware` compresses everything, and at a level that takes twice the time.
    """

    def process_response(self, request, response):
        if _is_compressible(response):
            patch_vary_headers(response, ["Accept-Encoding"])
            if ACCEPTED.search(request.headers.get("Accept-Encoding", "")):
                response.content = compress(response.content)
                response["Content-Encoding"] = "gzip"
                response["Content-Length"] = len(response.content)
                if (etag := response.get("ETag", "")).startswith('"'):
                    response["ETag"] = f"W/{etag}"  # the same text, not the same bytes
        return response


def _is_compressible(response):
    return (
        not response.streaming
        and len(response.content) >= MIN_LENGTH
        and response.get("Content-Type", "").startswith("text/")
        and not response.has_header("Content-Encoding")
        and "no-store" not in response.get("Cache-Control", "")
    )


def compress(text):
    """Bytes in gzip, with the name of a file in the header, of random length, which decoders skip (RFC 1952, 2.3)."""
    plain = gzip.compress(text, LEVEL, mtime=0)
    return plain[:3] + bytes([gzip.FNAME]) + plain[4:10] + b"x" * secrets.randbelow(PADDING) + b"\0" + plain[10:]
