"""The app's e-mails, each sent by a task; their texts are in `templates/emails/`.

Every task may run twice, and its subject may be gone by then.
"""

from django.contrib.auth import get_user_model

from accounts import emails
from microblog_site import mail_queue

from .models import Report


@mail_queue.task
def send_report_outcome(report_id):
    """Tell a reporter the outcome of their report, without revealing who decided."""
    report = Report.objects.closed().select_related("person").filter(pk=report_id).first()
    if report and (reporter := _reachable(report.reporter_id)):
        emails.send("report_outcome", reporter, report.language, report=report)


@mail_queue.task
def send_warning(report_id, message):
    """Warn the reported person with `message`, without revealing who reported or who sends the warning."""
    report = Report.objects.filter(pk=report_id).first()
    if report and (person := _reachable(report.person_id)):
        emails.send("warning", person, person.language, report=report, message=message)


def _reachable(user_id):
    return get_user_model().objects.reachable().filter(pk=user_id).first()
