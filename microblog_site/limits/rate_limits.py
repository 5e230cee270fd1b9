"""Rate limits: the setting `LIMITS`, counted in the database, where all processes see it.

A try is counted before anything is done, in one statement, so that of many at the same moment no more than the limit
get through. The first one opens a window; when that ends, counting starts from zero.

    @limited("follow")                                       # a view: each POST, by person and by network address
    rate_limits.hit("log_in", request, account=username)     # elsewhere; what it raises becomes the 429 page
    rate_limits.reset("log_in", account=username)            # it went well: those tries are forgotten
    rate_limits.hit("translate", amount=140, person=person)  # not tries, but characters
"""

import math
from functools import wraps
from ipaddress import ip_network

from django.conf import settings
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from microblog_site.http import client_address

from .models import RateLimitCounter

IPV6_NETWORK = 64  # bits: what one household or machine gets at least


class RateLimitExceeded(Exception):  # noqa: N818, it is no fault of anybody's code
    """The limit is reached, that of the `kind` named; `retry_after` seconds from now another try makes sense."""

    def __init__(self, retry_after, kind=None):
        super().__init__(retry_after, kind)
        self.retry_after = retry_after
        self.kind = kind

    def mark(self, response):
        """Make `response` say so to browsers and programs."""
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


def limited(action, otherwise=None):
    """Count each POST to a view, by the person and by the network address, as far as `LIMITS` has a limit for them.

    Where there were too many, `otherwise(request, …, refusal=…)` answers, or the 429 page.
    """

    def decorator(view):
        @wraps(view)
        def wrapper(request, *args, **kwargs):
            try:
                if request.method == "POST":
                    hit(action, request)
            except RateLimitExceeded as refusal:
                if otherwise is None:
                    raise
                return refusal.mark(otherwise(request, *args, refusal=refusal, **kwargs))
            return view(request, *args, **kwargs)

        return wrapper

    return decorator


def hit(action, request=None, amount=1, **who):
    """Count a try of `action`, or an `amount` where `LIMITS` bounds that. Raises `RateLimitExceeded`.

    `who` names whom to count it for, each a limit of its own in `LIMITS`: `person=` or `account=` (a person or what
    was typed for one), `address=`, `email=`, `site=` (everybody together). With `request`, its person and network
    address come first. Who is refused by one limit uses up none of the others.

    Not inside a transaction: a count that is rolled back with what failed would be none.
    """
    counted = {}
    for kind, whose in _counted(action, request, who):
        if limit := settings.LIMITS[action][kind]:
            key = _key(action, kind, whose)
            if not RateLimitCounter.objects.add(key, *limit, by=amount):
                refund(action, amount=amount, **counted)
                counter = RateLimitCounter.objects.present(key)
                raise RateLimitExceeded(counter.seconds_left if counter else limit[1], kind)
            counted[kind] = whose


def check(action, request=None, **who):
    """Raise `RateLimitExceeded` where the next try would be one too many, without counting one."""
    for kind, whose in _counted(action, request, who):
        limit = settings.LIMITS[action][kind]
        if limit and (counter := RateLimitCounter.objects.present(_key(action, kind, whose), limit[0])):
            raise RateLimitExceeded(counter.seconds_left, kind)


def allow(action, request=None, **who):
    """Count a try like `hit`; whether it may go on. For where a page of its own is no answer to being refused."""
    try:
        hit(action, request, **who)
    except RateLimitExceeded:
        return False
    return True


def reset(action, **who):
    """Forget the tries of `action` by these."""
    RateLimitCounter.objects.filter(pk__in=[_key(action, kind, whose) for kind, whose in who.items()]).delete()


def refund(action, request=None, amount=1, **who):
    """Uncount one try that went well, where all who share an address are counted together; or an `amount` not used."""
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
    """Names the row without naming anybody."""
    if kind == "address":
        whose = _network(whose)
    who = f"{whose.pk}" if hasattr(whose, "pk") else f"={str(whose).strip().lower()}"
    return f"{action}:{kind}:{salted_hmac('limits', f'{action}:{kind}:{who}', algorithm='sha256').hexdigest()}"


def _network(address):
    """What one subscriber may well own: an IPv4 address, or the IPv6 network it lies in."""
    return ip_network((address, IPV6_NETWORK), strict=False) if address and ":" in address else address
