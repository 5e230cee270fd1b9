"""How fast this machine runs Python, measured with a fixed loop, to compare figures between machines."""

import time

# Time of the loop on the reference machine, on which an empty view took 1.7 ms. It was derived on another machine
# (PostgreSQL, size S: 1.97 ms there, and 2.89 for the loop).
REFERENCE_MS = 2.49
LOOPS = 5


class Yardstick:
    """Timed repeatedly, alternating with pages, so that other load on the machine affects both alike."""

    def __init__(self):
        self.readings = []

    def time(self):
        self.readings.append(min(_cpu_ms() for _loop in range(LOOPS)))


def reference_ms(run, ms):
    """Converts `ms` of CPU to the reference machine; None if the yardstick was not timed."""
    yardstick = run.get("yardstick_ms")
    return ms * REFERENCE_MS / yardstick if ms is not None and yardstick else None


def _cpu_ms():
    start = time.process_time()
    _loop()
    return (time.process_time() - start) * 1000


def _loop():
    """Calls, strings, dictionaries and sorting, the work that rendering pages consists of."""
    lines = {}
    for number in range(4_000):
        lines.setdefault(_name(number), []).append(number)
    return ", ".join(f"{name}: {len(numbers)}" for name, numbers in sorted(lines.items()))


def _name(number):
    return f"{number % 61}-{number % 53}".upper()
