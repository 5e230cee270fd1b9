import os
import signal
import subprocess
import sys
import time

import pytest
from django.conf import settings

from microblog_site.running import url_of

PATIENCE = 60  # seconds
PROGRAM = "import sys; from microblog_site.supervisor import Supervisor; sys.exit(Supervisor({}).run())"


@pytest.fixture
def supervise():
    """A function that starts a supervisor of processes with these commands."""
    supervisors = []

    def start(**commands):
        supervisor = subprocess.Popen(
            [sys.executable, "-c", PROGRAM.format(commands)],
            cwd=settings.BASE_DIR,
            preexec_fn=heed_closed_terminals,
            stderr=subprocess.PIPE,
            text=True,
        )
        supervisors.append(supervisor)
        return supervisor

    yield start
    for supervisor in supervisors:
        supervisor.terminate()
        supervisor.communicate()


def heed_closed_terminals():
    """Even if the tests run under nohup, whose signal handling child processes would inherit."""
    signal.signal(signal.SIGHUP, signal.SIG_DFL)


@pytest.fixture
def diary(tmp_path):
    """A file to which a process that runs `command` appends its id when it starts."""
    return tmp_path / "diary"


def sleeper(diary):
    return f"sh -c 'echo $$ >> {diary}; exec sleep 600'"


def starts(diary, at_least):
    """The ids of the processes started so far, once there are enough."""
    deadline = time.monotonic() + PATIENCE
    while len(numbers := diary.read_text().split() if diary.exists() else []) < at_least:
        assert time.monotonic() < deadline
        time.sleep(0.05)
    return [int(number) for number in numbers]


def is_running(pid):
    return subprocess.run(["ps", "-p", str(pid)], stdout=subprocess.DEVNULL, check=False).returncode == 0


def is_gone(pid):
    deadline = time.monotonic() + PATIENCE
    while is_running(pid) and time.monotonic() < deadline:
        time.sleep(0.05)
    return not is_running(pid)


def test_a_killed_process_is_started_again(supervise, diary):
    supervise(sleeper=sleeper(diary))
    (first,) = starts(diary, 1)
    subprocess.run(["kill", "-9", str(first)], check=True)
    assert len(starts(diary, 2)) == 2


@pytest.mark.parametrize("signal_number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_told_to_stop_it_stops_everything(supervise, diary, signal_number):
    supervisor = supervise(sleeper=sleeper(diary))
    (pid,) = starts(diary, 1)
    supervisor.send_signal(signal_number)
    assert supervisor.wait(PATIENCE) == 0
    assert is_gone(pid)


def test_a_process_that_cannot_start_stops_everything(supervise, diary):
    supervisor = supervise(sleeper=sleeper(diary), broken="sh -c 'exit 3'")
    assert supervisor.wait(PATIENCE) == 3
    assert "broken could not start" in supervisor.stderr.read()
    assert all(map(is_gone, starts(diary, 1)))


def test_when_the_supervisor_is_killed_nothing_stays_behind(supervise, diary):
    supervisor = supervise(sleeper=sleeper(diary))
    (pid,) = starts(diary, 1)
    supervisor.kill()
    assert is_gone(pid)


@pytest.fixture
def run_site(tmp_path):
    """A function that starts a supervisor with the data folder `tmp_path`, where it records the site's URL."""
    supervisors = []

    def start(port):
        supervisor = subprocess.Popen(
            [sys.executable, "-m", "microblog_site.supervisor"],
            cwd=settings.BASE_DIR,
            env=os.environ | {"DATA_DIR": str(tmp_path), "PORT": str(port)},
            stderr=subprocess.PIPE,
            text=True,
        )
        supervisors.append(supervisor)
        return supervisor

    yield start
    for supervisor in supervisors:
        supervisor.kill()
        supervisor.communicate()


def says_where_it_runs(data_dir, port):
    deadline = time.monotonic() + PATIENCE
    while url_of(data_dir) != f"http://127.0.0.1:{port}":
        assert time.monotonic() < deadline
        time.sleep(0.05)
    return True


def test_one_site_runs_from_a_data_folder(run_site, tmp_path):
    first = run_site(8090)
    assert says_where_it_runs(tmp_path, 8090)
    second = run_site(8091)
    assert second.wait(PATIENCE) == 1
    assert second.stderr.read() == (
        f"Microblog runs from {tmp_path} already: stop it first, or set another DATA_DIR and PORT.\n"
    )
    assert first.poll() is None
    assert says_where_it_runs(tmp_path, 8090)


def test_a_killed_supervisor_leaves_the_folder_to_the_next(run_site, tmp_path):
    first = run_site(8090)
    assert says_where_it_runs(tmp_path, 8090)
    first.kill()
    first.wait()
    second = run_site(8091)
    assert says_where_it_runs(tmp_path, 8091)
    second.terminate()
    assert second.wait(PATIENCE) == 0
    assert url_of(tmp_path) == ""
