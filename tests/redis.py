"""Temporary Redis or Valkey servers, from the program found on this machine."""

import shutil
import subprocess
from contextlib import contextmanager

from .ports import free_port, wait_for

PROGRAMS = ("valkey-server", "redis-server")


def program():
    return next(filter(None, map(shutil.which, PROGRAMS)), None)


@contextmanager
def server(port=0):
    """Run a server that stores nothing on disk; yields its port."""
    port = port or free_port()
    options = ["--port", str(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]
    process = subprocess.Popen([program(), *options], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
    try:
        wait_for(port)
        yield port
    finally:
        process.terminate()
        process.wait()
