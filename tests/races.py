"""Many doing the same at the same moment."""

import threading
from concurrent.futures import ThreadPoolExecutor

from django.db import connection

AT_ONCE = 12


def at_once(act, times=AT_ONCE):
    """Run `act(number)` in as many threads at the same moment. Returns what each gave."""
    start = threading.Barrier(times)

    def run(number):
        try:
            start.wait(timeout=30)
            return act(number)
        finally:
            connection.close()

    with ThreadPoolExecutor(times) as pool:
        return list(pool.map(run, range(times)))
