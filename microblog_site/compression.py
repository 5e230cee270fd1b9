"""Compresses pages, with random padding so that their length reveals little: see docs/security.md.

Static files are compressed ahead of time, by whitenoise.
"""

import gzip
import re
import secrets

from django.utils.cache import patch_vary_headers
from django.utils.deprecation import MiddlewareMixin

from .accept import wanted

MIN_LENGTH = 200  # bytes; shorter texts would grow
PADDING = 100  # bytes, maximum
LEVEL = 3  # 0 to 9; docs/choices.md compares them
ACCEPTED = re.compile(r"\bgzip\b")


class CompressionMiddleware(MiddlewareMixin):
    """Gzip text for clients that accept it, except responses marked no-store, which hold secrets.

    Django's `GZipMiddleware` compresses everything, at a level that takes twice as long.
    """

    def process_response(self, request, response):
        if _is_compressible(response):
            patch_vary_headers(response, ["Accept-Encoding"])
            if ACCEPTED.search(wanted(request.headers.get("Accept-Encoding", ""))):
                response.content = compress(response.content)
                response["Content-Encoding"] = "gzip"
                response["Content-Length"] = len(response.content)
                if (etag := response.get("ETag", "")).startswith('"'):
                    response["ETag"] = f"W/{etag}"  # weak: the same text, but different bytes
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
    """Gzip with a file name of random length in the header, which decoders skip (RFC 1952, 2.3)."""
    plain = gzip.compress(text, LEVEL, mtime=0)
    return plain[:3] + bytes([gzip.FNAME]) + plain[4:10] + b"x" * secrets.randbelow(PADDING) + b"\0" + plain[10:]
