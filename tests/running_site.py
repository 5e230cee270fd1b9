"""The site as it really runs, as processes of its own."""

import os
import re
import subprocess
import sys
import time
from pathlib import Path

import requests
from django.conf import settings

from . import language_model
from .ports import free_port

PATIENCE = 60  # seconds
PYTHON = sys.executable
GUNICORN = Path(PYTHON).with_name("gunicorn")


class Site:
    """A site with its own data folder and address: a context manager, at whose end its processes are killed."""

    def __init__(self, data_dir, **variables):
        language_model.share(data_dir)
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.processes = []
        self.environment = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"} | {
            "DJANGO_SETTINGS_MODULE": "microblog_site.settings",
            "DATA_DIR": str(data_dir),
            "PORT": str(self.port),
            **variables,
        }

    def prepare(self):
        for command in (["migrate"], ["collectstatic", "--ignore=admin", "--ignore=django_ox"]):
            assert self.start(PYTHON, "manage.py", *command, "--no-input", "--verbosity=0").wait() == 0

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

    def __enter__(self):
        return self

    def __exit__(self, *_error):
        for process in self.processes:
            process.kill()
            process.wait()


class Visitor(requests.Session):
    """A minimal browser for forms."""

    def __init__(self, site):
        super().__init__()
        self.url = site.url

    def fill_in(self, path, files=None, **fields):
        page = self.get(self.url + path).text
        fields["csrfmiddlewaretoken"] = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page)[1]
        response = self.post(self.url + path, fields, files=files)
        assert response.ok
        return response


def wait_until(true):
    deadline = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.1)
