"""A PostgreSQL server that lives as long as the tests need it, made from the server programs found on this machine."""

import os
import pwd
import shutil
import subprocess
import tempfile
from contextlib import contextmanager
from pathlib import Path

# Nothing in it has to survive a crash; its socket file is the only way in.
SPEED = "-c fsync=off -c synchronous_commit=off -c full_page_writes=off -c listen_addresses=''"


def server_programs():
    """The folder that holds initdb and pg_ctl, newest version first, or None."""
    on_path = [Path(program).resolve().parent] if (program := shutil.which("initdb")) else []
    debian = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda folder: -int(folder.parent.name))
    return next((folder for folder in [*on_path, *debian] if (folder / "pg_ctl").exists()), None)


@contextmanager
def server(programs):
    """Run a server in a folder of its own; gives the URL for DATABASE_URL."""
    folder = tempfile.mkdtemp(prefix="microblog-pg-", dir="/tmp")  # short: a socket's path has 107 bytes at most
    user = None
    if os.geteuid() == 0:  # PostgreSQL refuses to run as root
        user = "postgres" if "postgres" in {entry.pw_name for entry in pwd.getpwall()} else "nobody"
        shutil.chown(folder, user)

    def run(program, *arguments):
        subprocess.run(
            [programs / program, "-D", f"{folder}/data", *arguments],
            cwd=folder,
            user=user,
            env={**os.environ, "LC_ALL": "C.UTF-8"},
            stdout=subprocess.DEVNULL,
            stdin=subprocess.DEVNULL,
            check=True,
        )

    try:
        run("initdb", "--username=postgres", "--auth=trust", "--encoding=UTF8", "--no-sync")
        run("pg_ctl", "start", "--wait", f"--log={folder}/log", "-o", f"{SPEED} -k {folder}")
        try:
            yield f"postgres://postgres@/postgres?host={folder}"
        finally:
            run("pg_ctl", "stop", "--mode=immediate")
    finally:
        shutil.rmtree(folder)
