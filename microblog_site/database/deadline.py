"""Deadlines for requests, so that each gets a response within 10 seconds whatever the database does.

The time counts from the arrival of the request, and includes waiting for a thread. Commands and background tasks have
no deadline.
"""

import time
from contextlib import contextmanager
from threading import local

ANSWER_MARGIN = 1  # seconds for PostgreSQL to report that it has cancelled a statement
REQUEST_MARGIN = 4  # seconds for other statements of the request, and for waiting for a thread

_thread = local()


@contextmanager
def of_request(received, statement_timeout):
    """Set the deadline of a request by the time it was received; there is none if `statement_timeout` is 0."""
    if statement_timeout:
        _thread.until = received + statement_timeout + REQUEST_MARGIN
        _thread.answer = statement_timeout + ANSWER_MARGIN
    try:
        yield
    finally:
        _thread.until = None


def seconds_left():
    """Until the deadline of the request: 0 if it has passed, None if there is none."""
    until = getattr(_thread, "until", None)
    return None if until is None else max(until - time.monotonic(), 0)


def seconds_for_answer():
    """How long the request may wait for one answer, and whether the database must be down if none comes."""
    left = seconds_left()
    return min(left, _thread.answer), left >= _thread.answer
