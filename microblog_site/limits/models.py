from django.db import connection, models, transaction
from django.db.models import F
from django.utils import timezone


class RateLimitCounterQuerySet(models.QuerySet):
    def add(self, key, maximum, period, by=1):
        """Count `by` more under `key`, in a window that lasts `period` seconds from its first. Returns whether it fits:
        what would make more than `maximum` is not counted.

        It is a single statement: of many at the same moment none is lost, and no more get in than fit. What is counted
        stays counted, whatever becomes of the rest.
        """
        if by > maximum:
            return False
        now = _now()
        with transaction.atomic(durable=True), connection.cursor() as cursor:
            cursor.execute(self.ADD, [key, by, now + period, now, now, now, maximum])
            return cursor.fetchone() is not None

    ADD = """
        INSERT INTO limits_ratelimitcounter AS present ("key", number, until) VALUES (%s, %s, %s)
        ON CONFLICT ("key") DO UPDATE SET
            number = CASE WHEN present.until <= %s THEN excluded.number ELSE present.number + excluded.number END,
            until = CASE WHEN present.until <= %s THEN excluded.until ELSE present.until END
        WHERE present.until <= %s OR present.number + excluded.number <= %s
        RETURNING number
    """

    def present(self, key, minimum=0):
        """The counter of `key`, if its window is open and it stands at `minimum` or more."""
        return self.filter(pk=key, number__gte=minimum, until__gt=_now()).first()

    def subtract(self, key, by=1):
        self.filter(pk=key, number__gte=by, until__gt=_now()).update(number=F("number") - by)

    def expired(self):
        return self.filter(until__lte=_now())


class RateLimitCounter(models.Model):
    """How often somebody did something in the present window (see `rate_limits`)."""

    key = models.CharField(max_length=100, primary_key=True)
    number = models.PositiveIntegerField()
    until = models.BigIntegerField(db_index=True)  # seconds since 1970, when the window ends

    objects = RateLimitCounterQuerySet.as_manager()

    def __str__(self):
        return f"{self.key}: {self.number}"

    @property
    def seconds_left(self):
        return max(self.until - _now(), 1)


def _now():
    return int(timezone.now().timestamp())
