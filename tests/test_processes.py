"""Web server and worker as they really run: they lose nothing when killed at any moment, and stop when told to."""

import asyncio
import os
import re
import subprocess
import sys
import time
from pathlib import Path

import pytest
import requests
from django.conf import settings

from .mail_server import Postbox, serve
from .ports import free_port

PATIENCE = 60  # seconds
PYTHON = sys.executable
GUNICORN = Path(PYTHON).with_name("gunicorn")

pytestmark = pytest.mark.processes


class SlowPostbox(Postbox):
    """A mail server that keeps clients waiting until it is `awake`."""

    visits, awake = 0, False

    async def handle_DATA(self, server, session, envelope):
        self.visits += 1
        while not self.awake:
            await asyncio.sleep(0.05)
        return await super().handle_DATA(server, session, envelope)


class Site:
    """A site with its own data folder, address and mail server."""

    def __init__(self, data_dir, postbox):
        port = free_port()
        self.url = f"http://127.0.0.1:{port}"
        self.processes = []
        self.environment = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"} | {
            "DJANGO_SETTINGS_MODULE": "microblog_site.settings",
            "DATA_DIR": str(data_dir),
            "PORT": str(port),
            "EMAIL_URL": f"smtp://127.0.0.1:{postbox.port}",
        }

    def start(self, *command):
        process = subprocess.Popen(command, cwd=settings.BASE_DIR, env=self.environment)
        self.processes.append(process)
        return process

    def start_web(self):
        web = self.start(GUNICORN, "--config", "python:microblog_site.gunicorn", "microblog_site.wsgi")
        wait_until(self.serves)
        return web

    def start_worker(self):
        return self.start(PYTHON, "manage.py", "ox_worker", "--lock-timeout=2", "--interval=0.2")

    def serves(self):
        try:
            return requests.get(f"{self.url}/health/live/", timeout=5).ok
        except requests.RequestException:
            return False


class Visitor(requests.Session):
    """A minimal browser for forms."""

    def __init__(self, site):
        super().__init__()
        self.url = site.url

    def fill_in(self, path, **fields):
        page = self.get(self.url + path).text
        fields["csrfmiddlewaretoken"] = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page)[1]
        assert self.post(self.url + path, fields).ok


@pytest.fixture
def postbox():
    with serve(SlowPostbox) as postbox:
        yield postbox


@pytest.fixture
def site(tmp_path, postbox):
    site = Site(tmp_path, postbox)
    for command in (["migrate"], ["collectstatic", "--ignore=admin", "--ignore=django_ox"]):
        assert site.start(PYTHON, "manage.py", *command, "--no-input", "--verbosity=0").wait() == 0
    yield site
    for process in site.processes:
        process.kill()
        process.wait()


def wait_until(true):
    deadline = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.1)


def test_killed_processes_lose_nothing(site, postbox):
    web, worker = site.start_web(), site.start_worker()
    ada = Visitor(site)
    ada.fill_in(
        "/register/", username="ada", email="ada@example.org", password1="a red harbour", password2="a red harbour"
    )
    ada.fill_in("/posts/", body="Good morning, harbour")
    web.kill()
    wait_until(lambda: not site.serves())
    web = site.start_web()
    assert "Good morning, harbour" in ada.get(site.url).text

    ada.fill_in("/password/reset/", email="ada@example.org")
    wait_until(lambda: postbox.visits)
    worker.kill()
    worker.wait()
    postbox.awake = True
    worker = site.start_worker()
    wait_until(lambda: postbox.received)
    assert postbox.received[0]["To"] == "ada@example.org"

    for process in (web, worker):
        process.terminate()
    assert [process.wait(PATIENCE) for process in (web, worker)] == [0, 0]
    assert not site.serves()
