"""The counters that pages show, counted from the rows. Pages only add to them and take from them."""

from django.contrib.auth import get_user_model
from django.db.models import Count, OuterRef, Subquery
from django.db.models.functions import Coalesce

from social.models import Follow

from .batches import change_in_batches
from .models import Post


def recount():
    """Set everybody's counters right, while the site runs. Returns how many people there are and how many were off."""
    return change_in_batches(get_user_model().objects.all(), _recount)


def _recount(people):
    """Who posts writes the row and then, waiting for our lock, shifts the counter; who follows waits first.

    So what is counted under the lock is what counters must say: a row we see has been added to them or was before our
    lock, a row we do not see will be. The lock is of the kind that foreign keys do not wait for, and is taken in the
    order of ids as `Follow.objects` does, so that nobody waits in a circle.
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
