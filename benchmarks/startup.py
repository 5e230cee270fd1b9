"""How long the web server takes from its start to its first answer: `python -m benchmarks.startup`.

It must have been prepared (`manage.py prepare`), as `make run` does it.
"""

import time
from statistics import median
from tempfile import TemporaryDirectory

from .server import Server

ROUNDS = 5


def measure():
    """The median, in seconds."""
    with TemporaryDirectory() as folder:
        # Also where Python must not leave compiled code beside the site's: an operator's may.
        compiled = {"PYTHONDONTWRITEBYTECODE": "", "PYTHONPYCACHEPREFIX": folder}
        start(compiled)
        return {"start_s": median(start(compiled) for _round in range(ROUNDS))}


def start(variables):
    started = time.perf_counter()
    with Server(**variables):
        return time.perf_counter() - started


if __name__ == "__main__":
    print("{start_s:.2f} s".format(**measure()))
