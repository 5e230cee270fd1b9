"""Two-factor log-in: after the password, six digits from an authenticator app, or a recovery code.

A thin layer over django_otp. The app's codes are TOTP (RFC 6238), by a key that is stored encrypted. Of a recovery code
only a salted hash is stored, keyed with `SECRET_KEY`.
"""

import textwrap
from base64 import b32encode, b64encode, urlsafe_b64encode

import qrcode
from django.conf import settings
from django.db import transaction
from django.utils.crypto import constant_time_compare, get_random_string, pbkdf2, salted_hmac
from django.utils.translation import get_language
from django_otp.plugins.otp_static.models import StaticDevice, StaticToken
from qrcode.image.svg import SvgPathFillImage

from . import emails
from .models import Authenticator, User

RECOVERY_CODES = 10
RECOVERY_CODE_DIGITS = 12  # digits only, as the numeric keyboard that phones show for codes has nothing else
SALT_LENGTH, DIGEST_LENGTH = 6, 10  # letters and digits; StaticToken holds 16 of them
ROUNDS = 10_000  # of PBKDF2: some milliseconds for each code that a person has left


def device_of(person):
    """The TOTP device of `person`, or None."""
    return Authenticator.objects.filter(user=person, confirmed=True).first()


def is_on(person):
    return device_of(person) is not None


def digits(code):
    """The digits in what was typed, in any script, ignoring everything between them."""
    return "".join(str(int(character)) for character in code if character.isdecimal())


def tell(person, news):
    """E-mail the account's owner: `on`, `off`, `new_codes`, `recovery_code` or `wrong_codes`."""
    emails.send_two_factor_changed.enqueue(person.pk, news, get_language())


@transaction.atomic
def verify(person, code):
    """The device of `person` if `code` is a current TOTP code or a recovery code, else None. No code works twice.

    The device says whether it was a recovery code: `by_recovery_code`.
    """
    device = Authenticator.objects.select_for_update().filter(user=person, confirmed=True).first()
    if device is None:
        return None
    code = digits(code)
    device.by_recovery_code = not _is_shown_by(device, code)
    return device if not device.by_recovery_code or _use_up(person, code) else None


def _is_shown_by(device, code):
    return len(code) == device.digits and device.verify_token(code)


class TOTPSetup:
    """What the app of `person` needs to get `key`: a URL, its QR code as an image, the key as text to type."""

    def __init__(self, person, key):
        device = Authenticator.of(person, key)
        self.url = device.config_url
        # Any of the eight masks is readable; choosing the best takes twice as long.
        svg = qrcode.make(self.url, image_factory=SvgPathFillImage, mask_pattern=0).to_string()
        self.qr_code = f"data:image/svg+xml;base64,{b64encode(svg).decode()}"
        self.text = _in_fours(b32encode(device.bin_key).decode())


@transaction.atomic
def switch_on(person, key, code):
    """Enable two-factor log-in with the app that has `key` and shows `code`. Returns recovery codes.

    None if the code is wrong, a device is already set up, or the person hasn't confirmed their e-mail address: it could
    be somebody else's, who would be locked out with it.
    """
    present = User.objects.confirmed().filter(pk=person.pk, password=person.password)  # not if reset just now
    if present.select_for_update().first() is None or is_on(person):
        return None
    device = Authenticator.of(person, key)
    if not _is_shown_by(device, digits(code)):
        transaction.set_rollback(True)  # django_otp saves a device when a wrong code was checked
        return None
    tell(person, "on")
    return _new_codes(person)


@transaction.atomic
def switch_off(person, since=None):
    """Returns whether this changed anything. With `since`, only what was set up after that moment ends."""
    devices = Authenticator.objects.filter(user=person)
    deleted, _by_model = (devices.filter(created_at__gt=since) if since else devices).delete()
    if deleted:
        StaticDevice.objects.filter(user=person).delete()
        tell(person, "off")
    return bool(deleted)


@transaction.atomic
def remove(person):
    """Delete the TOTP device and recovery codes of a person who has lost both, and end their sessions. Returns whether
    there were any.
    """
    was_on = switch_off(person)
    if was_on:
        person.end_sessions()
    return was_on


@transaction.atomic
def renew_codes(person):
    """Replace the recovery codes of `person`. Returns the new ones, to be shown once."""
    User.objects.select_for_update().get(pk=person.pk)
    tell(person, "new_codes")
    return _new_codes(person)


def codes_left(person):
    return StaticToken.objects.filter(device__user=person).count()


def _new_codes(person):
    StaticDevice.objects.filter(user=person).delete()
    device = StaticDevice.objects.create(user=person)
    codes = [get_random_string(RECOVERY_CODE_DIGITS, "0123456789") for _number in range(RECOVERY_CODES)]
    StaticToken.objects.bulk_create(StaticToken(device=device, token=_hashed(code)) for code in codes)
    return [_in_fours(code) for code in codes]


def _use_up(person, code):
    tokens = StaticToken.objects.filter(device__user=person)
    right = [pk for pk, token in tokens.values_list("pk", "token") if _is_hash_of(code, token, person)]
    deleted, _by_model = tokens.filter(pk__in=right).delete()
    if deleted:
        tell(person, "recovery_code")
    return deleted


def _hashed(code):
    salt = get_random_string(SALT_LENGTH)
    return salt + _digest(_stretched(code, salt), settings.SECRET_KEY)[:DIGEST_LENGTH]


def _is_hash_of(code, token, person):
    salt, former = token[:SALT_LENGTH], f"{person.pk}:{code}"  # how codes were hashed before they had a salt
    stretched = _stretched(code, salt)
    return any(
        constant_time_compare(token, salt + _digest(stretched, secret)[:DIGEST_LENGTH])
        or constant_time_compare(token, _digest(former, secret)[: len(token)])
        for secret in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
    )


def _stretched(code, salt):
    return pbkdf2(code, salt, ROUNDS).hex()


def _digest(text, secret):
    mac = salted_hmac("accounts.two_factor.recovery_code", text, secret=secret, algorithm="sha256")
    return urlsafe_b64encode(mac.digest()).decode()


def _in_fours(text):
    return " ".join(textwrap.wrap(text, 4))
