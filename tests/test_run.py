"""`make test` reports what failed, and what it could not run."""

import pytest

from .run import Report, run_tests

PASSES = "print('3 passed, 1 deselected in 0.1s')"
FAILS = "print('1 failed, 2 passed, 1 error in 0.1s'); exit(1)"
BREAKS = "print('no such option'); exit(4)"


@pytest.fixture
def report_of(monkeypatch):
    """A function that returns the report of steps that run these programs."""
    monkeypatch.delenv("REQUIRE_ALL", raising=False)

    def run(*programs):
        report = Report()
        with report.waiting():
            for program in programs:
                report.start("step", "python", "-c", program)
        return report

    return run


@pytest.mark.parametrize(
    ("programs", "code", "told"),
    [
        ([PASSES], 0, "3 passed, 0 failed"),
        ([PASSES, FAILS], 1, "5 passed, 2 failed"),
        ([PASSES, BREAKS], 1, "3 passed, 1 failed"),
        (["exit(0)", "exit(1)"], 1, "1 passed, 1 failed"),  # ruff counts nothing
    ],
)
def test_what_fails_is_counted(report_of, capfd, programs, code, told):
    assert report_of(*programs).finish() == code
    assert capfd.readouterr().out.splitlines()[-1] == told


def test_all_that_a_step_prints_is_shown_with_its_name(report_of, capfd):
    report_of("print('one\\ntwo')")
    assert capfd.readouterr().out == "step         | one\nstep         | two\n"


def test_a_machine_that_lacks_something_is_told_and_may_be_refused(report_of, capfd, monkeypatch):
    report = report_of(PASSES)
    report.lacks("Chromium")
    assert report.finish() == 0
    assert "Left out, because this machine lacks it: Chromium" in capfd.readouterr().out
    monkeypatch.setenv("REQUIRE_ALL", "1")
    assert report.finish() == 1
    assert capfd.readouterr().out.splitlines()[-1] == "3 passed, 1 failed"


class Plan(Report):
    """Records what would run."""

    def start(self, name, *command, env=None):
        self.steps.append(" ".join([name, *command]))


def test_each_program_that_tests_need_is_looked_for(monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("TEST_DATABASE_URL", "postgres://elsewhere/site")
    plan = Plan()
    run_tests(plan, servers=None)
    assert [what.split()[0] for what in plan.missing] == ["gettext", "a", "Caddy", "Chromium"]
    *on_sqlite, on_postgresql = plan.steps
    rest = "-m not browser and not gettext and not redis and not proxies"
    folders = ["accounts", "social posts moderation microblog_site", "tests"]
    assert [step.partition(f"{rest} ")[2] for step in on_sqlite] == folders
    assert on_postgresql.endswith(f"{rest} and every_database and not processes")
