"""The tokens in e-mailed links, each for one purpose and a limited time."""

from datetime import timedelta

import jwt
from django.conf import settings
from django.core import signing
from django.utils import timezone
from django.utils.crypto import constant_time_compare, salted_hmac


class PasswordResetTokenGenerator:
    """JSON web tokens for Django's own views, in place of those of `django.contrib.auth.tokens`.

    A token is bound to the person (subject), to `PASSWORD_RESET_TIMEOUT` and, through a fingerprint, to their current
    password and e-mail address: using it, or changing either of these, invalidates it.
    """

    algorithm = "HS256"
    purpose = "password-reset"
    options = {"require": ["sub", "purpose", "iat", "exp", "fingerprint"]}

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
        """Whether `token` is valid for `person`, who must not be suspended."""
        if not (person and person.may_log_in and token):
            return False
        secrets = (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
        return any(self._is_made_with(secret, person, token) for secret in secrets)

    def _is_made_with(self, secret, person, token):
        try:
            claims = jwt.decode(token, self._key(secret), [self.algorithm], self.options, subject=str(person.pk))
        except (jwt.InvalidTokenError, UnicodeEncodeError):
            return False
        fingerprint = self._fingerprint(person, secret)
        return claims["purpose"] == self.purpose and constant_time_compare(claims["fingerprint"], fingerprint)

    def _key(self, secret):
        return salted_hmac(f"accounts.tokens.{self.purpose}", "key", secret=secret, algorithm="sha256").digest()

    def _fingerprint(self, person, secret):
        state = f"{person.password}\n{person.email}"
        return salted_hmac("accounts.tokens.fingerprint", state, secret=secret, algorithm="sha256").hexdigest()


class MailedToken:
    """Proves that its holder reads mail at an address; carries a value."""

    def make(self, value):
        return signing.dumps(value, salt=self.salt)

    def read(self, token):
        """The value in the token; None if the token is invalid or expired."""
        try:
            return signing.loads(token, salt=self.salt, max_age=self.max_age)
        except (signing.BadSignature, UnicodeEncodeError):
            return None


class ConfirmationToken(MailedToken):
    """Carries a person's id and the address to confirm."""

    salt = "accounts.tokens.confirm-email"
    max_age = property(lambda self: settings.CONFIRMATION_TIMEOUT)


class UndoToken(MailedToken):
    """Carries the id of the `EmailChange` that the owner of the former address may undo."""

    salt = "accounts.tokens.undo-email-change"
    max_age = property(lambda self: timedelta(days=settings.UNDO_EMAIL_DAYS))
