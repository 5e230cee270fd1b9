"""The timelines, as sources of posts for a `microblog_site.paging.CursorPage`.

A source is called with a cursor and a limit, and gives up to that many posts beyond the cursor, nearest to it first.
"""

from django.contrib.auth import get_user_model
from django.db.models import F, Max, OrderBy, OuterRef, Q, Subquery

from social.models import Follow, Mute

from .models import Post

WINDOW = 4_000  # ids


def explore(viewer):
    """Every public post, but for those of people `viewer` muted."""
    return lambda cursor, limit: _posts_beyond(cursor, viewer).without_muted(viewer)[:limit]


def profile(person, viewer):
    """What `person` wrote."""
    return lambda cursor, limit: _posts_beyond(cursor, viewer).filter(author=person)[:limit]


def home(user):
    """What `user` and the accounts they follow and did not mute wrote, gathered when it is read.

    Nearly always enough of it stands among the few thousand ids next to the cursor. Only where it does not, because
    they follow few or silent people, each author's nearest post is looked up.
    """

    def fetch(cursor, limit):
        window, nothing_beyond = _window(cursor)
        posts = list(_posts_beyond(cursor, user).without_muted(user).by_followed(user).filter(window)[:limit])
        return posts if len(posts) == limit or nothing_beyond else _gather(user, cursor, limit)

    return fetch


def _posts_beyond(cursor, viewer):
    return Post.objects.visible_to(viewer).as_read_by(viewer).beyond(cursor)


def _window(cursor):
    """A filter for the ids next to the cursor, and whether there are none beyond these."""
    newest = Post.objects.aggregate(Max("pk", default=0))["pk__max"]
    if cursor.after is not None:
        return Q(pk__lte=cursor.after + WINDOW), cursor.after + WINDOW >= newest
    start = min(cursor.before or newest + 1, newest + 1) - WINDOW
    return Q(pk__gte=start), start <= 1


def _gather(user, cursor, limit):
    """The posts nearest to the cursor, by way of their authors.

    Candidates are `user` and the `limit` people they read whose nearest post is closest to the cursor. Each bound is an
    id up to which at least `limit` posts are certain to lie: the nearest post of the last candidate, and the `limit`-th
    post of each author. The tightest one applies, so that nobody's whole history is sorted.
    """
    newer = cursor.after is not None
    nearest_posts = _nearest_authors(user, cursor, limit)
    authors = [user.pk, *nearest_posts]
    bounds = [*list(nearest_posts.values())[limit - 1 :], *_full_page_bounds(authors, cursor, limit)]
    posts = Post.objects.filter(author__in=authors, hidden=False).beyond(cursor)
    if bounds:
        posts = posts.filter(pk__lte=min(bounds)) if newer else posts.filter(pk__gte=max(bounds))
    # Without "+ 0" PostgreSQL would walk down the primary key in search of these authors.
    ids = posts.order_by(OrderBy(F("pk") + 0, descending=not newer)).values("pk")[:limit]
    return list(_posts_beyond(cursor, user).filter(pk__in=ids))


def _nearest_authors(user, cursor, limit):
    """The ids of those `user` reads whose posts come nearest to the cursor, each with the id of that post."""
    nearest = OrderBy(F("nearest"), descending=cursor.after is None, nulls_last=True)
    inactive = get_user_model().objects.filter(is_active=False, erased_at=None)
    muted = Mute.objects.muted_by(user)
    followed = Follow.objects.filter(follower=user).exclude(followed__in=inactive).exclude(followed__in=muted)
    authors = followed.annotate(nearest=_nth_post(1, "followed", cursor)).order_by(nearest)[:limit]
    return {author: post for author, post in authors.values_list("followed", "nearest") if post}


def _full_page_bounds(authors, cursor, limit):
    """The ids of the posts that would end a page of one of `authors` alone, where they wrote that many."""
    people = get_user_model().objects.filter(pk__in=authors).annotate(last=_nth_post(limit, "pk", cursor))
    return filter(None, people.values_list("last", flat=True))


def _nth_post(number, author, cursor):
    posts = Post.objects.filter(author=OuterRef(author), hidden=False).beyond(cursor).values("pk")
    return Subquery(posts[number - 1 : number])
