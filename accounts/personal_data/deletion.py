from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone


class LastAdministrator(Exception):  # noqa: N818
    """Nobody else could run the site."""


class Deletable:
    """How a person deletes their account: for `LEAVING_DAYS`, logging in cancels the deletion."""

    @property
    def deletion_due_at(self):
        return self.deletion_requested_at + timedelta(days=settings.LEAVING_DAYS)

    @transaction.atomic
    def request_deletion(self):
        """Hide the person and everything of theirs, and log them out everywhere. Safe to repeat.

        Returns whether this changed anything. Raises `LastAdministrator`.
        """
        if self._is_last_administrator():
            raise LastAdministrator
        asked = {"deletion_requested_at": timezone.now(), "pending_email": ""}
        changed = self._row.filter(deletion_requested_at=None).update(**asked)
        self.end_sessions()
        self.refresh_from_db(fields=[*asked, "is_active"])
        return bool(changed)

    @transaction.atomic
    def cancel_deletion(self):
        """Keep the account after all. Returns False if the person is already erased."""
        self.end_sessions()
        self._row.filter(erased_at=None).update(deletion_requested_at=None)
        self.refresh_from_db(fields=["deletion_requested_at", "erased_at", "is_active"])
        return self.erased_at is None

    def _is_last_administrator(self):
        if not self.is_superuser:
            return False
        # Locked, so that if the last two administrators leave at the same moment, one stays.
        administrators = type(self).objects.active().filter(is_superuser=True).order_by("pk")
        return list(administrators.select_for_update(no_key=True)) == [self]
