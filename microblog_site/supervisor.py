"""Runs processes of the `Procfile` in the foreground: `python -m microblog_site.supervisor web worker`.

A process that dies is restarted, after a pause that grows while it keeps dying; one that cannot even start stops them
all. Ctrl-C, SIGTERM, a closed terminal and the death of the parent stop them too: each is asked to finish its work, and
killed only if that takes too long or on a second Ctrl-C.
"""

import ctypes
import os
import shlex
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

from .backends import OWNER_ONLY
from .env import BASE_DIR
from .running import only_one

TICK = 0.2  # seconds
START_SECONDS = 10  # a process that exits within this time has failed to start
STOP_SECONDS = 30
LONGEST_PAUSE = 30  # seconds
PR_SET_PDEATHSIG = 1
# In a separate process: this one would keep the 12 MB that settings import.
READ_SETTINGS = """
from microblog_site.env import exit_on_mistakes

with exit_on_mistakes():
    from microblog_site import settings
print(settings.DATA_DIR, settings.SITE_URL, sep="\\n")
"""


class Process:
    def __init__(self, name, command):
        self.name = name
        self.command = shlex.split(command)
        self.pause = 1  # seconds between starts, at least
        self.restarted = False
        self.start()

    def start(self):
        # In its own session, Ctrl-C in the terminal does not reach it: the supervisor asks it to stop, once.
        self.popen = subprocess.Popen(  # noqa: S603
            self.command, cwd=BASE_DIR, stdin=subprocess.DEVNULL, start_new_session=True, preexec_fn=stop_with_parent
        )
        self.started = time.monotonic()

    @property
    def lived(self):
        return time.monotonic() - self.started

    @property
    def failed_to_start(self):
        return not self.restarted and self.lived < START_SECONDS and (self.popen.poll() or 0) > 0

    def restart_if_dead(self):
        code = self.popen.poll()
        if code is None or self.lived < self.pause:
            return
        say(f"{self.name} ended ({f'signal {-code}' if code < 0 else f'exit code {code}'}): starting it again.")
        self.pause = 1 if self.lived > 2 * LONGEST_PAUSE else min(2 * self.pause, LONGEST_PAUSE)
        self.restarted = True
        self.signal_family(signal.SIGTERM)
        self.start()

    def signal_family(self, number):
        """Signal the process and its children, even if it is dead itself."""
        with suppress(ProcessLookupError):
            os.killpg(self.popen.pid, number)


class Supervisor:
    def __init__(self, commands):
        self.parent = os.getppid()
        self.requests_to_stop = 0
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            if signal.getsignal(number) != signal.SIG_IGN or number != signal.SIGHUP:  # nohup ignores SIGHUP
                signal.signal(number, self.request_stop)
        self.processes = [Process(name, command) for name, command in commands.items()]

    def request_stop(self, *_signal):
        self.requests_to_stop += 1

    def run(self):
        """Returns the exit code: 0 after a request to stop, else that of the process that failed to start."""
        code = 0
        while not code and not self.requests_to_stop and os.getppid() == self.parent:
            for process in self.processes:
                if process.failed_to_start:
                    say(f"{process.name} could not start.")
                    code = process.popen.returncode
                    break
                process.restart_if_dead()
            time.sleep(TICK)
        self.stop()
        return code

    def stop(self):
        asked, deadline = self.requests_to_stop, time.monotonic() + STOP_SECONDS
        for process in self.processes:
            process.popen.terminate()
        while any(process.popen.poll() is None for process in self.processes):
            if self.requests_to_stop > max(asked, 1) or time.monotonic() > deadline:
                break
            time.sleep(TICK)
        for process in self.processes:
            process.signal_family(signal.SIGKILL)
            process.popen.wait()


def stop_with_parent():
    """Have the kernel (Linux only) stop this process if the supervisor is killed."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


def say(line):
    print(line, file=sys.stderr, flush=True)  # noqa: T201


def commands_of(procfile, names):
    commands = dict(line.split(": ", 1) for line in procfile.read_text(encoding="utf-8").splitlines())
    return {name: commands[name] for name in names}


def main(names):
    os.environ["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    # Otherwise each process would report a wrong setting.
    read = subprocess.run([sys.executable, "-c", READ_SETTINGS], cwd=BASE_DIR, stdout=subprocess.PIPE, text=True)  # noqa: S603
    if read.returncode:
        return read.returncode
    data_dir, url = read.stdout.splitlines()
    os.umask(OWNER_ONLY)
    with only_one(Path(data_dir), url):
        return Supervisor(commands_of(BASE_DIR / "Procfile", names)).run()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
