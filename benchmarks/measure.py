"""Measures the site on one filled database, in a separate process because Django reads its settings once.

It runs in the environment of `benchmarks.server`; its last line of output is the result.
"""

import argparse
import json
import sys
from datetime import UTC, datetime

import django
from django.core.management import call_command

django.setup()

from django.db import connection  # noqa: E402

from . import cost, load, memory, pages, plain, plans, startup, wire  # noqa: E402
from .server import Server  # noqa: E402
from .targets import MEMORY  # noqa: E402
from .yardstick import Yardstick  # noqa: E402


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, help="times that each page is asked for alone")
    parser.add_argument("--load-rounds", type=int, help="seconds that each page is asked for under load")
    parser.add_argument("--processes", action="store_true", help="also measure memory and start of the web server")
    options = parser.parse_args()
    if connection.vendor == "postgresql":
        # One database process for everything, whose CPU can be measured.
        connection.settings_dict["CONN_MAX_AGE"] = None
    call_command("prepare", stdout=sys.stderr)
    visitors = pages.Visitors()
    try:
        print(json.dumps(measure(visitors, options)))
    finally:
        visitors.leave()


def measure(visitors, options):
    """The figures of each page by its title, and a list of violated requirements."""
    say("timelines against the plain query")
    timelines = plain.timelines(visitors.people)
    broken = [f"{title}: other posts than the plain query gives." for title in plain.wrong(timelines)]
    scenarios = [*pages.pages(visitors, timelines), *pages.acts(visitors)]
    say("each page alone")
    rows, yardstick = {}, Yardstick()
    for meter in cost.measure(scenarios, options.rounds, yardstick):
        rows[meter.scenario.title] = meter.figures()
        broken += plans.broken_rules(meter, connection.vendor)
    say("each page under load")
    with Server() as site:
        weights = wire.measure(f"127.0.0.1:{site.port}", visitors.get("probe", "/"))
        for used in load.measure(scenarios, options.load_rounds, site):
            rows[used.title] = rows.get(used.title, {}) | used.figures()
            broken += used.faults()
    return {
        "measured_at": datetime.now(UTC).date().isoformat(),
        "database": database_version(),
        "yardstick_ms": cost.typical(yardstick.readings),
        "pages": {MEMORY: rows.pop(MEMORY)} | rows,
        "weights": weights,
        "processes": processes(visitors) if options.processes else {},
        "broken": broken,
    }


def processes(visitors):
    say("memory and start of the web server")
    return memory.measure(visitors) | startup.measure()


def database_version():
    if connection.vendor == "sqlite":
        return f"SQLite {'.'.join(map(str, connection.Database.sqlite_version_info))}"
    return f"PostgreSQL {connection.pg_version // 10_000}.{connection.pg_version % 10_000}"


def say(what):
    print(f"  {what}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
