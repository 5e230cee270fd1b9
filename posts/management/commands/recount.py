from django.core.management.base import BaseCommand

from posts.counters import recount


class Command(BaseCommand):
    help = "Recount everybody's posts, followers and following. The site can keep running."

    def handle(self, **options):
        counted, off = recount()
        self.stdout.write(f"Done: the counters of {off} of {counted} people were wrong.")
