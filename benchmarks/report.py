"""Formats the figures as Markdown tables, stores and compares them."""

import json
import os
import platform
from pathlib import Path

import django

from . import plot
from .targets import EMPTY, MEMORY, TARGETS
from .yardstick import reference_ms

FOLDER = Path(__file__).parent
RESULTS, KEPT, PLOT = FOLDER / "RESULTS.md", FOLDER / "results.json", FOLDER / "cost.svg"
ALONE = ("queries", "app_ms", "cold_ms", "database_ms", "work")
OF_APPLICATION = ("app_ms", "cold_ms")
UNDER_LOAD = ("p50", "p99", "workers_ms", "generator_ms")
NAMES = {"postgresql": "PostgreSQL", "sqlite": "SQLite"}


def table(header, rows):
    """A Markdown table aligned for terminals: the first column to the left, the others to the right."""
    widths = [max(len(row[column]) for row in (header, *rows)) for column in range(len(header))]
    rule = [":" + "-" * (widths[0] - 1), *("-" * (width - 1) + ":" for width in widths[1:])]
    lines = [header, rule, *rows]
    return "\n".join(
        "| " + " | ".join([line[0].ljust(widths[0]), *map(str.rjust, line[1:], widths[1:])]) + " |" for line in lines
    )


def figure(number, form=None):
    if number is None:
        return ""
    return (form or form_of(number)).format(number)


def form_of(number):
    if isinstance(number, int):
        return "{:,}"
    return "{:.2f}" if number < 1 else "{:,.1f}"


def change(now, before):
    """For example "12.3 (+5%)"."""
    if now is None or not before:
        return figure(now)
    return f"{figure(now)} ({now / before - 1:+.0%})"


def pages_table(run):
    unit = "buffers" if run["kind"] == "postgresql" else "instructions"
    header = ["page", "queries", "app ms", "cold ms", "database ms", unit, "app ref", "cold ref", "CPU / empty"]
    header += ["a second", "/ empty", "/ memory", "p50 ms", "p99 ms", "workers ms", "generator ms"]
    pages = run["pages"]
    empty, memory = pages[EMPTY], pages[MEMORY]
    rows = []
    for title, row in pages.items():
        cells = [title, *(figure(row.get(name)) for name in ALONE)]
        cells += [figure(reference_ms(run, row.get(name))) for name in OF_APPLICATION]
        cells += [figure(relative(row, empty, "cpu_ms"))]
        cells += [
            figure(row.get("rps"), "{:,.0f}"),
            *(figure(relative(row, to, "rps"), "{:.2f}") for to in (empty, memory)),
        ]
        rows.append(cells + [figure(row.get(name)) for name in UNDER_LOAD])
    return table(header, rows)


def relative(row, other, name):
    return row[name] / other[name] if name in row else None


def weights_table(run):
    return table(["path", "bytes"], [[path, figure(size)] for path, size in run["weights"].items()])


def targets_table(runs):
    header = ["what", "target", "stretch", *(title(run) for run in runs.values())]
    rows = [
        [target.what, target.show(target.bound), target.show(target.stretch)]
        + [target.cell(run, runs) for run in runs.values()]
        for target in TARGETS
    ]
    return table(header, rows)


def comparison_table(run, kept):
    names = ("queries", "work", "database_ms", "rps", "p99")
    rows = []
    for page, row in run["pages"].items():
        before = kept["pages"].get(page, {})
        cells = [change(row.get(name), before.get(name)) for name in names]
        cells += [
            change(reference_ms(run, row.get(name)), reference_ms(kept, before.get(name))) for name in OF_APPLICATION
        ]
        rows.append([page, *cells])
    header = ["against what is kept", "queries", "work", "database ms", "a second", "p99 ms", "app ref", "cold ref"]
    return table(header, rows)


def yardstick(run):
    if "yardstick_ms" not in run:  # stored before the yardstick existed
        return "no yardstick"
    return f"yardstick {run['yardstick_ms']:.2f} ms (1 ms is {reference_ms(run, 1):.2f} of the reference machine)"


def title(run):
    return f"{NAMES[run['kind']]}, {run['size']}"


def machine():
    model = next(line for line in Path("/proc/cpuinfo").read_text().splitlines() if line.startswith("model name"))
    return {
        "cpu": model.partition(":")[2].strip(),
        "cores": os.cpu_count(),
        "python": platform.python_version(),
        "django": django.__version__,
    }


def kept_runs():
    """The stored runs by database and size."""
    runs = json.loads(KEPT.read_text(encoding="utf-8")) if KEPT.exists() else []
    return {(run["kind"], run["size"]): run for run in runs}


def keep(runs):
    runs = dict(sorted((kept_runs() | runs).items()))
    KEPT.write_text(json.dumps(list(runs.values()), indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    PLOT.write_text(plot.draw(runs), encoding="utf-8")
    RESULTS.write_text(results_page(runs), encoding="utf-8")


RESULTS_PAGE = """# What pages cost

Written by `make bench KEEP=1`; see [the README](README.md) for what is measured and how.

![CPU of a home page against the size of the site](cost.svg)

## Targets

{targets}

## What a browser gets that has nothing of the site yet

For the home page of probe: head and body of each answer.

{weights}

## Pages

{pages}
"""

RUN = """### {title}

Measured {measured_at} on {cores} cores of {cpu}; {database}, Python {python}, Django {django}; {yardstick}.

{table}
"""


def results_page(runs):
    pages = [
        RUN.format(title=title(run), yardstick=yardstick(run), table=pages_table(run), **run, **run["machine"])
        for run in runs.values()
    ]
    weights = weights_table(list(runs.values())[-1])
    return RESULTS_PAGE.format(targets=targets_table(runs), weights=weights, pages="\n".join(pages))
