"""The proxies of `deploy/` in front of a site, for as long as a test needs them."""

import os
import shutil
import subprocess
import tempfile
from contextlib import contextmanager
from pathlib import Path

from .ports import free_port, wait_for

DEPLOY = Path(__file__).resolve().parent.parent / "deploy"
KINDS = ("fastcgi", "scgi", "uwsgi", "proxy", "client_body")
NGINX = (
    """
daemon off;
master_process off;
pid nginx.pid;
error_log stderr;
events {}
http {
    access_log off;
    include site.conf;
"""
    + "".join(f"    {kind}_temp_path {kind};\n" for kind in KINDS)
    + "}\n"
)


def program(name):
    return shutil.which(name, path=f"{os.environ['PATH']}{os.pathsep}/usr/sbin")


@contextmanager
def caddy(site):
    """Run Caddy in front of the site; gives its port."""
    port = free_port()
    changes = {"town.example {": f"http://127.0.0.1:{port} {{", "servers {": "admin off\nservers {"}
    with folder_with(Caddyfile=adapted("Caddyfile", site, changes)) as folder:
        command = ["caddy", "run", "--config", folder / "Caddyfile"]
        with running(command, port, HOME=str(folder)):
            yield port


@contextmanager
def nginx(site):
    """Run nginx in front of the site; gives its port."""
    port = free_port()
    changes = {"listen 80;": f"listen 127.0.0.1:{port};"}
    with folder_with(**{"site.conf": adapted("nginx.conf", site, changes), "nginx.conf": NGINX}) as folder:
        command = ["nginx", "-p", folder, "-c", "nginx.conf", "-e", "stderr"]
        with running(command, port):
            yield port


def adapted(name, site, changes):
    """A file of `deploy/`, in front of this site and with these changes."""
    text = (DEPLOY / name).read_text(encoding="utf-8")
    for before, after in {"127.0.0.1:8000": f"127.0.0.1:{site.port}", **changes}.items():
        assert before in text
        text = text.replace(before, after)
    return text


@contextmanager
def folder_with(**files):
    with tempfile.TemporaryDirectory(prefix="microblog-proxy-") as name:
        for file, text in files.items():
            (Path(name) / file).write_text(text, encoding="utf-8")
        yield Path(name)


@contextmanager
def running(command, port, **environment):
    process = subprocess.Popen(
        [program(command[0]), *command[1:]],
        env=os.environ | environment,
        stdin=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        wait_for(port)
        yield
    finally:
        process.terminate()
        process.wait()
