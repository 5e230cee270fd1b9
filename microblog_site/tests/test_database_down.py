"""While the database is down, readers get a page that says so, and the site recovers automatically."""

import json
import logging
import os
import subprocess
import sys
from contextlib import contextmanager

import pytest
from django.conf import settings as site
from django.db import InterfaceError, OperationalError, connection, transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import path, reverse
from pytest_django.asserts import assertTemplateUsed

from microblog_site.urls import handler400, handler403, handler404, handler500  # noqa: F401
from microblog_site.urls import urlpatterns as pages_of_the_site


@contextmanager
def database_down(error=OperationalError, refused=""):
    """Simulates a database that is down; or only for statements that begin with `refused`."""

    def refuse(execute, sql, params, many, context):
        if sql.startswith(refused):
            raise error("could not connect to server 10.0.0.7")
        return execute(sql, params, many, context)

    with connection.execute_wrapper(refuse):
        yield


@transaction.atomic
def ask_for_nonsense(request):
    connection.cursor().execute("SELECT nothing FROM nowhere")


def note_visit(request):
    request.session["visited"] = True
    return HttpResponse("Welcome")


urlpatterns = [path("nonsense/", ask_for_nonsense), path("visit/", note_visit), *pages_of_the_site]

pytestmark = pytest.mark.urls(__name__)


@pytest.fixture
def reader(susan):
    client = Client(raise_request_exception=False)
    client.force_login(susan)
    return client


def assert_unavailable(response):
    assert response.status_code == 503
    assert int(response["Retry-After"]) > 0
    assertTemplateUsed(response, "503.html")
    assert b"10.0.0.7" not in response.content
    assert b"Traceback" not in response.content


@pytest.mark.parametrize("error", [OperationalError, InterfaceError])
@pytest.mark.parametrize("view", ["home", "explore", "settings_profile", "admin:index"])
def test_every_page_says_that_the_site_will_be_back(reader, view, error):
    with database_down(error):
        assert_unavailable(reader.get(reverse(view)))
        assert_unavailable(reader.get(reverse(view), headers={"X-Requested-With": "XMLHttpRequest"}))
        assert reader.head(reverse(view)).status_code == 503


def test_what_is_sent_meets_the_same_page(reader):
    with database_down():
        assert_unavailable(reader.post(reverse("post_create"), {"body": "Hello"}))


def test_strangers_see_it_too(db):
    with database_down():
        assert_unavailable(Client(raise_request_exception=False).get(reverse("home")))


def test_the_site_recovers_by_itself(reader):
    with database_down():
        reader.get(reverse("home"))
    assert reader.get(reverse("home")).status_code == 200


def test_it_may_go_down_while_the_session_is_saved(reader):
    with database_down(refused="UPDATE"):
        assert_unavailable(reader.get("/visit/"))


def test_a_session_that_ended_meanwhile_leads_to_log_in(reader, susan):
    reader.get("/visit/")

    def log_out_elsewhere(execute, sql, params, many, context):
        if sql.startswith("UPDATE"):
            susan.end_sessions()
        return execute(sql, params, many, context)

    with connection.execute_wrapper(log_out_elsewhere):
        response = reader.get("/visit/")
    assert (response.status_code, response.url) == (302, "/login/?next=/visit/")


def test_it_is_logged_as_an_error_with_its_cause(reader, caplog):
    with database_down():
        reader.get(reverse("home"))
    (record,) = [record for record in caplog.records if record.levelno == logging.ERROR]
    assert record.getMessage() == "Service Unavailable: /"
    assert record.exc_info


def test_a_faulty_query_is_an_error_of_the_site(reader):
    assert reader.get("/nonsense/").status_code == 500


@pytest.mark.parametrize("url", ["postgres://nobody@127.0.0.1:1/nothing", "sqlite:////no/such/folder/db.sqlite3"])
def test_a_database_that_was_never_there(url, tmp_path):
    """In a separate process, with a real connection that is refused."""
    code = """
import json, django
django.setup()
from django.test import Client
browser = Client(raise_request_exception=False)
browser.cookies["sessionid"] = "x" * 32
paths = ["/", "/explore/", "/settings/profile/", "/no-such-page/", "/health/ready/", "/health/live/", "/robots.txt"]
print(json.dumps({path: browser.get(path).status_code for path in paths}))
"""
    knobs = {"DATABASE_URL": url, "TEST_DATABASE_URL": "", "DJANGO_SETTINGS_MODULE": "microblog_site.settings"}
    knobs |= {"DATA_DIR": str(tmp_path), "LOG_TO": "files", "DEBUG": "off", "ALLOWED_HOSTS": "testserver"}
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", code],
        cwd=site.BASE_DIR,
        env=os.environ | knobs,
        capture_output=True,
        text=True,
        check=True,
    )
    assert json.loads(done.stdout.splitlines()[-1]) == {
        "/": 503,
        "/explore/": 503,
        "/settings/profile/": 503,
        "/no-such-page/": 503,
        "/health/ready/": 503,
        "/health/live/": 200,
        "/robots.txt": 200,
    }
