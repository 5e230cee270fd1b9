from django.db import connection, models
from django.db.models import Q

from .tokens import milliseconds

KEPT_FOR = 24 * 60 * 60 * 1000  # milliseconds
ABANDONED_AFTER = 30 * 1000  # milliseconds: the process that started it must have died


class SubmissionQuerySet(models.QuerySet):
    def claim(self, sent):
        """Start carrying out `sent`. False if it repeats what this browser sent last.

        It is a single statement: of many at the same moment, one gets through.
        """
        with connection.cursor() as cursor:
            cursor.execute(
                self.CLAIM, [*sent[:3], sent.at, sent.at - KEPT_FOR, sent.at - ABANDONED_AFTER, sent.opened_at]
            )
            return cursor.fetchone() is not None

    CLAIM = """
        INSERT INTO submissions_submission AS last
            (browser, digest, token, started_at, location, cookies, session_key) VALUES (%s, %s, %s, %s, '', '{}', '')
        ON CONFLICT (browser) DO UPDATE SET
            digest = excluded.digest, token = excluded.token, started_at = excluded.started_at, finished_at = NULL
        WHERE last.digest <> excluded.digest OR last.started_at <= %s OR CASE
            WHEN last.finished_at IS NULL THEN last.started_at <= %s
            ELSE last.token <> excluded.token AND last.finished_at <= %s
        END
        RETURNING 1
    """

    def repeated_by(self, sent):
        """What this browser sent last and is done, if `sent` repeats that."""
        last = self.filter(pk=sent.browser, digest=sent.digest, started_at__gt=sent.at - KEPT_FOR)
        return last.filter(Q(token=sent.token, finished_at__isnull=False) | Q(finished_at__gt=sent.opened_at)).first()

    def finish(self, sent, **result):
        """Keep where `sent` led to, for its repeats; without a result, let the next one through."""
        claimed = self.filter(pk=sent.browser, digest=sent.digest, started_at=sent.at, finished_at=None)
        if result:
            claimed.update(finished_at=milliseconds(), **result)
        else:
            claimed.delete()

    def expired(self):
        return self.filter(started_at__lte=milliseconds() - KEPT_FOR)


class Submission(models.Model):
    """The form that a browser sent last, and where it led to (see `middleware`). No contents, only keyed digests."""

    browser = models.CharField(max_length=64, primary_key=True)
    digest = models.CharField(max_length=64)
    token = models.CharField(max_length=64)
    started_at = models.BigIntegerField(db_index=True)  # milliseconds since 1970, as finished_at
    finished_at = models.BigIntegerField(null=True)
    location = models.TextField()
    cookies = models.JSONField()  # name: [value, attributes]
    session_key = models.CharField(max_length=40)

    objects = SubmissionQuerySet.as_manager()

    def __str__(self):
        return self.browser
