"""Which site runs from a data folder: one at most. Its supervisor holds a lock, which goes with it however it ends."""

import fcntl
import sys
from contextlib import contextmanager

FILE = "running"  # in DATA_DIR; it says where the site is reached


@contextmanager
def only_one(folder, url):
    """Let nobody else run a site from `folder` meanwhile; where somebody does, say so and end the process."""
    with (folder / FILE).open("a+", encoding="utf-8") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            sys.exit(f"Microblog runs from {folder} already: stop it first, or set another DATA_DIR and PORT.")
        file.truncate(0)
        file.write(url)
        file.flush()
        try:
            yield
        finally:
            file.truncate(0)


def url_of(folder):
    """The URL of the site that runs from `folder`; empty where none does."""
    file = folder / FILE
    return file.read_text(encoding="utf-8") if file.exists() else ""
