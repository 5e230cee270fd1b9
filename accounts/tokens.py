"""The JSON web tokens in mailed links, each for one purpose."""

from datetime import timedelta

import jwt
from django.conf import settings
from django.utils import timezone
from django.utils.crypto import constant_time_compare, salted_hmac


class Token:
    """Makes and reads tokens of one `purpose`, signed with a key of their own that is derived from the site's."""

    algorithm = "HS256"
    purpose = ""
    own_claims = ()

    def _make(self, subject, expires_at, **claims):
        claims |= {"sub": str(subject), "purpose": self.purpose, "iat": timezone.now(), "exp": expires_at}
        return jwt.encode(claims, self._key(settings.SECRET_KEY), self.algorithm)

    def _read(self, token):
        """The claims of a token that is ours and still good, and the secret it was made with; None for any other."""
        for secret in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS):
            if claims := self._read_with(secret, token):
                return claims, secret
        return None

    def _read_with(self, secret, token):
        required = ["sub", "purpose", "iat", "exp", *self.own_claims]
        try:
            claims = jwt.decode(token, self._key(secret), algorithms=[self.algorithm], options={"require": required})
        except (jwt.InvalidTokenError, UnicodeEncodeError):
            return None
        return claims if claims["purpose"] == self.purpose else None

    def _key(self, secret):
        return salted_hmac(f"accounts.tokens.{self.purpose}", "key", secret=secret, algorithm="sha256").digest()


class PasswordResetTokenGenerator(Token):
    """Makes and checks tokens for Django's own views, with the interface of `django.contrib.auth.tokens`.

    A token is bound to the person (subject), to this purpose, to `PASSWORD_RESET_TIMEOUT` and, by a fingerprint, to
    the password and e-mail address they have now: it dies with its use and with any change of these.
    """

    purpose = "password-reset"
    own_claims = ("fingerprint",)

    def make_token(self, person):
        expires_at = timezone.now() + timedelta(seconds=settings.PASSWORD_RESET_TIMEOUT)
        return self._make(person.pk, expires_at, fingerprint=self._fingerprint(person, settings.SECRET_KEY))

    def check_token(self, person, token):
        """Whether `token` was made for `person`, who is not suspended, and is still good."""
        if not (person and person.may_log_in and token and (found := self._read(token))):
            return False
        claims, secret = found
        return claims["sub"] == str(person.pk) and constant_time_compare(
            claims["fingerprint"], self._fingerprint(person, secret)
        )

    def _fingerprint(self, person, secret):
        state = f"{person.password}\n{person.email}"
        return salted_hmac("accounts.tokens.fingerprint", state, secret=secret, algorithm="sha256").hexdigest()


class ConfirmationToken(Token):
    """Says that whoever has it reads the mail to an address, for `CONFIRMATION_TIMEOUT`."""

    purpose = "confirm-email"
    own_claims = ("email",)

    def make(self, person, email):
        return self._make(person.pk, timezone.now() + timedelta(seconds=settings.CONFIRMATION_TIMEOUT), email=email)

    def read(self, token):
        """The id of the person and the address it was made for; None where it is no good."""
        found = self._read(token)
        return found and (int(found[0]["sub"]), found[0]["email"])


class UndoToken(Token):
    """Lets the owner of a former address take the change back, for `UNDO_EMAIL_DAYS`."""

    purpose = "undo-email-change"

    def make(self, change):
        return self._make(change.pk, change.changed_at + timedelta(days=settings.UNDO_EMAIL_DAYS))

    def read(self, token):
        """The id of the change it was made for; None where it is no good."""
        found = self._read(token)
        return found and int(found[0]["sub"])
