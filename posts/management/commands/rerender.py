from django.core.management.base import BaseCommand
from django.db import transaction

from posts import markup
from posts.models import Post

BATCH_SIZE = 500


class Command(BaseCommand):
    help = "Make the HTML of all posts anew, after a change of what becomes a link. The site may run meanwhile."

    def handle(self, **options):
        ids = Post.objects.order_by("pk").values_list("pk", flat=True)
        done = changed = last = 0
        while batch := list(ids.filter(pk__gt=last)[:BATCH_SIZE]):
            done, changed, last = done + len(batch), changed + self.rerender(batch), batch[-1]
            if options["verbosity"] > 1:
                self.stdout.write(f"{done} posts done …")
        self.stdout.write(f"Done: {changed} of {done} posts look different now.")

    @transaction.atomic
    def rerender(self, ids):
        """Locked, so that no edit slips in between reading a text and writing its HTML."""
        posts = list(Post.objects.filter(pk__in=ids).only("body", "html").order_by("pk").select_for_update(no_key=True))
        changed = []
        for post, html in zip(posts, markup.render_all([post.body for post in posts]), strict=True):
            if post.html != html:
                post.html = html
                changed.append(post)
        Post.objects.bulk_update(changed, ["html"])
        return len(changed)
