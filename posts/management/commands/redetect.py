from django.core.management.base import BaseCommand

from posts.batches import change_in_batches
from posts.models import Post, Translation


class Command(BaseCommand):
    help = (
        "Detect again which language posts are written in: those where it isn't known, or all. It doesn't count as an "
        "edit. Translations of a post whose language changes are deleted. The site can keep running."
    )

    def add_arguments(self, parser):
        parser.add_argument(
            "--all",
            action="store_true",
            help="Also where the language is known. What is detected replaces what the author chose.",
        )

    def handle(self, verbosity, **options):
        posts = Post.objects.exclude(body="")  # reposts, and places of deleted posts
        posts = posts if options["all"] else posts.filter(language="")
        done, changed = change_in_batches(posts, redetect, verbosity > 1 and self.stdout.write)
        self.stdout.write(f"Done: the language of {changed} of {done} posts has changed.")


def redetect(posts):
    # Locked, so that no edit happens between reading the text and writing its language.
    locked = posts.select_related("author").select_for_update(of=["self"], no_key=True)
    changed = [post for post in locked if post.redetect()]
    Translation.objects.filter(post__in=changed).stale().delete()
    return len(changed)
