"""Test helpers for two-factor log-in: enable it, and produce the codes of the app."""

from django.urls import reverse
from django_otp.oath import totp
from django_otp.plugins.otp_totp.models import default_key

from accounts import two_factor
from accounts.models import Authenticator

from .factories import PASSWORD


def switch_on(person):
    """Set up an app for `person` with no codes used so far; returns their recovery codes."""
    key = default_key()
    codes = two_factor.switch_on(person, key, code_for(key))
    Authenticator.objects.filter(user=person).update(last_t=-1)
    return codes


def code_for(key, steps=0):
    """The code of an app with this key, now or the given number of time steps away."""
    return f"{totp(bytes.fromhex(key), drift=steps):06}"


def code_of(person, steps=0):
    return code_for(Authenticator.objects.get(user=person).bin_key.hex(), steps)


def give_password(client, username="susan", **data):
    return client.post(reverse("login"), {"username": username, "password": PASSWORD, **data})


def give_code(client, code, **extra):
    return client.post(reverse("login_code"), {"code": code}, **extra)


def log_in(client, person):
    """Log in with both steps."""
    give_password(client, person.username)
    return give_code(client, code_of(person))


def is_logged_in(client):
    return "_auth_user_id" in client.session
