from django.core.management.base import BaseCommand

from accounts import markup
from posts.batches import change_in_batches
from posts.models import Post, Translation


class Command(BaseCommand):
    help = (
        "Render all posts and their translations again, after a change to what becomes a link. "
        "The site can keep running."
    )

    def handle(self, verbosity, **options):
        for model, name in ((Post, "posts"), (Translation, "translations")):
            written = model.objects.exclude(body="")  # no reposts, nor places of deleted posts
            done, changed = change_in_batches(written, rerender, verbosity > 1 and self.stdout.write)
            self.stdout.write(f"Done: {changed} of {done} {name} have changed.")


def rerender(rows):
    # Locked, so that no edit happens between reading the text and writing its HTML.
    locked = list(rows.only("body", "html").select_for_update(no_key=True))
    changed = []
    for row, html in zip(locked, markup.render_all([row.body for row in locked]), strict=True):
        if row.html != html:
            row.html = html
            changed.append(row)
    rows.model.objects.bulk_update(changed, ["html"])
    if rows.model is Post:
        rows.filter(pk__in=[post.pk for post in changed]).renew()
    return len(changed)
