"""What this process knows of a database that does not answer: for some seconds, only one request at a time tries it.

All others fail at once. They would wait in vain, and keep threads from requests that need no database.
"""

import time
from contextlib import contextmanager

from psycopg import OperationalError

SECONDS = 2

_until = None


@contextmanager
def answer_expected(seconds, *, is_conclusive=True):
    """Wait within for an answer, so many seconds at most; if none comes, and that is conclusive, an outage begins.

    Raises `OperationalError` at once during an outage.
    """
    global _until
    started = time.monotonic()
    if _until is not None:
        if started < _until:
            raise OperationalError("the database did not answer lately")
        _until = started + seconds  # this request tries, and the others do not
    try:
        yield
    except OperationalError:
        if time.monotonic() - started < seconds:
            _until = None  # an error is an answer
        elif is_conclusive:
            _until = time.monotonic() + SECONDS
        raise
    _until = None
