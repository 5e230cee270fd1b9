"""A PostgreSQL server that says nothing at all: every page is answered all the same, and soon."""

import os
import signal
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
import requests

from . import postgres
from .running_site import Site, wait_until

READERS = 12  # more than there are threads

pytestmark = [pytest.mark.processes, pytest.mark.postgresql_programs]


@pytest.fixture
def postgresql():
    with postgres.server(postgres.server_programs()) as url:
        yield url


@pytest.fixture
def site(tmp_path, postgresql):
    # It needs no tables: it has to answer when there is nothing to be had from them.
    with Site(tmp_path, DATABASE_URL=postgresql, DATABASE_STATEMENT_TIMEOUT="1") as site:
        site.start_web()
        yield site


def signal_all(postgresql, number):
    """Send a signal to the server and to all its processes."""
    folder = postgresql.partition("host=")[2]
    with open(f"{folder}/data/postmaster.pid") as file:
        server = file.readline().strip()
    children = subprocess.run(["ps", "-o", "pid=", "--ppid", server], capture_output=True, text=True, check=True).stdout
    for pid in [server, *children.split()]:
        os.kill(int(pid), number)


def status(url):
    return requests.get(url, timeout=30).status_code


def test_pages_say_so_and_come_back(site, postgresql):
    ready = f"{site.url}/health/ready/"
    with ThreadPoolExecutor(READERS) as readers:
        assert list(readers.map(status, [ready] * READERS)) == [200] * READERS  # so that connections are open
        signal_all(postgresql, signal.SIGSTOP)
        try:
            started = time.monotonic()
            pages = readers.map(status, [f"{site.url}/explore/"] * READERS)
            assert status(f"{site.url}/health/live/") == 200
            assert list(pages) == [503] * READERS
            assert time.monotonic() - started < 10
        finally:
            signal_all(postgresql, signal.SIGCONT)
    wait_until(lambda: status(ready) == 200)
