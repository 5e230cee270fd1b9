"""After the database has failed to answer, only one request of the process at a time tries it; the others fail at once.

Otherwise they would all wait in vain, and block threads.
"""

import time
from contextlib import contextmanager

from psycopg import OperationalError

SECONDS = 2  # between tries

_until = None


@contextmanager
def answer_expected(seconds, *, is_conclusive=True):
    """A block that waits at most `seconds` for the database. Raises `OperationalError` at once during an outage.

    An outage begins when the time passes without an answer, provided that this is conclusive.
    """
    global _until
    started = time.monotonic()
    if _until is not None:
        if started < _until:
            raise OperationalError("the database did not answer lately")
        _until = started + seconds  # this request tries it, the others don't
    try:
        yield
    except OperationalError:
        if time.monotonic() - started < seconds:
            _until = None  # an error is an answer
        elif is_conclusive:
            _until = time.monotonic() + SECONDS
        raise
    _until = None
