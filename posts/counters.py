"""The counters that pages show, counted anew. Pages only add to them and take from them."""

from django.contrib.auth import get_user_model
from django.db import transaction
from django.db.models import Count, OuterRef, Subquery
from django.db.models.functions import Coalesce

from social.models import Follow

from .models import Post

BATCH_SIZE = 500


def recount():
    """Set everybody's counters right, while the site runs. Returns how many people there are and how many were off."""
    counted = off = last = 0
    while batch := _recount_after(last):
        ids, corrected = batch
        counted, off, last = counted + len(ids), off + corrected, ids[-1]
    return counted, off


@transaction.atomic
def _recount_after(last):
    """Whoever posts writes the row and then, waiting for our lock, shifts the counter; whoever follows waits first.

    So what is counted under the lock is what counters must say: a row we see has been added to them or was before our
    lock, a row we do not see will be. The lock is of the kind that foreign keys do not wait for, and is taken in the
    order of ids as `Follow.objects` does, so that nobody waits in a circle.
    """
    people = get_user_model().objects.order_by("pk")
    ids = list(people.filter(pk__gt=last).select_for_update(no_key=True).values_list("pk", flat=True)[:BATCH_SIZE])
    if not ids:
        return None
    true_counts = {
        "posts_count": _count(Post.objects.filter(hidden=False), "author"),
        "followers_count": _count(Follow.objects, "followed"),
        "following_count": _count(Follow.objects, "follower"),
    }
    return ids, people.filter(pk__in=ids).exclude(**true_counts).order_by().update(**true_counts)


def _count(rows, person):
    of_person = rows.filter(**{person: OuterRef("pk")}).order_by().values(person)
    return Coalesce(Subquery(of_person.annotate(number=Count("pk")).values("number")), 0)
