"""At most one site runs from a data folder: its supervisor holds a lock, which is released however it ends."""

import fcntl
import os
import sys
from contextlib import contextmanager, suppress

FILE = "running"  # in DATA_DIR; contains the site's URL


@contextmanager
def only_one(folder, url):
    """Hold the lock on `folder`. If another site runs from it, say so and end the process."""
    with (folder / FILE).open("a+", encoding="utf-8") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            sys.exit(f"Microblog runs from {folder} already: stop it first, or set another DATA_DIR and PORT.")
        file.truncate(0)
        with suppress(OSError):  # a full disk, which keeps only `make demo` from telling the URL
            os.write(file.fileno(), url.encode())
        try:
            yield
        finally:
            file.truncate(0)


@contextmanager
def in_turn(folder):
    """Wait until no other process is in this context with the same `folder`."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def url_of(folder):
    """The URL of the site that runs from `folder`; empty if none does."""
    file = folder / FILE
    return file.read_text(encoding="utf-8") if file.exists() else ""
