"""Recounts the counters that pages show. Normal operation only increments and decrements them."""

from django.contrib.auth import get_user_model
from django.db.models import Count, OuterRef, Subquery
from django.db.models.functions import Coalesce

from social.models import Follow

from .batches import change_in_batches
from .models import Post


def recount():
    """Correct everybody's counters while the site runs. Returns the numbers of people and of wrong counters."""
    return change_in_batches(get_user_model().objects.all(), _recount)


def _recount(people):
    """Posting inserts the row and then updates the counter, waiting for our lock; following locks first.

    The count taken under the lock is therefore exact: a row that is visible was added to the counter or predates the
    lock, and a row that is not will be. Foreign keys do not wait for this kind of lock. As in `Follow.objects`, rows
    are locked in the order of their ids, which rules out deadlocks.
    """
    list(people.select_for_update(no_key=True).values_list("pk"))
    true_counts = {
        "posts_count": _count(Post.objects.filter(hidden=False), "author"),
        "followers_count": _count(Follow.objects, "followed"),
        "following_count": _count(Follow.objects, "follower"),
    }
    return people.exclude(**true_counts).order_by().update(**true_counts)


def _count(rows, person):
    of_person = rows.filter(**{person: OuterRef("pk")}).order_by().values(person)
    return Coalesce(Subquery(of_person.annotate(number=Count("pk")).values("number")), 0)
