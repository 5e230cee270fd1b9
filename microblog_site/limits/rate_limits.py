"""Rate limits, counted in the database so that all processes share them; set by the `LIMITS` setting.

An attempt is counted before anything is done, in one statement, so that of any number of simultaneous attempts no more
than the limit get through. The first attempt opens a window; when it ends, counting starts from zero.

    @limited("follow")                                       # a view: each POST, by person and by IP address
    rate_limits.hit("log_in", request, account=username)     # elsewhere; the exception becomes the 429 page
    rate_limits.reset("log_in", account=username)            # success: forget those attempts
    rate_limits.hit("translate", amount=140, person=person)  # characters instead of attempts
"""

import math
from functools import wraps
from ipaddress import ip_network

from django.conf import settings
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from microblog_site import security_log
from microblog_site.http import client_address

from .models import RateLimitCounter

KEPT_OF_STRANGERS = (1_000, 60 * 60)  # times and seconds, for each network address
IPV6_NETWORK = 64  # bits: the least that one household or machine gets


class RateLimitExceeded(Exception):  # noqa: N818, not an error in anybody's code
    """The limit of this `kind` is reached; try again in `retry_after` seconds."""

    def __init__(self, retry_after, kind=None, action=""):
        super().__init__(retry_after, kind, action)
        self.retry_after = retry_after
        self.kind = kind
        self.action = action

    def note(self, request, person=None):
        security_log.note_seldom("rate_limit", request, person, action=self.action, counted_by=self.kind)

    def mark(self, response):
        """Add the status and headers to `response`."""
        response.status_code = 429
        response["Retry-After"] = self.retry_after
        return response

    @property
    def advice(self):
        return advice(self.retry_after)


def advice(seconds):
    minutes = math.ceil(seconds / 60)
    if minutes <= 1:
        return _("Try again in a minute.")
    if minutes < 120:
        text = ngettext("Try again in about %(count)d minute.", "Try again in about %(count)d minutes.", minutes)
        return text % {"count": minutes}
    hours = math.ceil(minutes / 60)
    text = ngettext("Try again in about %(count)d hour.", "Try again in about %(count)d hours.", hours)
    return text % {"count": hours}


def limited(action, otherwise=None, amount=lambda request: 1):
    """Count each POST to a view, by person and by IP address, as far as `LIMITS` has limits for them.

    A request may stand for an `amount` of attempts. Over the limit, `otherwise(request, …, refusal=…)` answers, or the
    429 page.
    """

    def decorator(view):
        @wraps(view)
        def wrapper(request, *args, **kwargs):
            try:
                if request.method == "POST":
                    hit(action, request, amount(request))
            except RateLimitExceeded as refusal:
                if otherwise is None:
                    raise
                refusal.note(request)
                return refusal.mark(otherwise(request, *args, refusal=refusal, **kwargs))
            return view(request, *args, **kwargs)

        return wrapper

    return decorator


def hit(action, request=None, amount=1, **who):
    """Count an attempt at `action`, or an `amount` where `LIMITS` limits amounts. Raises `RateLimitExceeded`.

    `who` says what to count it for, each with its own limit in `LIMITS`: `person=` or `account=` (a person, or what was
    typed for one), `address=`, `email=`, `site=` (everybody together). With `request`, its person and IP address come
    first. A refusal by one limit uses up none of the others.

    Do not call this inside a transaction: a rollback would undo the count.
    """
    counted = {}
    for kind, whose in _counted(action, request, who):
        if limit := settings.LIMITS[action][kind]:
            key = _key(action, kind, whose)
            if not RateLimitCounter.objects.add(key, *limit, by=amount):
                refund(action, amount=amount, **counted)
                counter = RateLimitCounter.objects.present(key, limit[1])
                raise RateLimitExceeded(counter.seconds_left if counter else limit[1], kind, action)
            counted[kind] = whose


def check(action, **who):
    """Raise `RateLimitExceeded` if the next attempt would be one too many, without counting one."""
    for kind, whose in who.items():
        if limit := settings.LIMITS[action][kind]:
            times, period = limit
            if counter := RateLimitCounter.objects.present(_key(action, kind, whose), period, times):
                raise RateLimitExceeded(counter.seconds_left, kind, action)


def allow(action, request=None, **who):
    """Count an attempt like `hit`; return whether it is allowed. For callers that must not answer with a 429 page."""
    try:
        hit(action, request, **who)
    except RateLimitExceeded as refusal:
        refusal.note(request, who.get("person"))
        return False
    return True


def may_keep(request):
    """Whether the site may keep something of this request: strangers must not fill the database."""
    key = _key("keep", "address", client_address(request))
    return request.user.is_authenticated or RateLimitCounter.objects.add(key, *KEPT_OF_STRANGERS)


def reset(action, **who):
    """Forget the counted attempts at `action`."""
    RateLimitCounter.objects.filter(pk__in=[_key(action, kind, whose) for kind, whose in who.items()]).delete()


def refund(action, request=None, amount=1, **who):
    """Uncount one successful attempt, where everybody on an address shares a count, or an unused `amount`."""
    for kind, whose in _counted(action, request, who):
        RateLimitCounter.objects.subtract(_key(action, kind, whose), by=amount)


def _counted(action, request, who):
    if request is not None:
        of_request = {"address": client_address(request)}
        if request.user.is_authenticated:
            of_request = {"person": request.user, **of_request}
        who = {kind: whose for kind, whose in of_request.items() if kind in settings.LIMITS[action]} | who
    return who.items()


def _key(action, kind, whose):
    """A key that identifies nobody."""
    if kind == "address":
        whose = _network(whose)
    who = f"{whose.pk}" if hasattr(whose, "pk") else f"={str(whose).strip().lower()}"
    return f"{action}:{kind}:{salted_hmac('limits', f'{action}:{kind}:{who}', algorithm='sha256').hexdigest()}"


def _network(address):
    """What one subscriber may own: an IPv4 address, or the IPv6 network around an address."""
    return ip_network((address, IPV6_NETWORK), strict=False) if address and ":" in address else address
