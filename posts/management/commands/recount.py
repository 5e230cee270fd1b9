from django.core.management.base import BaseCommand

from posts.counters import recount, recount_posts


class Command(BaseCommand):
    help = "Recount everybody's posts, followers and following, and the replies, reposts, quotes and likes of posts."

    def handle(self, **options):
        counted, off = recount()
        self.stdout.write(f"Done: the counters of {off} of {counted} people were wrong.")
        counted, off = recount_posts()
        self.stdout.write(f"Done: the counters of {off} of {counted} posts were wrong.")
