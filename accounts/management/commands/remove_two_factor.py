from django.core.management.base import BaseCommand, CommandError

from accounts import two_factor
from accounts.models import User


class Command(BaseCommand):
    help = "Removes two-step log-in for somebody who lost phone and recovery codes, so that their password is enough."

    def add_arguments(self, parser):
        parser.add_argument("username")

    def handle(self, *, username, **options):
        person = User.objects.named(username).first()
        if person is None:
            raise CommandError(f"Nobody is called {username}.")
        two_factor.remove(person)
