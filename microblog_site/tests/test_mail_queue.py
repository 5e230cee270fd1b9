"""E-mails are retried by age: for a day if the fault may pass, and once if it is for good."""

from datetime import timedelta
from unittest import mock

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone
from django_ox.models import OxTask

from accounts.emails import send_password_changed, send_password_reset
from accounts.tests.factories import UserFactory
from microblog_site.mail_queue import report_failing
from microblog_site.tasks import mail_admins
from tests.ports import free_port

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]


@pytest.fixture
def work(run_tasks):
    """A function that lets the worker run for some hours. The clock stands still, but for leaps to the next try.

    A worker that is started `every` so many hours makes fewer tries.
    """
    now = timezone.now()

    def run(hours=0, minutes=0, every=0):
        nonlocal now
        end = now + timedelta(hours=hours, minutes=minutes)
        while True:
            run_tasks(raise_failures=False)
            due = OxTask.objects.filter(status="READY", run_after__lte=end).order_by("run_after").first()
            if due is None:
                break
            now = min(max(due.run_after, now + timedelta(hours=every)), end)
        now = end

    with mock.patch("django.utils.timezone.now", side_effect=lambda: now):
        yield run


@pytest.fixture
def admins(settings):
    settings.ADMINS = ["boss@town.example"]


def received(postbox, to):
    return [message for message in postbox.received if message["To"] == to]


def statuses():
    return set(OxTask.objects.exclude(task_path=report_failing.module_path).values_list("status", flat=True))


@pytest.mark.parametrize(
    ("reply", "hours"),
    [("450 4.2.0 Greylisted", 20), ("450 4.2.0 Greylisted", 1 / 3), ("421 4.3.2 Closing", 1), ("452 4.2.2 Full", 1)],
)
def test_what_may_pass_is_tried_for_a_day(postbox, susan, work, reply, hours):
    postbox.replies["RCPT"] = reply
    send_password_changed.enqueue(susan.pk, "en")
    work(hours=hours, every=hours / 5)
    assert statuses() == {"READY"}
    postbox.replies.clear()
    work(hours=0.5)
    assert len(postbox.received) == 1
    assert statuses() == {"SUCCESSFUL"}


def test_after_a_day_it_is_given_up(postbox, susan, work):
    postbox.replies["DATA"] = "451 4.3.0 Try again later"
    send_password_changed.enqueue(susan.pk, "en")
    work(hours=23)
    assert statuses() == {"READY"}
    work(hours=2)
    assert statuses() == {"FAILED"}


def test_the_pauses_grow_to_half_an_hour(postbox, susan, work):
    postbox.replies["RCPT"] = "450 4.2.0 Greylisted"
    send_password_changed.enqueue(susan.pk, "en")
    work(minutes=10)
    assert OxTask.objects.get().attempts == 6
    work(hours=10)
    assert OxTask.objects.get().attempts < 30


@pytest.mark.parametrize("command", ["MAIL", "RCPT", "DATA"])
@pytest.mark.parametrize("reply", ["550 5.1.1 No such user", "554 5.7.1 Refused as spam"])
def test_what_is_refused_for_good_is_tried_once(postbox, susan, work, command, reply):
    postbox.replies[command] = reply
    send_password_changed.enqueue(susan.pk, "en")
    work(hours=25)
    assert OxTask.objects.get().status == "FAILED"
    assert OxTask.objects.get().attempts == 1


def test_an_address_that_no_mail_can_have_is_tried_once(postbox, susan, work):
    susan.email = "süß@example.org"
    susan.save()
    send_password_changed.enqueue(susan.pk, "en")
    work(hours=25)
    assert OxTask.objects.get().attempts == 1


@pytest.mark.parametrize("reply", ["530 5.7.0 Authentication required", "535 5.7.8 Wrong password"])
def test_a_password_that_the_server_refuses_may_be_mended(postbox, susan, work, admins, reply):
    postbox.replies["MAIL"] = reply
    send_password_changed.enqueue(susan.pk, "en")
    work(hours=5)
    postbox.replies.clear()
    work(hours=1)
    assert len(received(postbox, susan.email)) == 1
    assert len(received(postbox, "boss@town.example")) == 1


def test_a_server_that_is_away_for_long_is_one_mail_to_the_administrators(postbox, settings, work, admins):
    people = [UserFactory() for _each in range(2)]
    port, settings.MAILERS["default"]["OPTIONS"]["port"] = postbox.port, free_port()
    for person in people:
        send_password_changed.enqueue(person.pk, "en")
    work(hours=26, every=3)
    assert statuses() == {"FAILED"}
    settings.MAILERS["default"]["OPTIONS"]["port"] = port
    work(hours=1)
    (report,) = postbox.received
    assert report["To"] == "boss@town.example"
    text = report.get_content()
    assert "Failed for good: 2." in text
    assert "manage.py mail --retry" in text
    assert "@" not in text


def test_of_many_refused_addresses_administrators_hear_once_a_day(postbox, work, admins):
    postbox.refused = {"typo"}
    for number in range(5):
        send_password_changed.enqueue(UserFactory(email=f"typo{number}@example.org").pk, "en")
    work(hours=1)
    assert len(postbox.received) == 1
    send_password_changed.enqueue(UserFactory(email="typo@example.org").pk, "en")
    work(hours=22)
    assert len(postbox.received) == 1
    work(hours=2)
    send_password_changed.enqueue(UserFactory(email="typo-again@example.org").pk, "en")
    work(hours=1)
    assert len(postbox.received) == 2


def test_administrators_who_cannot_be_reached_cause_no_other_mail(postbox, susan, work, admins):
    postbox.replies["RCPT"] = "550 5.1.1 No such user"
    send_password_changed.enqueue(susan.pk, "en")
    work(hours=30)
    assert OxTask.objects.count() == 2
    assert set(OxTask.objects.values_list("attempts", flat=True)) == {1}


def test_of_several_e_mails_none_is_repeated_when_another_fails(postbox, work):
    for email in ("shared@example.org", "Shared@example.org", "SHARED@example.org"):
        UserFactory(email=email, email_confirmed_at=None)
    send_password_reset.enqueue("shared@example.org", "en")
    postbox.room = 2
    work(hours=3)
    assert len(postbox.received) == 2
    postbox.room = 10
    work(hours=1)
    assert len(postbox.received) == 3


def test_what_failed_and_what_waits_can_be_listed(postbox, susan, work, capsys):
    call_command("mail")
    assert capsys.readouterr().out == "No e-mail has failed, and none is waiting.\n"
    postbox.replies["RCPT"] = "550 5.1.1 <susan@example.org> No such user"
    send_password_changed.enqueue(susan.pk, "en")
    work()
    send_password_reset.enqueue("john@example.org", "en")
    call_command("mail")
    _head, *lines = capsys.readouterr().out.splitlines()
    failed, waiting = (" ".join(line.split()[1:]) for line in lines)
    assert failed == "failed password changed 0 h 00 m 1 s•••@example.org 550 5.1.1 <[hidden]> No such user"
    assert waiting == "waiting password reset 0 h 00 m 0 j•••@example.org"


def test_what_failed_can_be_sent_again_for_another_day(postbox, susan, john, work, capsys):
    postbox.replies["RCPT"] = "550 5.1.1 No such user"
    send_password_changed.enqueue(susan.pk, "en")
    send_password_changed.enqueue(john.pk, "en")
    work(hours=30)
    postbox.replies["RCPT"] = "450 4.2.0 Greylisted"
    call_command("mail", "--retry")
    assert capsys.readouterr().out == "E-mails to be sent now: 2\n"
    work(hours=2)
    assert statuses() == {"READY"}
    postbox.replies.clear()
    call_command("mail", "--retry", str(OxTask.objects.first().pk))
    work()
    assert len(postbox.received) == 1
    call_command("mail", "--retry")
    work()
    assert len(postbox.received) == 2
    with pytest.raises(CommandError, match="has the id 7"):
        call_command("mail", "--retry", "7")


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("https://town.example", "town.example"),
        ("https://xn--mnchen-3ya.example:8443", "xn--mnchen-3ya.example"),
        ("http://10.0.0.5:8000", "[10.0.0.5]"),
        ("http://[::1]:8000", "[IPv6:::1]"),
    ],
)
def test_the_site_introduces_itself_by_its_own_name(postbox, susan, work, settings, url, name):
    settings.SITE_URL, settings.ADMINS = url, ["boss@town.example"]
    send_password_changed.enqueue(susan.pk, "en")
    mail_admins.enqueue("Hello", "Something broke")
    work()
    assert postbox.introduced == [name] * 2
    for message in postbox.received:
        assert message["Message-ID"].endswith(f"@{name}>")
