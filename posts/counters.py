"""Recounts the counters that pages show. Normal operation only increments and decrements them."""

from django.contrib.auth import get_user_model
from django.db.models import Count, OuterRef, Subquery
from django.db.models.functions import Coalesce

from social.models import Follow

from .batches import change_in_batches
from .models import Like, Post


def recount():
    """Correct everybody's counters while the site runs. Returns the numbers of people and of wrong counters."""
    return change_in_batches(get_user_model().objects.all(), _recount_people)


def recount_posts():
    """Correct the counters of all posts while the site runs. Returns the numbers of posts and of wrong counters.

    Reposts have none, and must not be locked: they are deleted with their originals, in whatever order.
    """
    return change_in_batches(Post.objects.filter(repost_of=None), _recount_posts)


def _recount_people(people):
    written = Post.objects.filter(hidden=False, repost_of=None)
    true_counts = {
        "posts_count": _count(written, "author"),
        "followers_count": _count(Follow.objects, "followed"),
        "following_count": _count(Follow.objects, "follower"),
    }
    return _correct(people, true_counts)


def _recount_posts(posts):
    public = Post.objects.public().filter(hidden=False)
    true_counts = {
        "replies_count": _count(public, "in_reply_to"),
        "reposts_count": _count(public, "repost_of"),
        "quotes_count": _count(public, "quote_of"),
        "likes_count": _count(Like.objects, "post"),
    }
    return _correct(posts, true_counts)


def _correct(rows, true_counts):
    """Posting inserts the row and then updates the counter, waiting for our lock; following and liking lock first.

    The count taken under the lock is therefore exact: a row that is visible was added to the counter or predates the
    lock, and a row that is not will be. Foreign keys do not wait for this kind of lock. As elsewhere, rows are locked
    in the order of their ids, which rules out deadlocks.
    """
    list(rows.select_for_update(no_key=True).values_list("pk"))
    return rows.exclude(**true_counts).order_by().update(**true_counts)


def _count(rows, counted):
    of_row = rows.filter(**{counted: OuterRef("pk")}).order_by().values(counted)
    return Coalesce(Subquery(of_row.annotate(number=Count("pk")).values("number")), 0)
