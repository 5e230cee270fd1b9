"""`make test`: every check, and every test on SQLite, on PostgreSQL and in Chromium.

What this machine lacks is left out and named at the end; with REQUIRE_ALL=1 (CI) that counts as a failure.
"""

import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path

from . import postgres, redis

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
PYTEST = ["pytest", "-q", "--numprocesses=auto", "--disable-warnings"]
OUTCOME = re.compile(r"(\d+) (passed|failed|error)")
CHROMIUM = ("chromium", "chromium-browser", "google-chrome")


class Report:
    def __init__(self):
        self.rows = []
        self.missing = []

    def run(self, name, *command, env=None):
        """Run a step and show what it prints; one that counts no tests counts as one."""
        print(f"\n== {name}: {' '.join(command)}", flush=True)
        started, last_line = time.monotonic(), ""
        process = subprocess.Popen(
            [BIN / command[0], *command[1:]],
            cwd=ROOT,
            env={**os.environ, **(env or {})},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        try:
            for line in process.stdout:
                print(line, end="", flush=True)
                last_line = line.strip() or last_line
            succeeded = process.wait() == 0
        finally:
            process.terminate()
        counts = {outcome: int(number) for number, outcome in OUTCOME.findall(last_line)}
        failed = counts.get("failed", 0) + counts.get("error", 0)
        self.rows.append(
            {
                "name": name,
                "passed": counts.get("passed", 0) if counts else int(succeeded),
                "failed": failed or int(not succeeded),
                "seconds": time.monotonic() - started,
            }
        )

    def lacks(self, what):
        self.missing.append(what)

    def finish(self):
        """Print the result; returns the exit code."""
        print()
        for row in self.rows:
            print("{name:32}{passed:6} passed {failed:4} failed {seconds:7.1f} s".format(**row))
        if self.missing:
            print("\nLeft out, because this machine lacks it: " + "; ".join(self.missing))
        required = len(self.missing) if os.environ.get("REQUIRE_ALL") == "1" else 0
        passed, failed = (sum(row[outcome] for row in self.rows) for outcome in ("passed", "failed"))
        print(f"\n{passed} passed, {failed + required} failed")
        return int(bool(failed + required))


def main():
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that the database server is stopped, too
    report = Report()
    with compiled_code_kept():
        check_code(report)
        run_tests(report)
    return report.finish()


@contextmanager
def compiled_code_kept():
    """Many tests start Python, which must not compile all of the site each time; where it may leave no file beside
    the code, it keeps them elsewhere meanwhile.
    """
    if not sys.dont_write_bytecode:
        yield
        return
    with tempfile.TemporaryDirectory(prefix="microblog-pycache-") as folder:
        os.environ |= {"PYTHONDONTWRITEBYTECODE": "", "PYTHONPYCACHEPREFIX": folder}
        yield


def check_code(report):
    templates = [str(path) for path in sorted(ROOT.glob("templates/**/*.html"))]
    report.run("style", "ruff", "check", "--quiet")
    report.run("format", "ruff", "format", "--check", "--quiet")
    report.run("templates", "djade", "--check", "--target-version", "6.1", *templates)


def run_tests(report):
    here = "not browser"
    if not (shutil.which("msgfmt") and shutil.which("xgettext")):
        report.lacks("gettext (msgfmt, xgettext)")
        here += " and not gettext"
    if not redis.program():
        report.lacks("a Redis or Valkey server (redis-server, valkey-server)")
        here += " and not redis"
    on_sqlite = {"TEST_DATABASE_URL": ""}
    report.run("tests on SQLite", *PYTEST, "-m", here, env=on_sqlite)
    here += " and every_database and not processes"  # these run on SQLite
    if os.environ.get("TEST_DATABASE_URL"):
        report.run("tests on TEST_DATABASE_URL", *PYTEST, "-m", here)
    elif programs := postgres.server_programs():
        with postgres.server(programs) as url:
            report.run("tests on PostgreSQL", *PYTEST, "-m", here, env={"TEST_DATABASE_URL": url})
    else:
        report.lacks("PostgreSQL (initdb, pg_ctl), or TEST_DATABASE_URL")
    if any(map(shutil.which, CHROMIUM)):
        report.run("tests in Chromium", *PYTEST, "-m", "browser", "tests/browser", env=on_sqlite)
    else:
        report.lacks("Chromium")


if __name__ == "__main__":
    sys.exit(main())
