"""The browsers people log in with: what they are called, and which ones a person has used before."""

import re

import ua_parser
from django.conf import settings
from django.core.signing import Signer

USER_AGENT_MAX_LENGTH = 500  # what is beyond names no browser, and takes long to search
NAME_MAX_LENGTH = 40
COOKIE_SALT = "accounts.devices"
MARK_SALT = "accounts.devices.mark"
PEOPLE_PER_DEVICE = 5


def browser_of(request):
    """What the browser calls itself, as in "Firefox on Linux"; '' where it says nothing known."""
    user_agent = request.headers.get("User-Agent", "")[:USER_AGENT_MAX_LENGTH]
    browser = _plain(ua_parser.parse_user_agent(user_agent))
    system = _plain(ua_parser.parse_os(user_agent))
    return f"{browser} on {system}" if browser and system else browser


def _plain(found):
    # Programs choose their names themselves: none may become a link in a mail.
    return re.sub(r"[^A-Za-z0-9 +-]+", " ", found.family).strip()[:NAME_MAX_LENGTH] if found else ""


def is_known(request, person):
    """Whether `person` has logged in with this browser before, by a cookie that only this site can make."""
    return not set(_marks_of(person)).isdisjoint(_marks_in(request))


def remember(request, response, person):
    """Have this browser known as one of `person`, and of the last few others."""
    own = _marks_of(person)
    others = [mark for mark in _marks_in(request) if mark not in own]
    response.set_signed_cookie(
        settings.DEVICE_COOKIE_NAME,
        ".".join([own[0], *others][:PEOPLE_PER_DEVICE]),
        salt=COOKIE_SALT,
        max_age=settings.DEVICE_COOKIE_AGE,
        secure=settings.DEVICE_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def _marks_in(request):
    kept = request.get_signed_cookie(
        settings.DEVICE_COOKIE_NAME, "", salt=COOKIE_SALT, max_age=settings.DEVICE_COOKIE_AGE
    )
    return [mark for mark in kept.split(".") if mark]


def _marks_of(person):
    """What stands for `person` in the cookie, and tells nobody else who it is; then those of former secret keys."""
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    return [Signer(key=key, salt=MARK_SALT).signature(str(person.pk)) for key in keys]
