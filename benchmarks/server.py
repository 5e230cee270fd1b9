"""The web server as `make run` starts it, on its own port."""

import http.client
import os
import re
import secrets
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

from microblog_site.supervisor import stop_with_parent
from tests.ports import free_port

from .request import Request

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
PATIENCE = 60  # seconds


def environment(database_url, data_dir):
    """The site with default settings, whatever `.env` and the environment say, on this database.

    Rate limits are counted as usual, because that is part of the cost of acts, but never reached.
    """
    knobs = re.findall(r"(?m)^#? ?([A-Z][A-Z0-9_]*)=", (ROOT / ".env.example").read_text(encoding="utf-8"))
    inherited = {name: value for name, value in os.environ.items() if name not in knobs}
    return (
        inherited
        | {name: "999999999/1h" for name in knobs if name.startswith("LIMIT_")}
        | {
            "DJANGO_SETTINGS_MODULE": "benchmarks.settings",
            "ENV_FILE": "",
            "SECRET_KEY": secrets.token_urlsafe(60),
            "DATABASE_URL": database_url,
            "DATA_DIR": str(data_dir),
        }
    )


class Server:
    """A context manager: `with Server() as server: … server.port`."""

    def __init__(self, application="microblog_site.wsgi", **variables):
        self.port = free_port()
        self.command = [BIN / "gunicorn", "--config", "python:microblog_site.gunicorn", application]
        self.environment = os.environ | {"PORT": str(self.port)} | variables

    def __enter__(self):
        self.process = subprocess.Popen(
            self.command, cwd=ROOT, env=self.environment, stdout=subprocess.DEVNULL, preexec_fn=stop_with_parent
        )
        deadline = time.monotonic() + PATIENCE
        while not self.answers():
            if self.process.poll() is not None or time.monotonic() > deadline:
                self.__exit__()
                raise RuntimeError("The web server does not start.")
            time.sleep(0.05)
        return self

    def __exit__(self, *_error):
        self.process.terminate()
        self.process.wait()

    def answers(self):
        try:
            return bool(self.get(Request("/health/live/")))
        except OSError:
            return False

    def get(self, request):
        """The body of a page as sent over the wire."""
        with closing(http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)) as connection:
            connection.request("GET", request.path, headers=request.all_headers)
            response = connection.getresponse()
            body = response.read()
            if response.status != 200:
                raise RuntimeError(f"{request.path} answers {response.status}.")
            return body

    def workers(self):
        """The process ids of the workers."""
        pid = self.process.pid
        return Path(f"/proc/{pid}/task/{pid}/children").read_text().split()

    def cpu(self):
        """Milliseconds of CPU used by the server and its workers, including workers that have ended."""
        ticks = sum(ticks_of(self.process.pid, 4)) + sum(sum(ticks_of(worker, 2)) for worker in self.workers())
        return 1000 * ticks / os.sysconf("SC_CLK_TCK")


def ticks_of(pid, number):
    """The first values of its own CPU in user and kernel mode, and that of its ended children in both."""
    after_name = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return map(int, after_name[11 : 11 + number])
