"""`make bench` measures what it says, detects what it has to detect, and leaves nothing behind."""

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from django.db import connection

from accounts.models import Session
from accounts.tests.factories import UserFactory
from benchmarks import browsers, cost, pages, plain, plans, readers, report, targets
from benchmarks.yardstick import REFERENCE_MS, Yardstick, reference_ms
from posts.models import Post
from posts.tests.factories import PostFactory
from social.models import Block, Follow


@pytest.fixture
def visitors(db, settings, monkeypatch):
    # As in Django's test client: a response must not end the test's transaction.
    monkeypatch.setattr(connection, "close_if_unusable_or_obsolete", lambda: None)
    settings.ROOT_URLCONF = "benchmarks.urls"
    people = [UserFactory(username=name) for name in readers.NAMES]
    for author in [*people, *UserFactory.create_batch(8)]:
        PostFactory.create_batch(2, author=author)
        Follow.objects.follow(people[0], author)
    return pages.Visitors()


def kept():
    return [model.objects.count() for model in (Post, Follow, Block, Session)]


def test_pages_and_acts_are_measured_and_acts_undone(visitors, monkeypatch):
    monkeypatch.setattr(cost, "WARM_UPS", 1)
    monkeypatch.setattr(cost, "COLD_ROUNDS", 2)
    before, yardstick = kept(), Yardstick()
    scenarios = [*pages.pages(visitors, plain.timelines(visitors.people)), *pages.acts(visitors)]
    some = [scenario for scenario in scenarios if scenario.reader in ("probe", "anybody")]
    meters = cost.measure(some, 2, yardstick) + cost.measure(scenarios[-2:], 2, yardstick)
    assert kept() == before
    assert len(yardstick.readings) == 4
    assert cost.typical(yardstick.readings) > 0
    figures = {meter.scenario.title: meter.figures() for meter in meters}
    assert figures["home, probe"]["queries"] > figures["empty view, probe"]["queries"] == 1
    assert figures["home, probe"]["work"] > figures["empty view, probe"]["work"]
    assert all(row["cpu_ms"] >= row["app_ms"] > 0 for row in figures.values())


def test_a_timeline_that_leaves_out_a_post_is_told(visitors):
    timelines = plain.timelines(visitors.people)
    assert plain.wrong(timelines) == []
    timelines["home", "probe"].acts.insert(1, (2**40, 2**40))
    assert plain.wrong(timelines) == ["home, probe"]


@pytest.mark.parametrize(
    ("node", "is_told"),
    [
        ({"Node Type": "Index Scan", "Index Name": "posts_post_pkey", "Rows Removed by Filter": 9_000}, True),
        ({"Node Type": "Index Scan", "Index Name": "posts_post_pkey", "Rows Removed by Filter": 30}, False),
        ({"Node Type": "Index Scan", "Index Name": "post_by_author", "Rows Removed by Filter": 9_000}, False),
        ({"Node Type": "Seq Scan", "Relation Name": "social_follow", "Rows Removed by Filter": 9_000}, True),
        ({"Node Type": "Seq Scan", "Relation Name": "social_mute", "Rows Removed by Filter": 9_000}, False),
    ],
)
def test_a_plan_that_goes_through_everything_is_told(node, is_told):
    plan = {"Node Type": "Limit", "Actual Rows": 26, "Actual Loops": 1}
    plan["Plans"] = [{"Actual Rows": 26, "Actual Loops": 1, **node}]
    assert bool(list(plans.faults(plan))) == is_told


@pytest.mark.postgresql
def test_of_what_is_prepared_the_plan_is_told_that_pages_get(visitors):
    home = visitors.get("probe", "/")
    for _visit in range(cost.WARM_UPS):
        home.answer(cost.application)
    with cost.Recorder() as recorder:
        home.answer(cost.application)
    acts, *_others = [sql for sql, _params in recorder.statements if "posts_post" in sql]
    with connection.cursor() as cursor:
        assert cost.as_prepared(cursor, acts).startswith("EXECUTE ")
        assert cost.as_prepared(cursor, "SELECT %s") == "SELECT %s"
        cursor.execute(
            "SELECT DISTINCT generic_plans + custom_plans FROM pg_prepared_statements "
            "WHERE statement LIKE '%posts_post%'"
        )
        assert cursor.fetchall() == [(cost.WARM_UPS + len(["to tell the plan", "for the page"]),)]


def test_figures_of_a_machine_half_as_fast_are_the_same():
    run = {"yardstick_ms": REFERENCE_MS, "size": "S", "pages": {targets.HOME: {"cold_ms": 11.0}}}
    slower = {"yardstick_ms": 2 * REFERENCE_MS, "size": "S", "pages": {targets.HOME: {"cold_ms": 22.0}}}
    cold = next(target for target in targets.TARGETS if "empty cache" in target.what)
    assert cold.cell(run, {}) == cold.cell(slower, {}) == "11.0 met"
    assert reference_ms({}, 11.0) is None


def test_another_number_of_queries_at_another_size_is_told():
    runs = {
        ("sqlite", size): {"kind": "sqlite", "size": size, "pages": {"home, probe": {"queries": queries}}}
        for size, queries in (("S", 3), ("M", 6), ("L", 5))
    }
    assert list(targets.other_queries(runs, runs)) == ["sqlite, M: home, probe runs 6 queries, and 3 at S."]


class Impatient(BaseHTTPRequestHandler):
    """Hangs up after three responses."""

    protocol_version = "HTTP/1.1"
    answers = 0

    def do_GET(self):
        if self.answers == 3:
            self.close_connection = True
            return
        self.answers += 1
        self.send_response(200)
        self.send_header("Content-Length", "5")
        self.end_headers()
        self.wfile.write(b"Hello")

    def log_message(self, *arguments):
        pass


class Server(ThreadingHTTPServer):
    request_queue_size = browsers.BROWSERS


def test_browsers_ask_once_or_for_a_while_whatever_the_server_does():
    with Server(("127.0.0.1", 0), Impatient) as server:
        threading.Thread(target=server.serve_forever).start()
        request = b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"
        once = browsers.ask_all(server.server_port, [request] * 40, 30, repeat=False)
        again = browsers.ask_all(server.server_port, [request], 0.1, repeat=True)
        server.shutdown()
    assert once["statuses"] == {200: 40}
    assert again["statuses"].keys() == {200}
    assert again["statuses"][200] >= browsers.BROWSERS
    assert 0 < once["p50"] <= once["p99"]


def test_figures_become_tables():
    row = {"queries": 3, "work": 1234, "app_ms": 6.04, "database_ms": 0.5, "cpu_ms": 6.54, "rps": 150.0, "p50": 40.0}
    run = {
        "kind": "postgresql",
        "size": "M",
        "yardstick_ms": REFERENCE_MS / 2,
        "pages": {targets.MEMORY: {"rps": 1500.0}, targets.EMPTY: row},
    }
    table = report.pages_table(run)
    assert len({len(line) for line in table.splitlines()}) == 1
    assert "1,234" in table
    assert "12.1" in table  # reference ms
    assert "0.10" in table  # relative to the bytes from memory
    before = {"pages": {targets.EMPTY: {**row, "rps": 100.0}}}
    assert "150.0 (+50%)" in report.comparison_table(run, before)
