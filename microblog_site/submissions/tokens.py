"""CSRF tokens that say when their page was rendered, and for whom.

Django masks its secret with 32 random characters. Ours are ten random ones, and with a pad that only this site can make
from these, the time and the person: to others they look as random as Django's.
"""

from typing import NamedTuple

from django.http import UnreadablePostError
from django.middleware.csrf import (
    CSRF_ALLOWED_CHARS,
    CSRF_TOKEN_LENGTH,
    InvalidTokenFormat,
    _check_token_format,
    _unmask_cipher_token,
    get_token,
)
from django.utils import timezone
from django.utils.crypto import get_random_string, salted_hmac

FIELD = "csrfmiddlewaretoken"
NONCE_LENGTH = 10
TIME_LENGTH = 11  # hexadecimal digits
STRANGER = "00000000"


class Token(NamedTuple):
    """What came with a form: its CSRF secret; when, in milliseconds since 1970, and for whom the page was rendered.

    `mark` is as `mark_of` makes it. Both are None if the token isn't one of ours.
    """

    secret: str
    opened_at: int | None = None
    mark: str | None = None

    @classmethod
    def of(cls, request):
        """None if the form has no token, or a malformed one."""
        try:
            token = request.POST.get(FIELD, "")
            _check_token_format(token)
        except (InvalidTokenFormat, UnreadablePostError):
            return None
        if len(token) != CSRF_TOKEN_LENGTH:
            return cls(token)
        nonce, mask = token[:NONCE_LENGTH], token[NONCE_LENGTH : CSRF_TOKEN_LENGTH // 2]
        stamp = _shift(mask, _pad(nonce), -1)
        try:
            opened_at = int(stamp[:TIME_LENGTH], 16)
        except ValueError:
            return cls(_unmask_cipher_token(token))
        return cls(_unmask_cipher_token(token), opened_at, stamp[TIME_LENGTH : TIME_LENGTH + len(STRANGER)])


def token_for(request):
    """The token of all forms of the page that answers `request`."""
    if not hasattr(request, "form_token"):
        secret, nonce = _unmask_cipher_token(get_token(request)), get_random_string(NONCE_LENGTH)
        stamp = f"{milliseconds():0{TIME_LENGTH}x}{mark_of(getattr(request, 'user', None))}"
        stamp = stamp.ljust(len(secret) - NONCE_LENGTH, "0")
        mask = nonce + _shift(stamp, _pad(nonce))
        request.form_token = mask + _shift(secret, map(CSRF_ALLOWED_CHARS.index, mask))
    return request.form_token


def milliseconds():
    return int(timezone.now().timestamp() * 1000)


def mark_of(person):
    """Stands for `person` in a token and in the session, and tells nobody else who it is."""
    if person is None or person.pk is None:
        return STRANGER
    return salted_hmac("submissions.tokens.mark", str(person.pk), algorithm="sha256").hexdigest()[: len(STRANGER)]


def _pad(nonce):
    return salted_hmac("submissions.tokens.pad", nonce, algorithm="sha256").digest()


def _shift(text, steps, sign=1):
    chars = CSRF_ALLOWED_CHARS
    return "".join(
        chars[(chars.index(char) + sign * step) % len(chars)] for char, step in zip(text, steps, strict=False)
    )
