from django_otp.plugins.otp_totp.models import TOTPDevice

from microblog_site.encryption import Undecryptable, decrypt, encrypt


class Authenticator(TOTPDevice):
    """The app on a person's phone. Its key is stored encrypted, and for this person only."""

    class Meta:
        proxy = True
        default_permissions = ()  # there is no page of it

    @classmethod
    def of(cls, person, key):
        """A new one, not saved, for a `key` in hex."""
        return cls(user=person, key=encrypt(bytes.fromhex(key), owner_of_key(person.pk)))

    @property
    def bin_key(self):
        return decrypt(self.key, owner_of_key(self.user_id))

    def verify_token(self, token):
        """As django_otp's; a key that cannot be read, because `SECRET_KEY` was lost, has no right code."""
        try:
            key = self.bin_key
        except Undecryptable:
            return False
        self.key = encrypt(key, owner_of_key(self.user_id))  # saved with a right code: by the newest SECRET_KEY
        return super().verify_token(token)


def owner_of_key(user_id):
    return f"two_factor:{user_id}"
