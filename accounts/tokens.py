"""What stands in mailed links, each for one purpose and for a while."""

from datetime import timedelta

import jwt
from django.conf import settings
from django.core import signing
from django.utils import timezone
from django.utils.crypto import constant_time_compare, salted_hmac


class PasswordResetTokenGenerator:
    """Makes and checks JSON web tokens for Django's own views, as `django.contrib.auth.tokens` does.

    A token is bound to the person (subject), to this purpose, to `PASSWORD_RESET_TIMEOUT` and, by a fingerprint, to
    the password and e-mail address they have now: it dies with its use and with any change of these. The key is
    derived from the site's, for this purpose alone.
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
        """Whether `token` was made for `person`, who is not suspended, and is still good."""
        if not (person and person.may_log_in and token):
            return False
        secrets = (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
        return any(self._is_made_with(secret, person, token) for secret in secrets)

    def _is_made_with(self, secret, person, token):
        try:
            claims = jwt.decode(token, self._key(secret), algorithms=[self.algorithm], options=self.options)
        except (jwt.InvalidTokenError, UnicodeEncodeError):
            return False
        return (claims["purpose"], claims["sub"]) == (self.purpose, str(person.pk)) and constant_time_compare(
            claims["fingerprint"], self._fingerprint(person, secret)
        )

    def _key(self, secret):
        return salted_hmac(f"accounts.tokens.{self.purpose}", "key", secret=secret, algorithm="sha256").digest()

    def _fingerprint(self, person, secret):
        state = f"{person.password}\n{person.email}"
        return salted_hmac("accounts.tokens.fingerprint", state, secret=secret, algorithm="sha256").hexdigest()


class ConfirmationToken:
    """Says that whoever has it reads the mail to an address, for `CONFIRMATION_TIMEOUT`."""

    salt = "accounts.tokens.confirm-email"

    def make(self, person, email):
        return signing.dumps([person.pk, email], salt=self.salt)

    def read(self, token):
        """The id of the person and the address it was made for; None where it is no good."""
        return _read(token, self.salt, settings.CONFIRMATION_TIMEOUT)


class UndoToken:
    """Lets the owner of a former address take the change back, for `UNDO_EMAIL_DAYS`."""

    salt = "accounts.tokens.undo-email-change"

    def make(self, change):
        return signing.dumps(change.pk, salt=self.salt)

    def read(self, token):
        """The id of the change it was made for; None where it is no good."""
        return _read(token, self.salt, timedelta(days=settings.UNDO_EMAIL_DAYS))


def _read(token, salt, max_age):
    try:
        return signing.loads(token, salt=salt, max_age=max_age)
    except (signing.BadSignature, UnicodeEncodeError):
        return None
