"""Filled databases, kept between runs in `bench` under `DATA_DIR` (var): filling takes longer than measuring.

PostgreSQL is a separate server there, created from the server programs found on this machine, and running only while it
is used. `BENCH_DATABASE_URL` names an existing server instead, on which databases can be created:
`postgres://user:password@host/postgres`.
"""

import os
import subprocess
import sys
import time
from contextlib import closing, contextmanager, nullcontext
from urllib.parse import urlsplit

import psycopg

from microblog_site.supervisor import stop_with_parent
from tests import postgres

from .server import ROOT, environment

FOLDER = ROOT / os.environ.get("DATA_DIR", "var") / "bench"
MEMORY = "-c shared_buffers=512MB -c maintenance_work_mem=256MB -c max_wal_size=4GB"
FILL = "from benchmarks import community, data; data.fill(community.SIZES['{}'])"


def filled(kind, size, fresh=False):
    """A context manager that gives the URL of a filled database, or None if there is none of this kind or size."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    return {"sqlite": sqlite, "postgresql": postgresql}[kind](size, fresh)


@contextmanager
def sqlite(size, fresh):
    if size == "L":
        print("Size L is for PostgreSQL.", file=sys.stderr)
        yield None
        return
    database, unfinished = FOLDER / f"{size}.sqlite3", FOLDER / f"unfinished-{size}.sqlite3"
    if fresh or not database.exists():
        for file in FOLDER.glob(f"*{size}.sqlite3*"):  # including the journal of a killed process
            file.unlink()
        fill(f"sqlite:///{unfinished}", size)
        unfinished.rename(database)
    yield f"sqlite:///{database}"


@contextmanager
def postgresql(size, fresh):
    with server() as url:
        yield url and made(url, size, fresh)


def server():
    if url := os.environ.get("BENCH_DATABASE_URL"):
        return nullcontext(url)
    if programs := postgres.server_programs():
        return postgres.kept_server(programs, FOLDER / "postgresql", MEMORY)
    print("There is no PostgreSQL (initdb, pg_ctl) here; BENCH_DATABASE_URL may name one.", file=sys.stderr)
    return nullcontext()


def made(server, size, fresh):
    database = f"microblog_bench_{size.lower()}"
    unfinished = f"{database}_unfinished"
    with closing(psycopg.connect(server, autocommit=True)) as connection:
        if fresh or not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [database]).fetchone():
            connection.execute(f"DROP DATABASE IF EXISTS {database}")
            connection.execute(f"DROP DATABASE IF EXISTS {unfinished}")
            connection.execute(f"CREATE DATABASE {unfinished} TEMPLATE template0 ENCODING 'UTF8'")
            fill(named(server, unfinished), size)
            with closing(psycopg.connect(named(server, unfinished), autocommit=True)) as filled:
                filled.execute("VACUUM")  # otherwise autovacuum would do it while pages are measured
            connection.execute(f"ALTER DATABASE {unfinished} RENAME TO {database}")
    return named(server, database)


def named(server, database):
    return urlsplit(server)._replace(path=f"/{database}").geturl()


def fill(url, size):
    """Fill it in a separate process, because Django reads its settings once."""
    started = time.monotonic()
    for command in (["migrate", "--verbosity=0"], ["shell", "--verbosity=0", "--command", FILL.format(size)]):
        subprocess.run(
            [sys.executable, "manage.py", *command],
            cwd=ROOT,
            env=environment(url, FOLDER / "site"),
            check=True,
            preexec_fn=stop_with_parent,
        )
    print(f"Filled {size} in {time.monotonic() - started:.0f} s.", file=sys.stderr)
