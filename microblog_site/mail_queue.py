"""The queue of e-mails: a task sends each. It is tried again for a day if the fault may pass, and never if it won't.

`@mail_queue.task` makes a task that sends one e-mail; if it sent several, a retry would repeat those that were sent.
"""

import logging
import smtplib
from datetime import timedelta
from functools import partial

from django import tasks
from django.conf import settings
from django.core import mail
from django.db import transaction
from django.utils import timezone
from django.utils.module_loading import import_string
from django_ox.models import OxTask

from .limits.models import RateLimitCounter
from .logging import MAIL_QUEUE
from .mail import reason

MAX_AGE = timedelta(days=1)
MAX_AGE_OF_REPORTS = timedelta(days=30)  # until long after the server works again
MAX_TRIES, MAX_TRIES_OF_REPORTS = 100, 2_000  # more than fit into the age, which decides
FIRST_PAUSE, LONGEST_PAUSE = 10, 30 * 60  # seconds
PATIENCE = timedelta(minutes=15)  # longer than most servers put off mail from strangers (greylisting)
DAY = 24 * 60 * 60  # seconds
FAILED = ("FAILED", "LOST")
UNAUTHORIZED = (530, 534, 535, 538)  # RFC 4954: the operator's mistake, whichever command is refused

logger = logging.getLogger(__name__)


def is_permanent(error):
    """Whether another try would fail too: the server refused for good the recipient, the sender or the text."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        codes = {code for code, _text in error.recipients.values()}
    elif isinstance(error, smtplib.SMTPSenderRefused | smtplib.SMTPDataError):
        codes = {error.smtp_code}
    else:  # Django refuses addresses that no mail can have; UnicodeError concerns the server's name
        return isinstance(error, ValueError) and not isinstance(error, UnicodeError)
    return all(code >= 500 and code not in UNAUTHORIZED for code in codes)


def when_again(error, result, max_age=MAX_AGE, report=True):
    """In how many seconds an e-mail is tried again; None to give up. The worker asks after each failed try.

    Administrators hear of what is given up, of what waits for longer than `PATIENCE`, and of a refused password.
    """
    age = timezone.now() - result.enqueued_at
    given_up = is_permanent(error) or age >= max_age
    pause = min(FIRST_PAUSE * 2 ** min(result.attempts - 1, 20), LONGEST_PAUSE)
    then = "given up" if given_up else f"another try in {pause} seconds"
    logger.warning("%s failed: %s; %s", result.task.name, reason(error), then)
    is_refused = getattr(error, "smtp_code", None) in UNAUTHORIZED
    if report and (given_up or is_refused or age >= PATIENCE):
        report_once()
    return None if given_up else pause


task = partial(tasks.task, queue_name=MAIL_QUEUE, max_attempts=MAX_TRIES, backoff=when_again)
admin_task = partial(task, backoff=partial(when_again, report=False))  # its failure causes no other mail
report_task = partial(
    task, max_attempts=MAX_TRIES_OF_REPORTS, backoff=partial(when_again, report=False, max_age=MAX_AGE_OF_REPORTS)
)


def report_once():
    """Tell the administrators that mail fails, at most once a day, and not again before they have got the last word."""
    is_on_its_way = queued().filter(task_path=report_failing.module_path, status__in=("READY", "RUNNING")).exists()
    if settings.ADMINS and not is_on_its_way and RateLimitCounter.objects.add("failing mail", 1, DAY):
        report_failing.enqueue()


@report_task
def report_failing():
    """Written when it is sent: if nothing could be sent before, it says how things stand when the server is back."""
    failed, waiting = queued().filter(status__in=FAILED).count(), queued().filter(status="READY").count()
    mail.mail_admins(
        "E-mails could not be sent",
        f"Failed for good: {failed}. Waiting for another try: {waiting}.\n\n"
        "List them, with the reasons: .venv/bin/python manage.py mail\n"
        "Try them again: .venv/bin/python manage.py mail --retry\n\n"
        "This message comes at most once a day.",
    )


def queued():
    """The e-mails that wait, failed, or were sent lately, oldest first."""
    return OxTask.objects.filter(queue_name=MAIL_QUEUE).order_by("enqueued_at")


@transaction.atomic
def retry(ids=None):
    """Send the e-mails that failed again, with a new day to succeed in, and those that wait at once. Returns how many.

    `ids` are those of tasks; without them, all are meant.
    """
    chosen = queued() if ids is None else queued().filter(pk__in=ids)
    count = chosen.filter(status="READY").update(run_after=None)
    for failed in chosen.filter(status__in=FAILED):
        if chosen.filter(pk=failed.pk, status__in=FAILED).delete()[0]:  # not if another process retries it too
            import_string(failed.task_path).enqueue(*failed.args, **failed.kwargs)
            count += 1
    return count
