"""What the database holds but nobody who reads it may know: encrypted with a key derived from `SECRET_KEY`.

A copy of the database alone, such as a backup, is worth nothing then. `SECRET_KEY_FALLBACKS` decrypt, too.
"""

import os
from base64 import urlsafe_b64decode, urlsafe_b64encode

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

NONCE_LENGTH = 12  # bytes, as NIST SP 800-38D recommends
PURPOSE = b"microblog_site.encryption"


class Undecryptable(ValueError):  # noqa: N818
    """It was encrypted with another key or for another owner, or it is no such text at all."""


def encrypt(secret, owner):
    """The bytes `secret` as text (ASCII) that only `decrypt` reads, and only for the same `owner`, a text."""
    nonce = os.urandom(NONCE_LENGTH)
    return urlsafe_b64encode(nonce + _cipher(settings.SECRET_KEY).encrypt(nonce, secret, owner.encode())).decode()


def decrypt(text, owner):
    """The bytes that `encrypt` was given. Raises `Undecryptable`."""
    try:
        sealed = urlsafe_b64decode(text)
    except ValueError as error:
        raise Undecryptable from error
    for key in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS):
        try:
            return _cipher(key).decrypt(sealed[:NONCE_LENGTH], sealed[NONCE_LENGTH:], owner.encode())
        except (InvalidTag, ValueError):
            continue
    raise Undecryptable


def _cipher(key):
    return AESGCM(HKDF(hashes.SHA256(), length=32, salt=None, info=PURPOSE).derive(key.encode()))
