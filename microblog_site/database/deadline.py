"""Until when a request waits for the database: it is answered within 10 seconds, whatever the database does.

A request counts from its arrival, so time spent waiting for a thread counts too. Commands and the worker have no
deadline.
"""

import time
from contextlib import contextmanager
from threading import local

ANSWER_MARGIN = 1  # seconds: by then PostgreSQL, which ends a statement that takes too long, must have said so
REQUEST_MARGIN = 4  # seconds for other statements of the request, and for waiting for a thread

_thread = local()


@contextmanager
def of_request(received, statement_timeout):
    """Set the deadline of a request that was received at this moment; there is none if `statement_timeout` is 0."""
    if statement_timeout:
        _thread.until = received + statement_timeout + REQUEST_MARGIN
        _thread.answer = statement_timeout + ANSWER_MARGIN
    try:
        yield
    finally:
        _thread.until = None


def seconds_left():
    """For the whole request; 0 when it is too late, None when there is no deadline."""
    until = getattr(_thread, "until", None)
    return None if until is None else max(until - time.monotonic(), 0)


def seconds_for_answer():
    """How long the request may wait for one answer, and whether a database that gave none by then must be down."""
    left = seconds_left()
    return min(left, _thread.answer), left >= _thread.answer
