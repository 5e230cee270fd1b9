"""Gravatar: avatars by e-mail address. https://docs.gravatar.com/rest/images/"""

import hashlib

from django.conf import settings

from microblog_site import http_client

SIZE = 512  # pixels
CONNECT_TIMEOUT, READ_TIMEOUT, DEADLINE = 5, 10, 30  # seconds


class GravatarError(Exception):
    """Gravatar is unreachable, too slow or failing: try again later."""


def fetch(email):
    """The picture for an address, as bytes; None if there is none, or none of an acceptable size."""
    address = hashlib.sha256(email.strip().lower().encode()).hexdigest()
    try:
        answer = http_client.request(
            "GET",
            f"{settings.GRAVATAR_URL}/avatar/{address}",
            params={"s": SIZE, "d": "404"},
            seconds=DEADLINE,
            timeouts=(CONNECT_TIMEOUT, READ_TIMEOUT),
            max_bytes=settings.AVATAR_MAX_BYTES,
        )
    except http_client.TooLarge:
        return None
    except http_client.Unreachable as error:
        raise GravatarError from error
    if answer.status == 429 or answer.status >= 500:
        raise GravatarError(answer.status)
    return answer.body if answer.status == 200 else None
