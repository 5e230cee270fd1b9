"""The log of security events, apart from the other one: `log/security.log` in `DATA_DIR`. docs/security.md lists them.

Each is one line of JSON after the usual time. Nothing in it is what somebody typed, and nothing is secret: people are
named by id and user name, never by e-mail address.
"""

import json
import logging
import time

from .http import client_address

MINUTE = 60  # seconds
MOST = 100  # different ones a minute, from each process

logger = logging.getLogger("security")
_last_said = {}


def note(event, request=None, person=None, result="ok", **details):
    """Log `event` about the account of `person`, by whoever sends `request`: the same person if only one is given.

    Without a request it is the site itself or a command. `details` are facts, such as the name of a group.
    """
    by = _who(request)
    entry = {"event": event, "result": result, **_named(person or by)}
    if by and person and by.pk != person.pk:
        entry |= {"by": by.pk, "by_username": by.get_username()}
    if request:
        entry["address"] = client_address(request)
    logger.info(json.dumps(entry | details, default=str))


def note_seldom(event, request, person=None, **details):
    """Log what strangers can cause as often as they like, once a minute each: else it would push out the rest."""
    by, now = _who(request), time.monotonic()
    key = (event, by and by.pk, request and client_address(request), *details.values())
    for said in [said for said, moment in [*_last_said.items()] if now - moment > MINUTE]:
        _last_said.pop(said, None)
    if key not in _last_said and len(_last_said) < MOST:
        _last_said[key] = now
        note(event, request, person, "refused", **details)


def _who(request):
    person = getattr(request, "user", None)
    return person if person is not None and person.is_authenticated else None


def _named(person):
    return {"person": person.pk, "username": person.get_username()} if person else {}
