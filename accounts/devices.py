"""The browsers people log in with: their names, and which ones a person has used before."""

import re

import ua_parser
from django.conf import settings
from django.core.signing import Signer

USER_AGENT_MAX_LENGTH = 500  # the rest identifies no browser and is slow to search
NAME_MAX_LENGTH = 40
COOKIE_SALT = "accounts.devices"
MARK_SALT = "accounts.devices.mark"
PEOPLE_PER_DEVICE = 5


def browser_of(request):
    """A browser's name from its user agent, such as "Firefox on Linux"; '' if unknown."""
    user_agent = request.headers.get("User-Agent", "")[:USER_AGENT_MAX_LENGTH]
    browser = _plain(ua_parser.parse_user_agent(user_agent))
    system = _plain(ua_parser.parse_os(user_agent))
    return f"{browser} on {system}" if browser and system else browser


def _plain(found):
    # Clients choose their own names: none may become a link in an e-mail.
    return re.sub(r"[^A-Za-z0-9 +-]+", " ", found.family).strip()[:NAME_MAX_LENGTH] if found else ""


def is_known(request, person):
    """Whether `person` has logged in with this browser before, according to a signed cookie."""
    return not set(_marks_of(person)).isdisjoint(_marks_in(request))


def may_be_of(request, person):
    """Whether nobody other than `person` was the last to log in with this browser, as far as it knows."""
    marks = _marks_in(request)
    return not marks or marks[0] in _marks_of(person)


def remember(request, response, person):
    """Add `person` to the last few people known in this browser."""
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
    """Digests that identify `person` in the cookie to this site alone: with the current secret key, then with fallback
    keys.
    """
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    return [Signer(key=key, salt=MARK_SALT).signature(str(person.pk)) for key in keys]
