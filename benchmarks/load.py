"""What pages cost under load: the web server with its defaults, two workers of four threads, and eight browsers."""

import json
import subprocess
import sys
import tempfile
from collections import Counter
from statistics import median

from .pages import undo
from .server import Server
from .targets import HOME, MEMORY

BROWSERS = [sys.executable, "-m", "benchmarks.browsers"]
SECONDS = 1  # per page and round
FORMS = 1_000  # of one kind, each sent by another browser: more than are answered in a round


class Load:
    """Browsers that request a page or an act from `server`, round after round, alternating with others."""

    def __init__(self, title, server, scenario):
        self.title, self.server, self.scenario = title, server, scenario
        self.rounds, self.statuses = [], Counter()

    def run(self):
        before = self.server.cpu()
        found = self.ask(SECONDS)
        statuses = found.pop("statuses")
        self.rounds.append(found | {"workers_ms": (self.server.cpu() - before) / sum(statuses.values())})
        self.statuses.update(statuses)

    def ask(self, seconds):
        """The browsers' results; with zero seconds, each browser sends one request."""
        browsers = FORMS if self.scenario.repeats and self.scenario.requests[0].form else 1
        requests = [
            request.of_another_browser().as_text() for request in self.scenario.requests for _browser in range(browsers)
        ]
        order = [self.server.port, requests, seconds, self.scenario.repeats]
        try:
            done = subprocess.run(BROWSERS, input=json.dumps(order), text=True, stdout=subprocess.PIPE, check=True)
            return json.loads(done.stdout)
        finally:
            undo(self.scenario)

    def figures(self):
        return {name: round(median(found[name] for found in self.rounds), 3) for name in self.rounds[0]}

    def faults(self):
        others = {status: number for status, number in self.statuses.items() if int(status) != self.scenario.status}
        if others:
            yield f"{self.title} under load: answers {others} instead of {self.scenario.status}."


def measure(scenarios, rounds, site):
    """A finished `Load` for each of these measured under load, and one for the home page's bytes in memory."""
    scenarios = [scenario for scenario in scenarios if scenario.under_load]
    home = next(scenario for scenario in scenarios if scenario.title == HOME)
    with tempfile.NamedTemporaryFile() as answer:
        answer.write(site.get(home.requests[0]))
        answer.flush()
        with Server("benchmarks.limit", BENCH_ANSWER=answer.name) as memory:
            loads = [Load(MEMORY, memory, home), *(Load(scenario.title, site, scenario) for scenario in scenarios)]
            for load in loads:
                load.ask(0)  # warms up the workers' caches
            for _round in range(rounds):
                for load in loads:
                    load.run()
    return loads
