from django.core.management.base import BaseCommand
from django.db import transaction

from accounts import markup
from posts.models import Post, Translation

BATCH_SIZE = 500


class Command(BaseCommand):
    help = (
        "Make the HTML of all posts and their translations anew, after a change of what becomes a link. "
        "The site may run meanwhile."
    )

    def handle(self, **options):
        for model, name in ((Post, "posts"), (Translation, "translations")):
            ids = model.objects.order_by("pk").values_list("pk", flat=True)
            done = changed = last = 0
            while batch := list(ids.filter(pk__gt=last)[:BATCH_SIZE]):
                done, changed, last = done + len(batch), changed + self.rerender(model, batch), batch[-1]
                if options["verbosity"] > 1:
                    self.stdout.write(f"{done} {name} done …")
            self.stdout.write(f"Done: {changed} of {done} {name} look different now.")

    @transaction.atomic
    def rerender(self, model, ids):
        """Locked, so that no edit slips in between reading a text and writing its HTML."""
        rows = list(model.objects.filter(pk__in=ids).only("body", "html").order_by("pk").select_for_update(no_key=True))
        changed = []
        for row, html in zip(rows, markup.render_all([row.body for row in rows]), strict=True):
            if row.html != html:
                row.html = html
                changed.append(row)
        model.objects.bulk_update(changed, ["html"])
        if model is Post:
            Post.objects.filter(pk__in=[post.pk for post in changed]).renew()
        return len(changed)
