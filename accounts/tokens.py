"""The JWT in a link that resets a password, for use with Django's own views."""

from datetime import timedelta

import jwt
from django.conf import settings
from django.utils import timezone
from django.utils.crypto import constant_time_compare, salted_hmac


class PasswordResetTokenGenerator:
    """Makes and checks tokens, with the interface of `django.contrib.auth.tokens`.

    A token is bound to the person (subject), to this purpose, to `PASSWORD_RESET_TIMEOUT` and, by a fingerprint, to
    the password and e-mail address they have now: it dies with its use and with any change of these.
    """

    algorithm = "HS256"
    purpose = "password-reset"

    def make_token(self, person):
        now = timezone.now()
        claims = {
            "sub": str(person.pk),
            "purpose": self.purpose,
            "iat": now,
            "exp": now + timedelta(seconds=settings.PASSWORD_RESET_TIMEOUT),
            "fingerprint": self._fingerprint(person, settings.SECRET_KEY),
        }
        return jwt.encode(claims, self._key(settings.SECRET_KEY), self.algorithm)

    def check_token(self, person, token):
        """Whether `token` was made for `person`, who is not suspended, and is still good."""
        if not (person and person.is_active and token):
            return False
        return any(
            self._is_signed_with(secret, person, token)
            for secret in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
        )

    def _is_signed_with(self, secret, person, token):
        try:
            claims = jwt.decode(
                token,
                self._key(secret),
                algorithms=[self.algorithm],
                subject=str(person.pk),
                options={"require": ["sub", "purpose", "iat", "exp", "fingerprint"]},
            )
        except (jwt.InvalidTokenError, UnicodeEncodeError):
            return False
        return claims["purpose"] == self.purpose and constant_time_compare(
            claims["fingerprint"], self._fingerprint(person, secret)
        )

    def _key(self, secret):
        return salted_hmac(f"accounts.tokens.{self.purpose}", "key", secret=secret, algorithm="sha256").digest()

    def _fingerprint(self, person, secret):
        state = f"{person.password}\n{person.email}"
        return salted_hmac("accounts.tokens.fingerprint", state, secret=secret, algorithm="sha256").hexdigest()
