"""The site's performance targets, and whether it meets them."""

from collections.abc import Callable
from dataclasses import dataclass

from .readers import NAMES
from .yardstick import reference_ms

MEMORY = "the same bytes from memory"
EMPTY = "empty view, probe"
HOME = "home, probe"
FOLLOWERS = "followers, probe"
LONG_THREAD, SHORT_THREAD = "thread of thousands", "thread of a page"
HOME_WITHOUT_TALK = 5.1  # reference ms, when people did not yet answer, repost and like
SIZES = "SML"
OPTIONAL = 2  # queries
ACTIVE = ("probe", "heavy", "celebrity", "fresh")


@dataclass
class Target:
    what: str
    value: Callable  # of a run and all runs → a number, or a number and where it was found; None if not measured
    bound: float | dict  # for all sizes, or by size
    stretch: float | None = None
    at_least: bool = False
    form: str = "{:.1f}"

    def bound_at(self, size):
        return self.bound.get(size) if isinstance(self.bound, dict) else self.bound

    def cell(self, run, runs):
        """The measured value and whether it meets the target; empty if there is nothing to say."""
        try:
            found, bound = self.value(run, runs), self.bound_at(run["size"])
        except KeyError:  # a run from before this was measured, or without it
            return ""
        if found is None or bound is None:
            return ""
        value, where = found if isinstance(found, tuple) else (found, "")
        is_met = value >= bound if self.at_least else value <= bound
        return " ".join(
            filter(None, (self.form.format(value), where and f"({where})", "met" if is_met else "**not met**"))
        )

    def show(self, bound):
        if bound is None:
            return ""
        if isinstance(bound, dict):
            return ", ".join(f"{self.show(most)} at {size}" for size, most in bound.items() if size != "S")
        return f"{'≥' if self.at_least else '≤'} {self.form.format(bound)}"


def of_page(title, figure):
    """CPU of the application, in reference milliseconds."""
    return lambda run, _runs: reference_ms(run, run["pages"][title][figure])


def of_homes(figure, readers):
    """The maximum over these readers; None if the database is on another machine."""

    def value(run, _runs):
        figures = [run["pages"][f"home, {reader}"][figure] for reader in readers]
        return None if None in figures else max(figures)

    return value


def of_acts(figure):
    """The maximum over a like and a repost."""
    acts = ("like what nobody likes, fresh", "like what everybody likes, fresh", "repost, fresh")
    return lambda run, _runs: max(run["pages"][act][figure] for act in acts)


def ratio(title, other, figure):
    return lambda run, _runs: run["pages"][title][figure] / run["pages"][other][figure]


def deep_against_first(run, _runs):
    """The worst of all readers, for home and explore."""
    titles = [(timeline, reader) for timeline in ("home", "explore") for reader in NAMES]
    return max(
        (
            ratio(f"{timeline}, page 500, {reader}", f"{timeline}, {reader}", "cpu_ms")(run, None),
            f"{timeline}, {reader}",
        )
        for timeline, reader in titles
    )


def growth(run, runs):
    """The page that has grown most compared with the next smaller size."""
    smaller = runs.get((run["kind"], {"L": "M", "M": "S"}.get(run["size"])))
    if smaller is None:
        return None
    before = smaller["pages"]
    return max(
        (row["cpu_ms"] / before[title]["cpu_ms"], title)
        for title, row in run["pages"].items()
        if "cpu_ms" in row and "lonely" not in title and title in before
    )


def kilobytes(of):
    """Size of the answers for a home page with an empty browser cache, headers and bodies."""
    return lambda run, _runs: of(run["weights"]) / 1000


def of_processes(figure):
    return lambda run, _runs: run.get("processes", {}).get(figure)


TARGETS = [
    Target(
        "home of probe, requests a second against an empty view",
        ratio(HOME, EMPTY, "rps"),
        1 / 6,
        1 / 4,
        True,
        "{:.2f}",
    ),
    Target("home of probe, CPU of the application, reference ms", of_page(HOME, "app_ms"), 1.6 * HOME_WITHOUT_TALK),
    Target("the same with an empty cache, reference ms", of_page(HOME, "cold_ms"), 15),
    Target("a list of 40 followers, reference ms", of_page(FOLLOWERS, "app_ms"), 8),
    Target("an empty view, reference ms", of_page(EMPTY, "app_ms"), 1.2),
    Target(
        "CPU of the database, home of active readers and fresh, ms",
        of_homes("database_ms", ACTIVE),
        3,
    ),
    Target("… of idle, ms", of_homes("database_ms", ["idle"]), 6),
    Target("… of lonely, ms", of_homes("database_ms", ["lonely"]), {"S": 12, "M": 12, "L": 20}),
    Target("any page against the same at M, CPU (lonely apart)", growth, {"L": 1.2}, 1.1, form="{:.2f}"),
    Target("page 500 against page 1, CPU", deep_against_first, 1.3, form="{:.2f}"),
    Target(
        "the celebrity's post against a normal one, CPU",
        ratio("publish, celebrity", "publish, probe", "cpu_ms"),
        1.5,
        form="{:.2f}",
    ),
    Target(
        "a thread of thousands of answers against one of a page, CPU",
        ratio(f"{LONG_THREAD}, probe", f"{SHORT_THREAD}, probe", "cpu_ms"),
        1.3,
        form="{:.2f}",
    ),
    Target(
        "liking what everybody likes against what nobody does, CPU",
        ratio("like what everybody likes, fresh", "like what nobody likes, fresh", "cpu_ms"),
        1.3,
        form="{:.2f}",
    ),
    Target("queries of home", of_homes("queries", NAMES), 8, form="{:.0f}"),
    Target("queries of a like or repost", of_acts("queries"), 8, form="{:.0f}"),
    Target("home of probe as it is sent, KB", kilobytes(lambda weights: weights["/"]), 14),
    Target(
        "the same with all that a browser needs to show it, KB", kilobytes(lambda weights: sum(weights.values())), 90
    ),
    Target("PSS of a worker, MB", of_processes("pss_mb"), 180, form="{:.0f}"),
    Target("growth of it from request 2,000 to 10,000", of_processes("growth"), 0.05, form="{:.1%}"),
    Target("start of the web process to its first answer, s", of_processes("start_s"), 2.5),
]


def other_queries(runs, known):
    """Pages that run a different number of queries than at a smaller size; `known` includes former runs.

    `OPTIONAL` ones run only where something on the page quotes a post, or names who reposted or was answered.
    """
    for (kind, size), run in runs.items():
        for smaller in filter(None, (known.get((kind, below)) for below in SIZES[: SIZES.index(size)])):
            for page, row in run["pages"].items():
                number, before = row.get("queries"), smaller["pages"].get(page, row).get("queries")
                if number and abs(number - before) > OPTIONAL:
                    yield f"{kind}, {size}: {page} runs {number} queries, and {before} at {smaller['size']}."
