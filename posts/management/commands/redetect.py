from django.core.management.base import BaseCommand
from django.db import transaction

from posts.models import Post, Translation

BATCH_SIZE = 100


class Command(BaseCommand):
    help = (
        "Guess anew which language posts are written in: those where it is not known, or all. It does not count as an "
        "edit; translations of a post whose language changes go. The site may run meanwhile."
    )

    def add_arguments(self, parser):
        parser.add_argument(
            "--all",
            action="store_true",
            help="Also where the language is known. This overrides what authors chose where the guess is another one.",
        )

    def handle(self, **options):
        posts = Post.objects.all() if options["all"] else Post.objects.filter(language="")
        ids = posts.order_by("pk").values_list("pk", flat=True)
        done = changed = last = 0
        while batch := list(ids.filter(pk__gt=last)[:BATCH_SIZE]):
            done, changed, last = done + len(batch), changed + self.redetect(posts.filter(pk__in=batch)), batch[-1]
            if options["verbosity"] > 1:
                self.stdout.write(f"{done} posts done …")
        self.stdout.write(f"Done: {changed} of {done} posts are in another language now.")

    @transaction.atomic
    def redetect(self, posts):
        """Locked, so that no edit slips in between reading a text and writing its language."""
        locked = posts.select_related("author").order_by("pk").select_for_update(of=["self"], no_key=True)
        changed = [post for post in locked if post.redetect()]
        Translation.objects.filter(post__in=changed).stale().delete()
        return len(changed)
