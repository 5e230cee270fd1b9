"""Gravatar: the picture that people keep for their e-mail address. https://docs.gravatar.com/rest/images/"""

import hashlib
import time

import requests
import urllib3
from django.conf import settings

SIZE = 512  # pixels
CONNECT_TIMEOUT, READ_TIMEOUT, DEADLINE = 5, 10, 30  # seconds
CHUNK = 16 * 1024  # bytes


class GravatarError(Exception):
    """Gravatar cannot be reached, is too slow or out of order: try again later."""


def fetch(email):
    """The picture for an address, as bytes; None where there is none, or none of an acceptable size."""
    address = hashlib.sha256(email.strip().lower().encode()).hexdigest()
    try:
        return _get(f"{settings.GRAVATAR_URL}/avatar/{address}")
    except (requests.RequestException, urllib3.exceptions.HTTPError) as error:
        raise GravatarError from error


def _get(url):
    with requests.get(
        url,
        params={"s": SIZE, "d": "404"},
        headers={"Accept-Encoding": "identity"},
        timeout=(CONNECT_TIMEOUT, READ_TIMEOUT),
        allow_redirects=False,
        stream=True,
    ) as answer:
        if answer.status_code == 429 or answer.status_code >= 500:
            answer.raise_for_status()
        return _read(answer.raw) if answer.status_code == 200 else None


def _read(body):
    deadline = time.monotonic() + DEADLINE
    content = b""
    while chunk := body.read1(CHUNK):
        content += chunk
        if len(content) > settings.AVATAR_MAX_BYTES:
            return None
        if time.monotonic() > deadline:
            raise requests.Timeout
    return content
