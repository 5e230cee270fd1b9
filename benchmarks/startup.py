"""Time from the start of the web server to its first answer: `python -m benchmarks.startup`.

The site must have been prepared (`manage.py prepare`), as `make run` does.
"""

import time
from statistics import median
from tempfile import TemporaryDirectory

from .server import Server

ROUNDS = 5


def measure():
    """The median in seconds."""
    with TemporaryDirectory() as folder:
        # Allow bytecode even if this environment disables it: an operator's Python may write it.
        compiled = {"PYTHONDONTWRITEBYTECODE": "", "PYTHONPYCACHEPREFIX": folder}
        start(compiled)
        return {"start_s": median(start(compiled) for _round in range(ROUNDS))}


def start(variables):
    started = time.perf_counter()
    with Server(**variables):
        return time.perf_counter() - started


if __name__ == "__main__":
    print("{start_s:.2f} s".format(**measure()))
