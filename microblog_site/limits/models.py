from django.db import connection, models, transaction
from django.db.models import F
from django.utils import timezone

SKEW = 60  # seconds by which clocks may differ, or one process reads its own later than it counts


class RateLimitCounterQuerySet(models.QuerySet):
    def add(self, key, maximum, period, by=1):
        """Count `by` more for `key`, in a window of `period` seconds that starts with the first. Returns whether it
        fit: what would exceed `maximum` is not counted.

        A single statement: simultaneous calls lose no count, and no more get through than fit. Its transaction is
        durable: the count stays whatever fails afterwards. A window that ends much later than a new one is over: a
        clock opened it that has been put right since.
        """
        if by > maximum:
            return False
        now = _now()
        with transaction.atomic(durable=True), connection.cursor() as cursor:
            cursor.execute(self.ADD, [key, by, now + period, *[now + 1, SKEW] * 3, maximum])
            return cursor.fetchone() is not None

    ADD = """
        INSERT INTO limits_ratelimitcounter AS present ("key", number, until) VALUES (%s, %s, %s)
        ON CONFLICT ("key") DO UPDATE SET
            number = CASE WHEN present.until BETWEEN %s AND excluded.until + %s
                THEN present.number + excluded.number ELSE excluded.number END,
            until = CASE WHEN present.until BETWEEN %s AND excluded.until + %s AND present.number > 0
                THEN present.until ELSE excluded.until END
        WHERE present.until NOT BETWEEN %s AND excluded.until + %s OR present.number + excluded.number <= %s
        RETURNING number
    """

    def present(self, key, period, minimum=0):
        """The counter for `key`, if its window is open and it is at least `minimum`."""
        now = _now()
        return self.filter(pk=key, number__gte=minimum, until__gt=now, until__lte=now + period + SKEW).first()

    def subtract(self, key, by=1):
        self.filter(pk=key, number__gte=by, until__gt=_now()).update(number=F("number") - by)

    def expired(self):
        return self.filter(until__lte=_now())


class RateLimitCounter(models.Model):
    """How often something was done in the current window (see `rate_limits`)."""

    key = models.CharField(max_length=100, primary_key=True)
    number = models.PositiveIntegerField()
    until = models.BigIntegerField(db_index=True)  # end of the window, in seconds since 1970

    objects = RateLimitCounterQuerySet.as_manager()

    def __str__(self):
        return f"{self.key}: {self.number}"

    @property
    def seconds_left(self):
        return max(self.until - _now(), 1)


def _now():
    return int(timezone.now().timestamp())
