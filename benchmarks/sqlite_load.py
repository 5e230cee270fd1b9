"""SQLite as the database of a busy site: `python -m benchmarks.sqlite_load --seconds 60 --size M`.

On a copy of a filled database, people write and read as fast as the web server answers. Afterwards every accepted post
must be there exactly once, the counters must be right, and nothing may have failed, least of all because the database
was locked.
"""

import argparse
import re
import sqlite3
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from itertools import count
from pathlib import Path
from statistics import quantiles
from uuid import uuid4

import requests

from . import databases
from .server import ROOT, Server, environment

WRITERS = READERS = 8
PASSWORD = "a red harbour"
TOKEN = "csrfmiddlewaretoken"
COUNTERS = {
    "posts_count": """
        SELECT count(*) FROM posts_post WHERE author_id = person.id AND NOT hidden AND repost_of_id IS NULL
    """,
    "followers_count": "SELECT count(*) FROM social_follow WHERE followed_id = person.id",
    "following_count": "SELECT count(*) FROM social_follow WHERE follower_id = person.id",
}


class Person(requests.Session):
    """Signs up at the site, and records the time of each of its answers."""

    def __init__(self, url, name):
        super().__init__()
        self.url, self.name = url, name
        self.seconds, self.failures, self.accepted = [], [], []
        form = {"username": name, "email": f"{name}@example.org", "password1": PASSWORD, "password2": PASSWORD}
        self.token = re.search(rf'name="{TOKEN}" value="(\w+)"', self.get(f"{url}/register/").text)[1]
        self.ask("/register/", 302, form)
        self.token = self.cookies["csrftoken"]
        self.seconds.clear()

    def ask(self, path, status, form=None):
        """Whether the site answers with this `status`."""
        start = time.perf_counter()
        try:
            method, data = ("GET", None) if form is None else ("POST", form | {TOKEN: self.token})
            answer = self.request(method, self.url + path, data=data, allow_redirects=False, timeout=60).status_code
        except requests.RequestException as error:
            answer = error
        self.seconds.append(time.perf_counter() - start)
        if answer != status:
            self.failures.append(f"{path}: {answer}")
        return answer == status

    def write(self, until):
        """Publish posts one after the other; every tenth is sent twice, as by an impatient person."""
        for number in count():
            if time.monotonic() > until:
                return
            body, submission = f"{self.name} says this as number {number}", uuid4()
            for _time in range(2 if number % 10 == 0 else 1):
                if self.ask("/posts/", 302, {"body": body, "submission": submission}):
                    self.accepted.append(body)

    def read(self, others, until):
        for other in others:
            self.ask(f"/@{other}/follow/", 302, {})
        while time.monotonic() < until:
            for path in ("/", "/explore/", f"/@{others[0]}/"):
                self.ask(path, 200)


def measure(seconds, size="S"):
    """Print the results; returns a list of problems."""
    with databases.filled("sqlite", size) as url, tempfile.TemporaryDirectory(dir=databases.FOLDER) as folder:
        database = Path(folder) / "db.sqlite3"
        copy(url.removeprefix("sqlite:///"), database)
        variables = environment(f"sqlite:///{database}", folder)
        subprocess.run([sys.executable, "manage.py", "prepare"], cwd=ROOT, env=variables, check=True)
        with Server(**variables) as server:
            url = f"http://127.0.0.1:{server.port}"
            people = [Person(url, f"hand{number}") for number in range(WRITERS + READERS)]
            before = server.cpu()
            elapsed = let_loose(people, seconds)
            cpu = (server.cpu() - before) / sum(len(person.seconds) for person in people)
        show(people[:WRITERS], "writes", elapsed)
        show(people[WRITERS:], "reads", elapsed)
        print(f"{cpu:.1f} ms of CPU an answer")
        failures = [failure for person in people for failure in person.failures]
        with closing(sqlite3.connect(database)) as connection:
            return [*failures[:5], *losses(connection, people), *complaints(Path(folder))]


def copy(source, target):
    with closing(sqlite3.connect(f"file:{source}?mode=ro", uri=True)) as old, closing(sqlite3.connect(target)) as new:
        old.backup(new)


def let_loose(people, seconds):
    """Let the people run. Returns the seconds they took."""
    names = [person.name for person in people[:WRITERS]]
    start = time.monotonic()
    with ThreadPoolExecutor(len(people)) as pool:
        doing = [pool.submit(person.write, start + seconds) for person in people[:WRITERS]]
        doing += [pool.submit(person.read, names, start + seconds) for person in people[WRITERS:]]
    for done in doing:
        done.result()
    return time.monotonic() - start


def show(people, what, elapsed):
    answers = sorted(1000 * seconds for person in people for seconds in person.seconds)
    percentiles = quantiles(answers, n=100)
    figures = f"p50 {percentiles[49]:.0f} ms, p99 {percentiles[98]:.0f} ms, longest {answers[-1]:.0f} ms"
    print(f"{len(people)} people, {len(answers) / elapsed:.0f} {what} a second: {figures}")


def losses(connection, people):
    accepted = {body for person in people for body in person.accepted}
    rows = connection.execute("SELECT body, count(*) FROM posts_post WHERE body LIKE 'hand%says this%' GROUP BY body")
    kept = dict(rows.fetchall())
    if lost := accepted - kept.keys():
        yield f"{len(lost)} posts that were accepted are not there."
    if doubled := [body for body, number in kept.items() if number > 1]:
        yield f"{len(doubled)} posts are there more than once."
    for column, counted in COUNTERS.items():
        wrong = f"SELECT count(*) FROM accounts_user AS person WHERE {column} != ({counted})"
        if number := connection.execute(wrong).fetchone()[0]:
            yield f"{column} is wrong for {number} people."


def complaints(folder):
    """The first log lines that report an error."""
    lines = [line for log in folder.glob("log/*") for line in log.read_text().splitlines()]
    return [line for line in lines if " ERROR " in line or "locked" in line][:5]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--seconds", type=int, default=60)
    parser.add_argument("--size", default="S", help="S or M")
    options = parser.parse_args()
    faults = measure(options.seconds, options.size)
    print("\n".join(faults or ["Nothing was lost, and nothing failed."]))
    return int(bool(faults))


if __name__ == "__main__":
    sys.exit(main())
