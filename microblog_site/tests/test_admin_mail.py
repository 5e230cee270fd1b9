"""Errors are e-mailed to the people who run the site, but never in floods, and never with secrets."""

import logging
import threading
from unittest import mock

import pytest
from django.contrib.auth.decorators import login_not_required
from django.core import mail
from django.db import OperationalError, connection, transaction
from django.test import Client, RequestFactory
from django.urls import path
from django.views.decorators.csrf import csrf_exempt
from django_ox.models import OxTask

from microblog_site import logging as site_logging
from microblog_site.logging import AdminMailHandler
from microblog_site.urls import handler400, handler403, handler404, handler500  # noqa: F401
from tests.mail_server import serve


@login_not_required
@csrf_exempt
def fail(request, **kwargs):
    raise ValueError(f"no pin fits {request.POST['password']}; tell susan@example.org")


log = logging.getLogger("tests.admin_mail")

urlpatterns = [path("password/reset/<uidb64>/<token>/", fail)]

pytestmark = [pytest.mark.urls(__name__), pytest.mark.any_database]


@pytest.fixture(autouse=True)
def admins(settings):
    settings.ADMINS = ["boss@town.example", "deputy@town.example"]


@pytest.fixture(autouse=True)
def handler(monkeypatch):
    """The site's own handler, after an hour without errors, with at most three e-mails an hour."""
    (handler,) = [handler for handler in logging.getLogger().handlers if isinstance(handler, AdminMailHandler)]
    for name, value in {"mailed": {}, "left_out": 0, "per_hour": 3}.items():
        monkeypatch.setattr(handler, name, value)
    return handler


def refuse(execute, sql, params, many, context):
    raise OperationalError("the server is gone")


def send_through(settings, port):
    options = {"host": "127.0.0.1", "port": port, "timeout": 5}
    settings.MAILERS = {"default": {"BACKEND": "django.core.mail.backends.smtp.EmailBackend", "OPTIONS": options}}


def wait_for_threads():
    for thread in threading.enumerate():
        if thread is not threading.current_thread() and "mail_now" in thread.name:
            thread.join(15)


def test_an_error_is_mailed_by_the_worker_to_all_admins(db, run_tasks):
    log.error("The lamp went out")
    assert mail.outbox == []
    run_tasks()
    (message,) = mail.outbox
    assert message.subject == "[Microblog] ERROR: The lamp went out"
    assert message.to == ["boss@town.example", "deputy@town.example"]
    assert "ERROR tests.admin_mail" in message.body


def test_a_warning_is_not_mailed(db):
    log.warning("The lamp flickers")
    assert not OxTask.objects.exists()


def test_nobody_is_written_to_where_there_are_no_admins(db, settings):
    settings.ADMINS = []
    log.error("The lamp went out")
    assert not OxTask.objects.exists()


def test_the_mail_tells_what_was_asked_and_where_it_broke(db, run_tasks):
    report_failure()
    run_tasks()
    body = mail.outbox[0].body
    assert "ValueError: no pin fits" in body
    assert "test_admin_mail.py" in body
    assert "POST http://127.0.0.1:8000/password/reset/[hidden]" in body


def test_the_mail_keeps_secrets(db, run_tasks):
    report_failure()
    run_tasks()
    message = mail.outbox[0].message().as_string()
    for secret in ("hunter2", "s3ss10n", "t0k3n", "susan@example.org"):
        assert secret not in message, secret


def report_failure():
    browser = Client(raise_request_exception=False)
    browser.cookies["sessionid"] = "s3ss10n"
    browser.post(
        "/password/reset/MQ/t0k3n/", {"password": "password=hunter2"}, headers={"Authorization": "Bearer t0k3n"}
    )


def test_what_strangers_try_is_not_mailed(client, db, settings):
    settings.DATA_UPLOAD_MAX_NUMBER_FIELDS = 1
    client.get("/", headers={"Host": "evil.example"})
    client.post("/password/reset/MQ/t0k3n/", {"a": 1, "b": 2})
    assert not OxTask.objects.exists()


def test_a_flood_of_errors_is_a_few_mails_an_hour(db, run_tasks):
    for number in range(10):
        log.error("Lamp %d went out", number)
    run_tasks()
    assert len(mail.outbox) == 3
    with mock.patch.object(site_logging.time, "monotonic", return_value=site_logging.time.monotonic() + 60 * 60):
        log.error("One more lamp went out")
    run_tasks()
    assert "left out of these mails since the last one: 7" in mail.outbox[3].body


def test_the_same_error_is_one_mail_an_hour(db, run_tasks):
    for _time in range(5):
        log.error("The lamp went out")
    log.error("So did the stove")
    run_tasks()
    first, second = mail.outbox
    assert "left out" not in first.body
    assert second.body.endswith("left out of these mails since the last one: 4")


def test_while_the_database_is_down_the_mail_goes_at_once(db, settings):
    with serve() as server, connection.execute_wrapper(refuse):
        send_through(settings, server.port)
        log.error("The lamp went out")
        wait_for_threads()
    (message,) = server.received
    assert message["Subject"] == "[Microblog] ERROR: The lamp went out"


def test_the_worker_sends_through_a_real_mail_server(db, settings, run_tasks):
    log.error("The lamp went out")
    with serve() as server:
        send_through(settings, server.port)
        run_tasks()
    (message,) = server.received
    assert message["To"] == "boss@town.example, deputy@town.example"


def test_an_error_in_a_broken_transaction_is_mailed_too(db):
    with transaction.atomic():
        transaction.set_rollback(True)
        log.error("The lamp went out")
    wait_for_threads()
    assert [message.subject for message in mail.outbox] == ["[Microblog] ERROR: The lamp went out"]


def test_a_mail_that_cannot_be_sent_stops_nothing(db, settings, capsys):
    send_through(settings, port=1)  # nobody listens there
    with connection.execute_wrapper(refuse):
        log.error("The lamp went out")
    wait_for_threads()
    assert "ConnectionRefusedError" in capsys.readouterr().err


def test_a_mail_that_is_given_up_causes_no_other(db, settings, run_tasks):
    send_through(settings, port=1)
    log.error("The lamp went out")
    OxTask.objects.update(max_attempts=1)
    run_tasks(raise_failures=False)
    assert [task.status for task in OxTask.objects.all()] == ["FAILED"]


def test_a_message_that_does_not_fit_stops_nothing(handler, capsys):
    handler.handle(logging.LogRecord("test", logging.ERROR, "", 0, "%s and %s", ("one",), None))
    assert "not enough arguments" in capsys.readouterr().err


def test_a_subject_is_one_line(db, run_tasks):
    log.error("The lamp\r\nBcc: everybody@town.example")
    log.error("")
    run_tasks()
    assert [message.subject for message in mail.outbox] == ["[Microblog] ERROR: The lamp", "[Microblog] ERROR: "]


def test_a_request_is_told_as_it_was_asked(db, run_tasks):
    log.error("Lost", extra={"request": RequestFactory().get("/@susan/?before=7")})
    run_tasks()
    assert mail.outbox[0].body.endswith("GET http://127.0.0.1:8000/@susan/?before=7")
