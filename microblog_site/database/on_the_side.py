"""Writes that pages make on the side, such as when somebody was last active."""

import logging
from contextlib import contextmanager

from django.db import DatabaseError, connection, transaction

LOCK_TIMEOUT = 10  # milliseconds; on SQLite, where anybody's write is in the way, none at all

logger = logging.getLogger(__name__)


def update(rows, **changes):
    """Update the QuerySet `rows`, unless the database is locked, full or read-only: nobody's page waits or fails."""
    try:
        with _without_waiting(), transaction.atomic():
            if connection.vendor == "postgresql":
                with connection.cursor() as cursor:
                    cursor.execute(f"SET LOCAL lock_timeout = {LOCK_TIMEOUT}")
            rows.update(**changes)
    except DatabaseError as error:
        logger.warning("Not noted: %s", error)


@contextmanager
def _without_waiting():
    if connection.vendor != "sqlite":
        yield
        return
    connection.ensure_connection()
    sqlite = connection.connection
    (usual,) = sqlite.execute("PRAGMA busy_timeout").fetchone()
    sqlite.execute("PRAGMA busy_timeout = 0")
    try:
        yield
    finally:
        sqlite.execute(f"PRAGMA busy_timeout = {usual}")
