from django.core.management.base import BaseCommand, CommandError

from accounts import two_factor
from accounts.models import User
from microblog_site import security_log


class Command(BaseCommand):
    help = (
        "Turn off two-step log-in for somebody who lost their phone and recovery codes: their password is enough then."
    )

    def add_arguments(self, parser):
        parser.add_argument("username")

    def handle(self, *, username, **options):
        person = User.objects.named(username).first()
        if person is None:
            raise CommandError(f"Nobody has the user name {username}.")
        if two_factor.remove(person):
            security_log.note("remove_two_factor", person=person)
