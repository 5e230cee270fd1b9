"""Doing the same thing many times at once."""

import re
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

from django.db import DEFAULT_DB_ALIAS, connection, connections, transaction

AT_ONCE = 12
PATIENCE = 30  # seconds
SPARE = []  # connections
ASKS_FOR_A_LOCK = re.compile(r"BEGIN|INSERT|UPDATE|DELETE|SELECT.* FOR (NO KEY )?UPDATE", re.DOTALL)


def at_once(act, times=AT_ONCE):
    """Run `act(number)` in this many threads at the same moment. Returns their results."""
    start = threading.Barrier(times)

    def run(number):
        with kept_connection():
            start.wait(PATIENCE)
            return act(number)

    with ThreadPoolExecutor(times) as pool:
        return list(pool.map(run, range(times)))


@contextmanager
def kept_connection():
    """Give this thread a connection that an earlier thread left, if any, and leave its own to a later one.

    On PostgreSQL, a new one is a process that has to learn all tables: as much work as many a test.
    """
    if SPARE:
        connections[DEFAULT_DB_ALIAS] = SPARE.pop()
    else:
        connection.inc_thread_sharing()
    own = connections[DEFAULT_DB_ALIAS]
    try:
        yield
    except BaseException:
        own.close()
        raise
    if own.vendor == "postgresql":
        SPARE.append(own)
    else:
        own.close()


def close_kept_connections():
    while SPARE:
        SPARE.pop().close()


def before_it_is_committed(write, act):
    """Run `write` in a transaction, and `act` before it is committed.

    The commit follows as soon as `act` waits for a lock. SQLite, where waiting cannot be observed, runs one after the
    other.
    """
    written, asks, done = threading.Event(), threading.Event(), threading.Event()
    backend = []

    def first():
        with transaction.atomic():
            write()
            written.set()
            assert asks.wait(PATIENCE)
            while connection.vendor == "postgresql" and not done.wait(0.01) and not waits(*backend):
                pass

    def second():
        assert written.wait(PATIENCE)
        try:
            with connection.execute_wrapper(notice):
                act()
        finally:
            done.set()
            asks.set()

    def notice(execute, sql, *arguments):
        if ASKS_FOR_A_LOCK.match(sql):
            backend[:] = [connection.connection.info.backend_pid] if connection.vendor == "postgresql" else []
            asks.set()
        return execute(sql, *arguments)

    at_once(lambda number: (first, second)[number](), times=2)


def waits(backend):
    """Whether this PostgreSQL connection is waiting for another."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT cardinality(pg_blocking_pids(%s)) > 0", [backend])
        return cursor.fetchone()[0]
