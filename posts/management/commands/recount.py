from django.core.management.base import BaseCommand

from posts.counters import recount


class Command(BaseCommand):
    help = "Count everybody's posts, followers and following. The site may go on running."

    def handle(self, **options):
        counted, off = recount()
        self.stdout.write(f"Counted for {counted} people: {off} had counters that were off.")
