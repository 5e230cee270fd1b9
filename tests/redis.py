"""Temporary Redis or Valkey servers, from the program found on this machine."""

import shutil
import socket
import subprocess
import time
from contextlib import contextmanager

from .ports import free_port

PROGRAMS = ("valkey-server", "redis-server")
START_SECONDS = 10


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


def wait_for(port):
    deadline = time.monotonic() + START_SECONDS
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.02)
