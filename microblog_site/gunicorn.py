"""Gunicorn's configuration; what operators may change comes from the environment: see `.env.example`."""

import gc
import os
import resource
import socket
import sys
import time

from django.db import connections

from . import preloading
from .env import env, exit_on_mistakes, listen_address, read_env_file, site_url

DAY = 24 * 60 * 60  # seconds
FILES = 3000


class FirstIs(str):
    """Equal to a header whose first value is this, in any case: of proxies behind each other, each adds its own."""

    __hash__ = str.__hash__

    def __eq__(self, header):
        return header.partition(",")[0].strip().lower() == str(self)


with exit_on_mistakes():
    read_env_file()
    bind = listen_address()
    workers = env.int("WEB_WORKERS", default=2, maximum=1000)
    threads = env.int("WEB_THREADS", default=4, maximum=1000)
    forwarder_headers = ""  # no SCRIPT_NAME, which would be prepended to every path
    forwarded_allow_ips = ",".join(map(str, env.networks("FORWARDED_ALLOW_IPS", default="127.0.0.1,::1", word="*")))
    secure_scheme_headers = {"X-FORWARDED-PROTO": FirstIs("https"), "X-FORWARDED-SSL": FirstIs("on")}
    statement_timeout = env.int("DATABASE_STATEMENT_TIMEOUT", default=5, minimum=0, maximum=DAY)
    lock_timeout = env.int("DATABASE_LOCK_TIMEOUT", default=3, minimum=0, maximum=DAY)


def open_files():
    """Raise the limit on open files as far as possible, up to `FILES`. Returns the limit."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    files = FILES if hard == resource.RLIM_INFINITY else min(hard, FILES)
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, files), hard))
    return files


# A connection takes one, and a second one for a long request or response; the rest is for everything else.
worker_connections = open_files() // 3
worker_class = "microblog_site.web_server.worker.Worker"

# Loaded once before forking, so that the workers share the memory of code and language models.
preload_app = True

timeout = 30  # seconds before an unresponsive worker is replaced
graceful_timeout = 20  # seconds for running requests when the server is asked to stop
keepalive = 15  # seconds that an idle connection stays open
max_requests = 10_000
max_requests_jitter = 1_000

IDLE_IN_TRANSACTION = 60  # seconds before the open transaction of a stuck thread is rolled back
# On PostgreSQL, a request that waits too long ends with an error page; commands and migrations may take their time.
# libpq reads this variable; options in DATABASE_URL take precedence.
os.environ.setdefault(
    "PGOPTIONS",
    f"-c statement_timeout={statement_timeout}s -c lock_timeout={lock_timeout}s"
    f" -c idle_in_transaction_session_timeout={IDLE_IN_TRANSACTION}s",
)

limit_request_line = 8190  # bytes
limit_request_fields = 64
limit_request_field_size = 8190  # bytes

SECONDS_TO_LET_GO = 3  # for the workers of a killed server to release the port

loglevel = "warning"
control_socket_disable = True  # it would be outside DATA_DIR


def on_starting(server):
    """Report a port that is in use in one line; gunicorn repeats its own, less clear message five times."""
    if server.master_pid or "LISTEN_FDS" in os.environ:
        return  # the socket is inherited from the previous server or from systemd
    deadline = time.monotonic() + SECONDS_TO_LET_GO
    while reason := why_closed(*server.address[0]):
        if time.monotonic() > deadline:
            sys.exit(f"Cannot listen on {bind}: {reason}. Choose another PORT: PORT=8080 make run, or a line in .env")
        time.sleep(0.2)


def why_closed(host, port):
    """Why nobody can listen on the address, or None."""
    try:
        socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET).close()
    except OSError as error:
        return os.strerror(error.errno) if error.errno > 0 else "there is no such host"
    return None


def when_ready(server):
    for load in preloading.functions:
        load()
    # Exempt existing objects from garbage collection, which would write to them and so give each worker its own copy.
    gc.collect()
    gc.freeze()
    print(f"\nMicroblog runs at {site_url()}/, listening on {bind}. Ctrl-C stops it.\n", flush=True)  # noqa: T201


def post_fork(server, worker):
    worker.statement_timeout = statement_timeout
    # A database connection belongs to one process: none may be inherited from the parent.
    connections.close_all()
