"""What browsers take instead of plain text: the same in fewer bytes, and each time in another number of them.

So the length of a page says little about what stands in it: see `docs/security.md`. Static files are compressed
beforehand, by whitenoise.
"""

import re
import secrets
from functools import partial

import brotli
from django.utils.cache import patch_vary_headers
from django.utils.text import compress_string

MIN_LENGTH = 200  # bytes; shorter texts become longer
PADDING = 100  # bytes at most
QUALITY = 1  # of 0 to 11; docs/choices.md says what others cost, and gzip


def with_brotli(text):
    """Bytes in Brotli, with metadata of a random length, which decoders skip (RFC 7932, section 9.2)."""
    compressor = brotli.Compressor(mode=brotli.MODE_TEXT, quality=QUALITY)
    length = 1 + secrets.randbelow(PADDING)
    is_metadata, length_takes_one_byte = 0b0110, 0b01 << 4
    header = (is_metadata | length_takes_one_byte | (length - 1) << 6).to_bytes(2, "little")
    return compressor.process(text) + compressor.flush() + header + bytes(length) + compressor.finish()


ENCODINGS = {"br": with_brotli, "gzip": partial(compress_string, max_random_bytes=PADDING)}  # the best first


def chosen(accept_encoding):
    """The best of `ENCODINGS` that this header of a request allows, or None."""
    refused = r"\s*;\s*q=0(\.0*)?\s*(,|$)"
    return next((name for name in ENCODINGS if re.search(rf"\b{name}\b(?!{refused})", accept_encoding)), None)


class CompressionMiddleware:
    """Sends text compressed to whoever takes it so, but never what no cache may store: that holds secrets."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        if _is_compressible(response):
            patch_vary_headers(response, ["Accept-Encoding"])
            if encoding := chosen(request.headers.get("Accept-Encoding", "")):
                _compress(response, encoding)
        return response


def _is_compressible(response):
    return (
        not response.streaming
        and len(response.content) >= MIN_LENGTH
        and response.get("Content-Type", "").startswith("text/")
        and not response.has_header("Content-Encoding")
        and "no-store" not in response.get("Cache-Control", "")
    )


def _compress(response, encoding):
    response.content = ENCODINGS[encoding](response.content)
    response["Content-Encoding"] = encoding
    response["Content-Length"] = len(response.content)
    if (etag := response.get("ETag", "")).startswith('"'):
        response["ETag"] = f"W/{etag}"  # the same text, not the same bytes
