"""What pages cost in this process: queries, CPU of the application and of the database, and the work of the queries.

On SQLite the database runs inside the application: its share is measured by running the same queries alone.
"""

import re
import time
from itertools import count, cycle
from pathlib import Path
from statistics import quantiles

from django.core.cache import cache
from django.db import connection, transaction
from django.db.backends.signals import connection_created

from microblog_site.wsgi import application

from .pages import undo

WARM_UPS = 5  # PostgreSQL plans a prepared statement five times before it may keep a plan
COLD_ROUNDS = 5
INSTRUCTIONS = 100  # of SQLite, between two readings of the counter
TRANSACTION = ("BEGIN", "SAVEPOINT", "RELEASE", "ROLLBACK")


class Meter:
    """Measures one page or act repeatedly, alternating with others, so that all of them are affected by other load
    alike.
    """

    def __init__(self, scenario):
        self.scenario = scenario
        self.requests = cycle(scenario.requests) if scenario.repeats else iter(scenario.requests)
        self.app, self.cold, self.backend, self.alone = [], [], [], []

    def look(self):
        """Record which queries it runs, once it is warmed up."""
        for _round in range(WARM_UPS):
            self.ask()
        with Recorder() as self.recorder:
            self.ask()

    def ask(self):
        status, headers, _body = next(self.requests).of_another_browser().answer(application)
        if status != self.scenario.status:
            raise RuntimeError(f"{self.scenario.title} answers {status} {headers.get('Location', '')}.")

    def time(self):
        app, backend = time.process_time(), backend_ns()
        self.ask()
        self.app.append((time.process_time() - app) * 1000)
        self.backend.append((backend_ns() - backend) / 1e6)

    def time_cold(self):
        cache.clear()
        start = time.process_time()
        self.ask()
        self.cold.append((time.process_time() - start) * 1000)

    def time_queries(self):
        start = time.process_time()
        with connection.cursor() as cursor:
            for sql, params in self.recorder.statements:
                cursor.execute(sql, params)
                cursor.fetchall()
        self.alone.append((time.process_time() - start) * 1000)

    def figures(self):
        return {
            "queries": len(self.recorder.statements),
            "work": self.recorder.work(),
            "app_ms": typical(self.app),
            "cold_ms": typical(self.cold),
            "database_ms": typical(self.backend) or typical(self.alone),
            "cpu_ms": round(typical(self.app) + typical(self.backend), 3),
        }


class Recorder:
    """Records each statement and its work: on PostgreSQL from its plan, for which the statement runs twice."""

    def __init__(self):
        self.statements, self.plans = [], []
        self.instructions = 0
        self.is_explaining = False

    def __enter__(self):
        self.wrapper = connection.execute_wrapper(self)
        self.wrapper.__enter__()
        connection_created.connect(self.watch)
        if connection.connection:
            self.watch(connection)
        return self

    def __exit__(self, *error):
        connection_created.disconnect(self.watch)
        if connection.vendor == "sqlite" and connection.connection:
            connection.connection.set_progress_handler(None, INSTRUCTIONS)
        self.wrapper.__exit__(*error)

    def watch(self, connection, **_signal):
        if connection.vendor == "sqlite":
            connection.connection.set_progress_handler(self.count_instructions, INSTRUCTIONS)

    def __call__(self, execute, sql, params, many, context):
        if not self.is_explaining and not sql.startswith(TRANSACTION):
            self.statements.append((sql, params))
            if connection.vendor == "postgresql":
                self.is_explaining = True
                self.plans.append(plan_of(sql, params))
                self.is_explaining = False
        return execute(sql, params, many, context)

    def count_instructions(self):
        self.instructions += INSTRUCTIONS

    def work(self):
        """On PostgreSQL, the database blocks that the queries touched, cached or not; on SQLite, the instructions
        executed.
        """
        if connection.vendor == "sqlite":
            return self.instructions
        return sum(plan["Shared Hit Blocks"] + plan["Shared Read Blocks"] for plan in self.plans)


def measure(scenarios, rounds, yardstick):
    """Return a finished `Meter` for each of these; the yardstick is timed in between."""
    meters = [Meter(scenario) for scenario in scenarios]
    readings = [meter for meter in meters if not meter.scenario.undo]
    acts = [meter for meter in meters if meter.scenario.undo]
    try:
        for meter in meters:
            meter.look()
        # Not right before the empty view, which comes first: the yardstick would push it out of the processor's caches.
        take_turns([*readings[:1], yardstick, *readings[1:]], rounds, "time")
        take_turns(readings, COLD_ROUNDS, "time_cold")
        if connection.vendor == "sqlite":
            take_turns(readings, COLD_ROUNDS, "time_queries")
        take_turns(acts, rounds, "time")
    finally:
        for scenario in scenarios:
            undo(scenario)
    return meters


def take_turns(meters, rounds, method):
    for _round in range(rounds):
        for meter in meters:
            getattr(meter, method)()


def plan_of(sql, params):
    """The plan that PostgreSQL chooses now, with its execution; changes are rolled back."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) {as_prepared(cursor, sql)}", params)
        if not sql.startswith("SELECT"):
            # Only for changes, because psycopg then forgets its prepared statements, too.
            transaction.set_rollback(True)
        return cursor.fetchone()[0][0]["Plan"]


def as_prepared(cursor, sql):
    """Execution of the statement that this connection has prepared for `sql`; `sql` itself if there is none."""
    numbers = count(1)
    statement = re.sub("%s", lambda _marker: f"${next(numbers)}", sql).replace("%%", "%")
    cursor.execute("SELECT name FROM pg_prepared_statements WHERE statement = %s", [statement])
    if not (found := cursor.fetchone()):
        return sql
    return f'EXECUTE "{found[0]}" ({", ".join(["%s"] * sql.count("%s"))})'


def backend_ns():
    """Nanoseconds of CPU used so far by this connection's PostgreSQL process, if it is on this machine."""
    if connection.vendor == "postgresql":
        stat = Path(f"/proc/{connection.connection.info.backend_pid}/schedstat")
        if stat.exists():
            return int(stat.read_text().split()[0])
    return 0


def typical(times):
    """The lower quartile: other work on the machine makes times longer, never shorter."""
    return round(quantiles(times, n=4, method="inclusive")[0], 3) if times else None
