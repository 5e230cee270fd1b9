import time
from typing import NamedTuple

from django.utils.crypto import constant_time_compare

from .models import User

SESSION_KEY = "pending_login"
TIMEOUT = 10 * 60  # seconds


class PendingLogin(NamedTuple):
    """A log-in with the right password that still needs the second step. It is kept in the session; nobody is logged in
    yet.
    """

    person: User
    remember: bool
    next_url: str

    @staticmethod
    def begin(request, person, remember, next_url):
        request.session.cycle_key()
        request.session[SESSION_KEY] = {
            "person": person.pk,
            "hash": person.get_session_auth_hash(),
            "until": time.time() + TIMEOUT,
            "remember": remember,
            "next": next_url,
        }

    @classmethod
    def of(cls, request):
        """The pending log-in of this session; None if there is none, it expired, or the password has changed since."""
        kept = request.session.get(SESSION_KEY)
        if kept is None or kept["until"] < time.time():
            return None
        person = User.objects.filter(pk=kept["person"]).first()
        if person and person.may_log_in and constant_time_compare(kept["hash"], person.get_session_auth_hash()):
            return cls(person, kept["remember"], kept["next"])
        return None

    @staticmethod
    def forget(request):
        request.session.pop(SESSION_KEY, None)
