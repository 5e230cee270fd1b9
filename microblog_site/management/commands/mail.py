from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from microblog_site import mail_queue
from microblog_site.logging import hide_secrets
from microblog_site.mail import masked

COLUMNS = "{:36}  {:7}  {:22}  {:>8}  {:>5}  {:24}  {}"


class Command(BaseCommand):
    help = "List the e-mails that failed or wait for another try; with --retry, send them again."

    def add_arguments(self, parser):
        parser.add_argument("--retry", nargs="*", metavar="id", help="send these again now, or all of them")

    def handle(self, *, retry, **options):
        unsent = mail_queue.queued().filter(status__in=[*mail_queue.FAILED, "READY"])
        if retry is not None:
            known = {str(pk) for pk in unsent.values_list("pk", flat=True)}
            if unknown := set(retry) - known:
                raise CommandError(f"No e-mail that failed or waits has the id {', '.join(sorted(unknown))}.")
            self.stdout.write(f"E-mails to be sent now: {mail_queue.retry(retry or None)}")
            return
        if not unsent:
            self.stdout.write("No e-mail has failed, and none is waiting.")
            return
        self.stdout.write(COLUMNS.format("id", "state", "kind", "age", "tries", "to", "last error"))
        for mail in unsent:
            self.stdout.write(COLUMNS.format(*_columns(mail)))


def _columns(mail):
    state = "waiting" if mail.status == "READY" else "failed"
    kind = mail.task_path.rpartition(".")[2].removeprefix("send_").replace("_", " ")
    minutes = int((timezone.now() - mail.enqueued_at).total_seconds() // 60)
    age = f"{minutes // 60} h {minutes % 60:02} m"
    # A failed try leaves a note (see `mail.send`); an error elsewhere, in the database for example, leaves none.
    last = mail.errors[-1]["traceback"].strip().splitlines()[-1] if mail.errors else ""
    to, _separator, error = last.partition(": ") if "•••@" in last else ("", "", last)
    to = to or next((masked(value) for value in mail.args if "@" in str(value)), "–")
    return str(mail.pk), state, kind, age, mail.attempts, to, hide_secrets(error)
