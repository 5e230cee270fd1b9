"""How fast this machine runs Python, told by a fixed loop, so that figures of different machines compare."""

import time

# Of the loop, on the machine whose milliseconds the targets are in: an empty view took 1.7 of them there before this
# was first measured (PostgreSQL, size S: 1.97 ms here, and 2.89 the loop).
REFERENCE_MS = 2.49
LOOPS = 5


class Yardstick:
    """Is read time after time, with pages in between, so that it shares the machine's moods with them."""

    def __init__(self):
        self.readings = []

    def time(self):
        self.readings.append(min(_cpu_ms() for _loop in range(LOOPS)))


def reference_ms(run, ms):
    """What this many `ms` of CPU would be on the reference machine; None where it is not known."""
    yardstick = run.get("yardstick_ms")
    return ms * REFERENCE_MS / yardstick if ms is not None and yardstick else None


def _cpu_ms():
    start = time.process_time()
    _loop()
    return (time.process_time() - start) * 1000


def _loop():
    """Calls, strings, dictionaries and sorting, of which pages are made."""
    lines = {}
    for number in range(4_000):
        lines.setdefault(_name(number), []).append(number)
    return ", ".join(f"{name}: {len(numbers)}" for name, numbers in sorted(lines.items()))


def _name(number):
    return f"{number % 61}-{number % 53}".upper()
