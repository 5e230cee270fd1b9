"""Writes that pages make on the side, such as when somebody was last active."""

import logging
from contextlib import contextmanager

from django.db import DatabaseError, connection

LOCK_TIMEOUT = 10  # milliseconds; on SQLite, where anybody's write is in the way, none at all

logger = logging.getLogger(__name__)


def update(rows, **changes):
    """Update the QuerySet `rows`, unless the database is locked, full or read-only: nobody's page waits or fails."""
    is_sqlite = connection.vendor == "sqlite"
    try:
        with _without_waiting() if is_sqlite else connection.execute_wrapper(_with_lock_timeout):
            rows.update(**changes)
    except DatabaseError as error:
        logger.warning("Not noted: %s", error)


def _with_lock_timeout(execute, sql, *arguments):
    """Both in one message: no other statement, and behind PgBouncer no other client, inherits the timeout."""
    return execute(f"SET LOCAL lock_timeout = {LOCK_TIMEOUT}; {sql}", *arguments)


@contextmanager
def _without_waiting():
    connection.waits_for_locks = False
    try:
        yield
    finally:
        connection.waits_for_locks = True
