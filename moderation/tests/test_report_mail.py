import pytest
from django.core import mail
from django.utils import timezone

from accounts.models import User
from accounts.tests.factories import UserFactory
from moderation.emails import send_report_outcome, send_warning
from moderation.forms import ClosingForm
from moderation.models import Report
from posts.tests.factories import PostFactory

pytestmark = pytest.mark.any_database


@pytest.fixture
def post(john):
    return PostFactory(author=john, body="Cheap <pills> here")


@pytest.fixture
def report(susan, john, post):
    Report.objects.file(susan, john, post, reason="spam", comment="Look", language="es")
    return Report.objects.get()


def close(report, moderator, outcome, note, message=""):
    form = ClosingForm({"outcome": outcome, "note": note, "message": message})
    assert form.is_valid()
    assert form.save(report, moderator)


def letters(run_tasks):
    run_tasks()
    return {letter.to[0]: letter for letter in mail.outbox}


@pytest.mark.parametrize(
    ("outcome", "sentence"),
    [
        ("dismissed", "left things as they are"),
        ("hidden", "hidden the post"),
        ("warned", "warned the person"),
        ("suspended", "suspended the account"),
    ],
)
def test_the_reporter_hears_what_became_of_it(report, susan, moderator, run_tasks, outcome, sentence):
    User.objects.filter(pk=susan.pk).update(language="en")
    close(report, moderator, outcome, "An internal note", "Be nice" if outcome == "warned" else "")
    letter = letters(run_tasks)[susan.email]
    assert letter.subject == "Your report on Microblog"
    html = letter.alternatives[0].content
    for text in (letter.body, html):
        assert "you reported a post by @john" in text
        assert sentence in " ".join(text.split())
        for secret in ("marta", "An internal note", "Be nice"):
            assert secret not in text


def test_the_day_of_the_report_is_that_of_the_reporter(report, susan, moderator, run_tasks):
    User.objects.filter(pk=susan.pk).update(language="en", time_zone="Asia/Tokyo")
    Report.objects.update(created_at="2026-11-30T20:00:00Z")
    close(report, moderator, "dismissed", "A note")
    assert "On 1 Dec 2026 you reported" in letters(run_tasks)[susan.email].body


def test_every_reporter_of_the_same_hears_of_it(report, john, post, moderator, run_tasks):
    others = UserFactory.create_batch(2)
    for other in others:
        Report.objects.file(other, john, post, reason="hate")
    close(report, moderator, "hidden", "An advert")
    assert letters(run_tasks).keys() == {report.reporter.email, *(other.email for other in others)}


def test_it_is_written_in_the_language_in_which_they_reported(report, susan, moderator, run_tasks):
    close(report, moderator, "hidden", "An advert")
    assert "Hola" in letters(run_tasks)[susan.email].body


def test_the_language_they_chose_counts_more(report, susan, moderator, run_tasks):
    User.objects.filter(pk=susan.pk).update(language="en")
    close(report, moderator, "hidden", "An advert")
    assert "Hello" in letters(run_tasks)[susan.email].body


def test_of_a_person_who_left_it_tells_no_name(report, susan, john, moderator, run_tasks):
    User.objects.filter(pk=susan.pk).update(language="en")
    User.objects.filter(pk=john.pk).update(erased_at=timezone.now(), username="deleted-7")
    close(report, moderator, "dismissed", "Gone")
    letter = letters(run_tasks)[susan.email]
    assert "somebody who has since left" in letter.body
    assert "deleted-7" not in letter.body


def test_reporters_who_are_suspended_or_leaving_get_no_mail(report, susan, moderator, run_tasks):
    susan.suspend()
    close(report, moderator, "hidden", "An advert")
    assert letters(run_tasks) == {}


def test_a_warning_tells_what_about_and_not_who(report, susan, john, moderator, run_tasks):
    close(report, moderator, "warned", "An internal note", "No <adverts>,\nplease.")
    letter = letters(run_tasks)[john.email]
    html = letter.alternatives[0].content
    assert letter.subject == "A warning from the moderators of Microblog"
    assert "No <adverts>,\nplease." in letter.body
    assert "Cheap <pills> here" in letter.body
    assert "No &lt;adverts&gt;,\nplease." in html
    assert "Cheap &lt;pills&gt; here" in html
    for text in (letter.body, html):
        for secret in ("marta", "susan", "An internal note"):
            assert secret not in text


def test_a_warning_about_a_person_names_no_post(susan, john, moderator, run_tasks):
    Report.objects.file(susan, john, reason="impersonation")
    close(Report.objects.get(), moderator, "warned", "An internal note", "Use your own name.")
    letter = letters(run_tasks)[john.email]
    assert "about your account" in letter.body
    assert "Use your own name." in letter.body


def test_what_is_gone_by_then_is_no_mail(report, john):
    send_report_outcome.call(report.pk)
    john.suspend()
    send_warning.call(report.pk, "Be nice")
    Report.objects.all().delete()
    send_report_outcome.call(report.pk)
    send_warning.call(report.pk, "Be nice")
    assert mail.outbox == []
