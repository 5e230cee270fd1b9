"""Temporary PostgreSQL servers, created with the server programs found on this machine."""

import os
import pwd
import shutil
import subprocess
import tempfile
from contextlib import contextmanager
from pathlib import Path

# No data has to survive a crash, and no query runs so often that compiling it pays off.
SPEED = "-c fsync=off -c synchronous_commit=off -c full_page_writes=off -c jit=off"
IN_BY_ITS_SOCKET_ONLY = "-c listen_addresses='' -k"


def server_programs():
    """The folder of the newest version with initdb and pg_ctl, or None."""
    on_path = [Path(program).resolve().parent] if (program := shutil.which("initdb")) else []
    debian = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda folder: -int(folder.parent.name))
    return next((folder for folder in [*on_path, *debian] if (folder / "pg_ctl").exists()), None)


@contextmanager
def server(programs):
    """Run a server in its own folder; yields the URL for DATABASE_URL."""
    # Short, because a socket's path is limited to 107 bytes.
    folder = Path(tempfile.mkdtemp(prefix="microblog-pg-", dir="/tmp"))
    try:
        with kept_server(programs, folder, SPEED) as url:
            yield url
    finally:
        shutil.rmtree(folder)


@contextmanager
def kept_server(programs, folder, options):
    """Run the server that keeps its data in `folder`; if it was already running, it stays so afterwards. Yields the
    URL.
    """
    folder.mkdir(mode=0o700, exist_ok=True)
    user = None
    if os.geteuid() == 0:  # PostgreSQL refuses to run as root
        user = "postgres" if "postgres" in {entry.pw_name for entry in pwd.getpwall()} else "nobody"
        shutil.chown(folder, user)

    def run(program, *arguments, check=True):
        return subprocess.run(
            [programs / program, "-D", folder / "data", *arguments],
            cwd=folder,
            user=user,
            env={**os.environ, "LC_ALL": "C.UTF-8"},
            stdout=subprocess.DEVNULL,
            stdin=subprocess.DEVNULL,
            check=check,
        ).returncode

    if not (folder / "data").exists():
        run("initdb", "--username=postgres", "--auth=trust", "--encoding=UTF8", "--no-sync")
    runs_already = run("pg_ctl", "status", check=False) == 0
    if not runs_already:
        run("pg_ctl", "start", "--wait", f"--log={folder}/log", "-o", f"{options} {IN_BY_ITS_SOCKET_ONLY} {folder}")
    try:
        yield f"postgres://postgres@/postgres?host={folder}"
    finally:
        if not runs_already:
            run("pg_ctl", "stop", "--mode=fast")
