"""No text in an e-mail is hard-coded in one language: checked in the language of `tests.pseudo`."""

import re

import pytest
from django.conf import settings
from django.core import mail

from accounts import emails as accounts
from accounts.models import EmailChange
from accounts.tests.factories import UserFactory
from moderation import emails as moderation
from moderation.models import Report
from posts.tests.factories import PostFactory

from .test_untranslated import BRACKETED, WORD, untranslated

pytestmark = pytest.mark.any_database

NOT_TEXT = re.compile(r"https?://\S+|UTC")
NEWS = ["on", "off", "new_codes", "recovery_code", "wrong_codes"]  # of `two_factor.tell`


@pytest.fixture
def reader(settings, pseudo_language, db):
    """A person about whom e-mails can only say digits."""
    settings.SITE_NAME = "42"
    return UserFactory(username="7", email="7@8", language=pseudo_language)


def mail_everything(person):
    language = person.language
    for rival in ("3@8", person.email):
        accounts.send_confirmation.call(
            UserFactory(username=rival[0] * 2, email=rival, email_confirmed_at=None).pk, language
        )
    change = EmailChange.objects.create(user=person, former="6@8")
    accounts.send_address_changed.call(change.pk, language)
    accounts.send_password_reset.call(person.email, language)
    for username in ("61", "62"):
        UserFactory(username=username, email="9@8", email_confirmed_at=None, language=language)
    accounts.send_password_reset.call("9@8", language)
    accounts.send_password_changed.call(person.pk, language)
    accounts.send_new_device.call(person.pk, "", "192.0.2.1", "2026-11-22T16:30:00+00:00", language)
    for news in NEWS:
        accounts.send_two_factor_changed.call(person.pk, news, language)
    for report in reports(person):
        moderation.send_report_outcome.call(report.pk)
        moderation.send_warning.call(report.pk, "1234")
    person.request_deletion()
    accounts.send_deletion_requested.call(person.pk, language)
    accounts.send_account_deleted.call(person.email, "7", "7", language)


def reports(person):
    """One report of every kind, by `person` about themself, so that they get all the e-mails."""
    for number, outcome in enumerate(Report.Outcome.values):
        for is_about_post in (True, False):
            post = PostFactory(author=person, body=f"1234 {number}") if is_about_post else None
            yield Report.objects.create(
                reporter=UserFactory(
                    username=f"5{number}{is_about_post:d}",
                    email=f"5{number}{is_about_post:d}@8",
                    language=person.language,
                ),
                person=person,
                post=post,
                is_about_post=is_about_post,
                language=person.language,
                outcome=outcome,
                closed_at="2026-11-22T16:30:00Z",
            )


def test_mails_hold_no_untranslated_text(reader):
    mail_everything(reader)
    found = {}
    for message in mail.outbox:
        text = NOT_TEXT.sub("", f"{message.subject}\n{message.body}")
        while BRACKETED.search(text):
            text = BRACKETED.sub("", text)
        texts = [line for line in text.splitlines() if WORD.search(line)]
        html = [text for text in untranslated(message.alternatives[0].content) if WORD.search(NOT_TEXT.sub("", text))]
        if texts or html:
            found[message.subject] = texts + html
    assert found == {}


def test_that_is_every_mail_there_is(reader, monkeypatch):
    sent = set()
    monkeypatch.setattr("microblog_site.mail.send", lambda template, *_: sent.add(template))
    mail_everything(reader)
    folder = settings.BASE_DIR / "templates/emails"
    assert sent == {path.name.partition(".")[0] for path in folder.glob("*.subject.txt")}
