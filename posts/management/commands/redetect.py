from django.core.management.base import BaseCommand

from posts.batches import change_in_batches
from posts.models import Post, Translation


class Command(BaseCommand):
    help = (
        "Guess again which language posts are written in: those where it is not known, or all. It does not count as an "
        "edit; translations of a post whose language changes go. The site may go on running."
    )

    def add_arguments(self, parser):
        parser.add_argument(
            "--all",
            action="store_true",
            help="Also where the language is known. This overrides what authors chose where the guess is another one.",
        )

    def handle(self, verbosity, **options):
        posts = Post.objects.all() if options["all"] else Post.objects.filter(language="")
        done, changed = change_in_batches(posts, redetect, verbosity > 1 and self.stdout.write)
        self.stdout.write(f"Done: {changed} of {done} posts are in another language now.")


def redetect(posts):
    # Locked, so that no edit happens between reading the text and writing its language.
    locked = posts.select_related("author").select_for_update(of=["self"], no_key=True)
    changed = [post for post in locked if post.redetect()]
    Translation.objects.filter(post__in=changed).stale().delete()
    return len(changed)
