"""How people are logged in, and where sessions are stored (the `SESSION_ENGINE` setting).

Sessions are Django's, in the database; each also records its person, its browser and when it was last used.
"""

import uuid
from contextvars import ContextVar
from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.auth import SESSION_KEY, login
from django.contrib.sessions.backends import db
from django.contrib.sessions.exceptions import SessionInterrupted
from django.db import connection, transaction
from django.db.models import CharField, DateTimeField
from django.utils import timezone
from django.utils.translation import get_language

from microblog_site import typed
from microblog_site.database import on_the_side
from microblog_site.http import client_address
from microblog_site.limits import rate_limits
from microblog_site.prepared import Prepared, Slot, converted
from microblog_site.submissions.tokens import STRANGER, mark_of

from . import devices, emails
from .models import Session, User

DETAILS_KEY = "_details"


def begin(request, person, *, remember=False, is_new=False):
    """Log `person` in: the last step of log-in and sign-up, after all checks.

    The session lasts for `SESSION_COOKIE_AGE`, or, without `remember`, until the browser closes. People get an e-mail
    about a log-in from a new browser, unless the account is new; after that the browser is known to be theirs. These
    e-mails are rate-limited: the address may belong to somebody who never asked for an account.
    """
    login(request, person)
    request.session.set_expiry(None if remember else 0)
    request.session.note_beginning(request)
    unknown = [None] if devices.may_be_of(request, person) else []
    typed.keep_only(request.session, owners=[STRANGER, mark_of(person), *unknown])
    if not is_new and not devices.is_known(request, person) and rate_limits.allow("new_device", person=person):
        started = request.session.details
        emails.send_new_device.enqueue(
            person.pk, started["browser"], started["address"], started["started_at"], get_language()
        )
    request.known_person = person  # read by DeviceMiddleware


OF_SESSION = [Session._meta.get_field(name) for name in ("session_data", "last_used_at")]
OF_PERSON = User._meta.concrete_fields


@Prepared  # every page runs it
def _live_session():
    """The columns of a session that are used, and all of its person's."""
    live = Session.objects.filter(pk=Slot("key", CharField()), expire_date__gt=Slot("now", DateTimeField()))
    return live.values_list(*(field.name for field in OF_SESSION), *(f"user__{field.name}" for field in OF_PERSON))


_person = ContextVar("person whose session has been read", default=None)


def take_person(user_id):
    """Hand out the person read with this request's session, once; None if there is none or the id differs."""
    person = _person.get()
    _person.set(None)
    return person if person and person.pk == user_id else None


class SessionStore(db.SessionStore):
    """Reads session and person in one query; `take_person` hands the person to the authentication backend."""

    last_used_at = None

    def __init__(self, session_key=None):
        super().__init__(session_key)
        _person.set(None)  # forget that of an earlier request

    @classmethod
    def get_model_class(cls):
        return Session

    @property
    def details(self):
        """What the session's owner sees of it: handle, browser, IP address and start; empty for sessions from before
        these were kept.
        """
        return self.get(DETAILS_KEY, {})

    def note_beginning(self, request):
        self[DETAILS_KEY] = {
            "handle": str(uuid.uuid4()),
            "browser": devices.browser_of(request),
            "address": client_address(request),
            "started_at": timezone.now().isoformat(),
        }

    def note_use(self):
        """Record when the session was last used, at most once in `LAST_SEEN_INTERVAL` seconds."""
        now = timezone.now()
        stale = now - timedelta(seconds=settings.LAST_SEEN_INTERVAL)
        if self.last_used_at is None or self.last_used_at < stale:
            on_the_side.update(self.model.objects.filter(pk=self.session_key), last_used_at=now)
            self.last_used_at = now

    def _validate_session_key(self, key):
        """Accept only well-formed keys: a cookie may hold any characters, even some that no database accepts."""
        return super()._validate_session_key(key) and key.isascii() and key.isalnum()

    def load(self):
        rows = _live_session.rows(key=self.session_key, now=timezone.now())
        if not rows:
            self._session_key = None
            return {}
        data, self.last_used_at, *person = next(converted(rows, [*OF_SESSION, *OF_PERSON]))
        names = [field.attname for field in OF_PERSON]
        _person.set(User.from_db(connection.alias, names, person) if person[0] else None)
        return self.decode(data)

    def create_model_instance(self, data):
        """The row for `data`. Every save writes all columns, so `data` has to hold them all."""
        session = super().create_model_instance(data)
        details = data.get(DETAILS_KEY, {})
        session.user_id = data.get(SESSION_KEY)
        session.handle = details.get("handle")
        session.browser = details.get("browser", "")
        session.address = details.get("address")
        session.started_at = datetime.fromisoformat(details["started_at"]) if details else None
        session.last_used_at = timezone.now()
        return session

    @transaction.atomic
    def cycle_key(self):
        """As Django's, but a session ended in the meantime does not come back under the new key."""
        data, former_key = self._session, self.session_key
        is_gone = former_key and not self.model.objects.filter(pk=former_key).delete()[0]
        if is_gone and SESSION_KEY in data:
            raise SessionInterrupted("The session was ended while its key was changed.")
        self.create()
        self._session_cache = data
