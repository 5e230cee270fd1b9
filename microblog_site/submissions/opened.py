"""The hidden field `opened` that `{% csrf_token %}` adds to every form: when its page was rendered, and for whom."""

from typing import NamedTuple

from django.utils import timezone
from django.utils.crypto import salted_hmac

FIELD = "opened"
MAX_DIGITS = 15


class Opened(NamedTuple):
    """`at` in milliseconds since 1970. `by` stands for a person, as `mark_of` does; "" for a stranger."""

    at: int
    by: str

    @classmethod
    def now(cls, request):
        return cls(milliseconds(), mark_of(getattr(request, "user", None)))

    @classmethod
    def of(cls, request):
        """When and for whom the form that was sent was rendered; None if it doesn't say."""
        at, _dot, by = request.POST.get(FIELD, "").partition(".")
        return cls(int(at), by) if at.isascii() and at.isdecimal() and len(at) <= MAX_DIGITS else None

    def __str__(self):
        return f"{self.at}.{self.by}"


def milliseconds():
    return int(timezone.now().timestamp() * 1000)


def mark_of(person):
    """Stands for `person` in a form and in the session, and tells nobody else who it is; "" for a stranger."""
    if person is None or person.pk is None:
        return ""
    return salted_hmac("submissions.opened", str(person.pk), algorithm="sha256").hexdigest()[:16]
