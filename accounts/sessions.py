"""How people are logged in, and where sessions are stored (the `SESSION_ENGINE` setting).

Sessions are Django's, in the database; each also records its person, its browser and when it was last used.
"""

import math
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

from microblog_site import security_log, typed
from microblog_site.database import on_the_side
from microblog_site.http import client_address
from microblog_site.limits import rate_limits
from microblog_site.prepared import Prepared, Slot, converted
from microblog_site.submissions.tokens import STRANGER, mark_of

from . import devices, emails
from .models import Session, User

DETAILS_KEY = "_details"
GIVEN_AT_KEY = "_given_at"

# Nothing prolongs a session beyond its lifetime, counted from the log-in (OWASP ASVS 5.0, 7.3).
LIFETIME, IDLE = timedelta(hours=12), timedelta(hours=2)
IDLE_REMEMBERED = timedelta(days=14)
NOTED_AT_LEAST_EVERY = 15 * 60  # seconds
PASSWORD_IS_FRESH_FOR = timedelta(minutes=10)


def begin(request, person, *, remember=False, is_new=False):
    """Log `person` in: the last step of log-in and sign-up, after all checks.

    The session lasts for `SESSION_COOKIE_AGE`, or, without `remember`, until the browser closes and at most `LIFETIME`.
    People get an e-mail about a log-in from a new browser, unless the account is new; after that the browser is known
    to be theirs. These e-mails are rate-limited: the address may belong to somebody who never asked for an account.
    """
    login(request, person)
    request.session.set_expiry(None if remember else 0)
    request.session.note_beginning(request)
    request.session.note_password()
    security_log.note("sign_up" if is_new else "log_in", request, person, remembered=remember)
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
        """Record when the session was last used, at most once in `LAST_SEEN_INTERVAL` seconds, and so keep it alive."""
        now = timezone.now()
        stale = now - timedelta(seconds=min(settings.LAST_SEEN_INTERVAL, NOTED_AT_LEAST_EVERY))
        if self.last_used_at is None or self.last_used_at < stale:
            row = self.model.objects.filter(pk=self.session_key)
            on_the_side.update(row, last_used_at=now, expire_date=self.get_expiry_date())
            self.last_used_at = now

    def note_password(self):
        """Record that the person has just given their password, and a code where they have one."""
        self[GIVEN_AT_KEY] = timezone.now().isoformat()

    @property
    def password_is_fresh(self):
        given_at = self.get(GIVEN_AT_KEY)
        return bool(given_at) and timezone.now() - datetime.fromisoformat(given_at) < PASSWORD_IS_FRESH_FOR

    @property
    def ends_at(self):
        """When somebody's session ends, however much it is used."""
        started, is_short = self.details.get("started_at"), self.get_expire_at_browser_close()
        lifetime = LIFETIME if is_short else timedelta(seconds=self.get_session_cookie_age())
        return (datetime.fromisoformat(started) if started else timezone.now()) + lifetime

    def get_expiry_age(self, **kwargs):
        """For the cookie, which need not know when the session was last used."""
        if SESSION_KEY not in self:
            return super().get_expiry_age(**kwargs)
        return math.ceil((self.ends_at - timezone.now()).total_seconds())

    def get_expiry_date(self, **kwargs):
        """For the row: when it ends unless it is used again."""
        if SESSION_KEY not in self:
            return super().get_expiry_date(**kwargs)
        idle = IDLE if self.get_expire_at_browser_close() else IDLE_REMEMBERED
        return min(self.ends_at, timezone.now() + idle)

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
