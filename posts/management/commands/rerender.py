from django.core.management.base import BaseCommand
from django.db import transaction
from django.db.models import Max

from posts import markup
from posts.models import Post

POSTS_AT_ONCE = 500


class Command(BaseCommand):
    help = "Make the HTML of all posts anew, after a change of what becomes a link. The site may run meanwhile."

    def handle(self, **options):
        newest = Post.objects.aggregate(newest=Max("pk", default=0))["newest"]
        changed = 0
        for start in range(1, newest + 1, POSTS_AT_ONCE):
            changed += self.rerender(Post.objects.filter(pk__range=(start, start + POSTS_AT_ONCE - 1)))
            if options["verbosity"] > 1:
                self.stdout.write(f"Up to post {min(start + POSTS_AT_ONCE - 1, newest)} of {newest} …")
        self.stdout.write(f"Done: {changed} posts look different now.")

    @transaction.atomic
    def rerender(self, posts):
        """Locked, so that no edit slips in between reading a text and writing its HTML."""
        posts = list(posts.select_for_update(no_key=True).only("body", "html").order_by("pk"))
        changed = []
        for post, html in zip(posts, markup.render_all([post.body for post in posts]), strict=True):
            if post.html != html:
                post.html = html
                changed.append(post)
        Post.objects.bulk_update(changed, ["html"])
        return len(changed)
