"""A request waits for its database until its deadline, and not for one that does not answer anybody."""

import time
from threading import Event, Thread

import pytest
from django.db import OperationalError, connection, connections, transaction

from accounts.models import User
from microblog_site.database import deadline, outage

STATEMENT_TIMEOUT = 5  # seconds
IN_A_SECOND = -STATEMENT_TIMEOUT - deadline.REQUEST_MARGIN + 1.2


def request(received=0):
    return deadline.of_request(time.monotonic() + received, STATEMENT_TIMEOUT)


@pytest.fixture
def locked(transactional_db, susan):
    """Another connection has written and does not end its transaction."""
    is_locked, may_end = Event(), Event()

    def keep_lock():
        with transaction.atomic():
            User.objects.filter(pk=susan.pk).update(display_name="Susan")
            is_locked.set()
            may_end.wait()
        connections.close_all()

    thread = Thread(target=keep_lock)
    thread.start()
    is_locked.wait()
    yield
    connection.close()  # whose answer nobody waited for
    may_end.set()
    thread.join()


@pytest.fixture(autouse=True)
def no_outage(monkeypatch):
    monkeypatch.setattr(outage, "_until", None)


def test_a_writer_gives_up_at_the_deadline(locked, susan):
    started = time.monotonic()
    with request(IN_A_SECOND), pytest.raises(OperationalError):
        User.objects.filter(pk=susan.pk).update(display_name="Sue")
    assert time.monotonic() - started < STATEMENT_TIMEOUT


def test_who_has_waited_too_long_for_a_thread_fails_at_once_and_the_next_does_not(locked, susan):
    with request(-60), pytest.raises(OperationalError), transaction.atomic():
        User.objects.filter(pk=susan.pk).update(display_name="Sue")
    connection.close_if_unusable_or_obsolete()
    with request():
        assert User.objects.get(pk=susan.pk)


def test_commands_have_no_deadline():
    with request(-60):
        pass
    assert deadline.seconds_left() is None
    with deadline.of_request(time.monotonic() - 60, statement_timeout=0):
        assert deadline.seconds_left() is None


def test_during_an_outage_one_request_at_a_time_tries_the_database(monkeypatch):
    monkeypatch.setattr(outage, "SECONDS", 60)
    with pytest.raises(outage.OperationalError, match="silence"), outage.answer_expected(seconds=0):
        raise outage.OperationalError("silence")
    with pytest.raises(outage.OperationalError, match="did not answer lately"), outage.answer_expected(seconds=60):
        pass
    monkeypatch.setattr(outage, "_until", 0)  # a minute later
    with outage.answer_expected(seconds=60), pytest.raises(outage.OperationalError, match="did not answer lately"):
        outage.answer_expected(seconds=60).__enter__()
    with outage.answer_expected(seconds=60):
        pass


def test_an_error_and_impatience_are_no_outage():
    for seconds, is_conclusive in ((60, True), (0, False)):
        with pytest.raises(outage.OperationalError), outage.answer_expected(seconds, is_conclusive=is_conclusive):
            raise outage.OperationalError("locked")
        with outage.answer_expected(seconds=60):
            pass
