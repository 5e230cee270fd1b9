"""`make bench`: measures what each page costs on a filled site, compared with the least that it could cost.

make bench                                    # size S, on SQLite and, if available, PostgreSQL
make bench SIZE=M,L DATABASE=postgresql COMPARE=1
python -m benchmarks --size M --keep          # writes RESULTS.md
"""

import argparse
import json
import signal
import subprocess
import sys
import time

from microblog_site.supervisor import stop_with_parent

from . import databases, report, sqlite_load, targets
from .server import ROOT, environment

ROUNDS = {"S": (15, 1), "M": (30, 3), "L": (30, 3)}  # rounds alone, and under load
WRITING_SECONDS = {"S": 10, "M": 60}


def main():
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that everything that was started is stopped, too
    options, started = parse(), time.monotonic()
    kept, runs = report.kept_runs(), {}
    for kind in options.database:
        for size in options.size:
            with databases.filled(kind, size, options.fresh) as url:
                if url:
                    runs[kind, size] = measure(url, kind, size)
                    show(runs[kind, size], kept.get((kind, size)) if options.compare else None)
            if kind == "sqlite" and size in WRITING_SECONDS:
                runs[kind, size]["broken"] += sqlite_load.measure(WRITING_SECONDS[size], size)
    print(f"{report.targets_table(runs)}\n\nMeasured in {time.monotonic() - started:.0f} s.")
    if options.keep:
        report.keep(runs)
    return complain(runs, kept)


def parse():
    parser = argparse.ArgumentParser("make bench", description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--size", type=words, default=["S"], help="S, M, L, with commas between")
    parser.add_argument("--database", type=words, default=["sqlite", "postgresql"], help="sqlite, postgresql")
    parser.add_argument("--fresh", action="store_true", help="fill the databases anew")
    parser.add_argument("--compare", action="store_true", help="show the change against what is kept")
    parser.add_argument("--keep", action="store_true", help="keep the figures in RESULTS.md and results.json")
    return parser.parse_args()


def words(value):
    return value.split(",")


def measure(url, kind, size):
    """The figures of the site on one database, from a separate process, because Django reads its settings once."""
    print(f"\n{report.NAMES[kind]}, {size}", file=sys.stderr, flush=True)
    rounds, load_rounds = ROUNDS[size]
    command = [sys.executable, "-m", "benchmarks.measure", f"--rounds={rounds}", f"--load-rounds={load_rounds}"]
    done = subprocess.run(
        [*command, "--processes"] if size == "M" else command,
        cwd=ROOT,
        env=environment(url, databases.FOLDER / "site"),
        stdout=subprocess.PIPE,
        check=True,
        preexec_fn=stop_with_parent,
    )
    return json.loads(done.stdout) | {"kind": kind, "size": size, "machine": report.machine()}


def show(run, kept):
    print(f"\n{report.title(run)}, {report.yardstick(run)}\n\n{report.pages_table(run)}\n", flush=True)
    if kept:
        print(f"{report.comparison_table(run, kept)}\n", flush=True)


def complain(runs, kept):
    """Print which requirements are not met; returns the exit code."""
    broken = [f"{report.title(run)}: {sentence}" for run in runs.values() for sentence in run["broken"]]
    broken += targets.other_queries(runs, kept | runs)
    print("\n".join(broken or ["All that must hold does."]))
    return int(bool(broken))


if __name__ == "__main__":
    sys.exit(main())
