"""`make test`: every check, and every test on SQLite, on PostgreSQL and in Chromium, in parallel.

What this machine lacks is skipped and listed at the end; with REQUIRE_ALL=1 (CI) that counts as a failure.
"""

import os
import re
import shutil
import signal
import subprocess
import sys
import sysconfig
import tempfile
import threading
import time
import tomllib
from contextlib import ExitStack, contextmanager
from pathlib import Path

from . import language_model, postgres, proxies, redis

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
# The steps run in parallel, each in its own process, which keeps two cores busy; with more cores there are more
# processes.
PROCESSES = (os.cpu_count() or 1) // 2
PYTEST = ["pytest", "-q", f"--numprocesses={PROCESSES if PROCESSES > 1 else 0}", "--disable-warnings"]
OUTCOME = re.compile(r"(\d+) (passed|failed|error)")
SETTINGS = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["pytest"]["ini_options"]
APPS = [folder for folder in SETTINGS["testpaths"] if folder != "tests"]
CHROMIUM = ("chromium", "chromium-browser", "google-chrome")


class Step:
    """A command that runs in parallel with others: each line of its output is shown at once, after the step's name."""

    def __init__(self, name, *command, env=None):
        self.name = name
        self.started, self.seconds = time.monotonic(), 0
        self.last_line = ""
        self.process = subprocess.Popen(
            [BIN / command[0], *command[1:]],
            cwd=ROOT,
            env={**os.environ, **(env or {})},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self.reader = threading.Thread(target=self.show)
        self.reader.start()

    def show(self):
        with self.process:
            for line in self.process.stdout:
                print(f"{self.name:12} | {line}", end="", flush=True)
                self.last_line = line.strip() or self.last_line
        self.seconds = time.monotonic() - self.started

    @property
    def outcome(self):
        """The numbers of passes and failures; a step that counts no tests counts as one."""
        counts = {outcome: int(number) for number, outcome in OUTCOME.findall(self.last_line)}
        failed = counts.get("failed", 0) + counts.get("error", 0)
        succeeded = self.process.returncode == 0
        return counts.get("passed", 0) if counts else int(succeeded), failed or int(not succeeded)


class Report:
    def __init__(self):
        self.steps = []
        self.missing = []

    def start(self, name, *command, env=None):
        self.steps.append(Step(name, *command, env=env))

    def lacks(self, what):
        self.missing.append(what)

    @contextmanager
    def waiting(self):
        """Wait at the end for everything started within; stop it if an exception ends the block."""
        try:
            yield
            for step in self.steps:
                step.reader.join()
        finally:
            for step in self.steps:
                step.process.terminate()
                step.reader.join()

    def finish(self):
        """Print the result; returns the exit code."""
        print()
        for step in self.steps:
            print("{:14}{:6} passed {:4} failed {:7.1f} s".format(step.name, *step.outcome, step.seconds))
        if self.missing:
            print("\nLeft out, because this machine lacks it: " + "; ".join(self.missing))
        required = len(self.missing) if os.environ.get("REQUIRE_ALL") == "1" else 0
        passed, failed = map(sum, zip(*(step.outcome for step in self.steps), strict=True))
        print(f"\n{passed} passed, {failed + required} failed")
        return int(bool(failed + required))


def main():
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that the database server is stopped, too
    report = Report()
    with compiled_code_kept(), language_model.kept(), ExitStack() as servers, report.waiting():
        check_code(report)
        run_tests(report, servers)
    return report.finish()


@contextmanager
def compiled_code_kept():
    """Keep compiled bytecode: many tests start Python, which must not compile the whole site each time. Where Python
    may not write next to the code, use another folder, which has what was compiled when Python and packages were
    installed: five processes that start at once would each do that again, 4 s of work.
    """
    if not sys.dont_write_bytecode:
        yield
        return
    with tempfile.TemporaryDirectory(prefix="microblog-pycache-") as folder:
        places = [Path(sysconfig.get_path(kind)) for kind in ("stdlib", "purelib")]
        for place in {*places, *(place.resolve() for place in places)}:
            link_compiled_code(place, folder)
        os.environ |= {"PYTHONDONTWRITEBYTECODE": "", "PYTHONPYCACHEPREFIX": folder}
        yield


def link_compiled_code(place, folder):
    for cache in place.rglob("__pycache__"):
        if not {"test", "tests", "site-packages"}.isdisjoint(cache.relative_to(place).parts):
            continue
        beside = Path(folder, *cache.parts[1:-1])
        beside.mkdir(parents=True, exist_ok=True)
        for compiled in cache.glob(f"*.{sys.implementation.cache_tag}.pyc"):
            beside.joinpath(compiled.name).symlink_to(compiled)


def check_code(report):
    templates = [str(path) for path in sorted(ROOT.glob("templates/**/*.html"))]
    report.start("style", "ruff", "check", "--quiet")
    report.start("format", "ruff", "format", "--check", "--quiet")
    report.start("templates", "djade", "--check", "--target-version", "6.1", *templates)


def run_tests(report, servers):
    here = "not browser"
    if not (shutil.which("msgfmt") and shutil.which("xgettext")):
        report.lacks("gettext (msgfmt, xgettext)")
        here += " and not gettext"
    if not redis.program():
        report.lacks("a Redis or Valkey server (redis-server, valkey-server)")
        here += " and not redis"
    if not all(map(proxies.program, ("caddy", "nginx"))):
        report.lacks("Caddy and nginx")
        here += " and not proxies"
    url, programs = os.environ.get("TEST_DATABASE_URL"), postgres.server_programs()
    if not programs:
        here += " and not postgresql_programs"
    on_sqlite = {"TEST_DATABASE_URL": ""}
    # Parted so that the steps end at about the same time: `accounts` has nearly half of the apps' tests.
    for name, folders in {"accounts": APPS[:1], "other apps": APPS[1:], "site": ["tests"]}.items():
        report.start(name, *PYTEST, "-m", here, *folders, env=on_sqlite)
    if any(map(shutil.which, CHROMIUM)):
        report.start("Chromium", *PYTEST, "-m", "browser", "tests/browser", env=on_sqlite)
    else:
        report.lacks("Chromium")
    if url or programs:
        url = url or servers.enter_context(postgres.server(programs))
        rest_on_it = f"{here} and every_database and not processes"
        report.start("PostgreSQL", *PYTEST, "-m", rest_on_it, env={"TEST_DATABASE_URL": url})
    else:
        report.lacks("PostgreSQL (initdb, pg_ctl), or TEST_DATABASE_URL")


if __name__ == "__main__":
    sys.exit(main())
