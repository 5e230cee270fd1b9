"""The timelines, as sources of posts for a `microblog_site.paging.CursorPage`.

A source is called with a cursor and a limit, and gives outlines of up to that many posts beyond the cursor, nearest to
it first.
"""

from django.contrib.auth import get_user_model
from django.contrib.auth.models import AnonymousUser
from django.db.models import F, OrderBy, OuterRef, Q, Subquery, Value
from django.utils.translation import get_language

from microblog_site.paging import GREATEST_ID, Cursor
from microblog_site.prepared import Prepared
from social.models import Follow, Mute

from .models import Outline, Post

WINDOW = 4_000  # ids


def explore(viewer):
    """Every public post, but for those of people `viewer` muted."""
    return lambda cursor, limit: _outlines(_explore, viewer, cursor, limit)


def profile(person, viewer):
    """What `person` wrote."""
    return lambda cursor, limit: _outlines(_profile, viewer, cursor, limit, person=person.pk)


def home(user):
    """What `user` and the accounts they follow and did not mute wrote, gathered when it is read.

    Nearly always enough of it stands among the few thousand ids next to the cursor. Only where it does not, because
    they follow few or silent people, each author's nearest post is looked up.
    """

    def fetch(cursor, limit):
        posts = _outlines(_home, user, cursor, limit, window=WINDOW, edge=_edge(cursor))
        return posts if len(posts) == limit or _is_all(cursor) else _gather(user, cursor, limit)

    return fetch


def _timeline(narrow):
    """The query for the posts beyond a cursor that a viewer may see, and of these what `narrow` leaves."""

    def build(language_of_stranger, before, after, limit, *, viewer, cursor, **ids):
        viewer = AnonymousUser() if language_of_stranger else get_user_model()(pk=viewer)
        cursor = Cursor(before=cursor if before else None, after=cursor if after else None)
        posts = Post.objects.visible_to(viewer).beyond(cursor)
        return narrow(posts, viewer, cursor, **ids).outlines(viewer)[:limit]

    return Prepared(build)


_explore = _timeline(lambda posts, viewer, cursor: posts.without_muted(viewer))
_profile = _timeline(lambda posts, viewer, cursor, person: posts.filter(author=person))
_home = _timeline(
    lambda posts, viewer, cursor, window, edge: (
        posts.without_muted(viewer).by_followed(viewer).filter(_within(cursor, window, edge))
    )
)


def _outlines(timeline, viewer, cursor, limit, **ids):
    shape = (viewer.is_anonymous and get_language(), cursor.before is not None, cursor.after is not None, limit)
    rows = timeline.rows(*shape, viewer=viewer.pk, cursor=cursor.before or cursor.after, **ids)
    return [Outline(*row) for row in rows]


def _within(cursor, window, edge):
    """A filter for the `window` of ids next to the cursor, which ends at `edge`."""
    if cursor.after is not None:
        return Q(pk__lte=edge)
    if cursor.before is not None:
        return Q(pk__gte=edge)
    return Q(pk__gte=Subquery(Post.objects.order_by("-pk").values("pk")[:1]) - Value(window))


def _edge(cursor):
    """The id up to which the window reaches; None where only the database knows the newest one, where it begins."""
    if cursor.after is not None:
        return min(cursor.after + WINDOW, GREATEST_ID)
    return cursor.before and cursor.before - WINDOW


def _is_all(cursor):
    """Whether it is certain that nothing lies beyond the window."""
    if cursor.after is not None:
        return not Post.objects.filter(pk__gt=_edge(cursor)).exists()
    return cursor.before is not None and _edge(cursor) <= 1


def _gather(user, cursor, limit):
    """The posts nearest to the cursor, by way of their authors.

    Candidates are `user` and the `limit` people they read whose nearest post is closest to the cursor. Each bound is an
    id up to which at least `limit` posts are certain to lie: the nearest post of the last candidate, and the `limit`-th
    post of each author. The tightest one applies, so that nobody's whole history is sorted.
    """
    newer = cursor.after is not None
    candidates = list(_candidates(user, cursor, limit))
    if not candidates:
        return profile(user, user)(cursor, limit)
    authors, nearest, page_ends, own_page_ends = zip(*candidates, strict=True)
    bounds = [pk for pk in (*page_ends, *own_page_ends) if pk]
    if len(candidates) == limit:
        bounds.append(nearest[-1])
    posts = Post.objects.filter(author__in=[user.pk, *authors], hidden=False).beyond(cursor)
    if bounds:
        posts = posts.filter(pk__lte=min(bounds)) if newer else posts.filter(pk__gte=max(bounds))
    # Without "+ 0" PostgreSQL would walk down the primary key in search of these authors.
    ids = posts.order_by(OrderBy(F("pk") + 0, descending=not newer)).values("pk")[:limit]
    found = Post.objects.filter(pk__in=ids).visible_to(user).beyond(cursor)
    return [Outline(*row) for row in found.outlines(user)]


def _candidates(user, cursor, limit):
    """Those `user` reads whose posts come nearest to the cursor: id, nearest post, and the one that ends a full page.

    With each of them the post that ends a full page of `user` alone. All are ids, None where there is no such post.
    """
    inactive = get_user_model().objects.filter(is_active=False, erased_at=None)
    muted = Mute.objects.muted_by(user)
    followed = Follow.objects.filter(follower=user).exclude(followed__in=inactive).exclude(followed__in=muted)
    nearest_first = OrderBy(F("nearest"), descending=cursor.after is None, nulls_last=True)
    authors = followed.annotate(nearest=_nth_post(1, OuterRef("followed"), cursor)).order_by(nearest_first)
    people = get_user_model().objects.filter(pk__in=authors.values("followed")[:limit])
    return (
        people.annotate(
            nearest=_nth_post(1, OuterRef("pk"), cursor),
            page_end=_nth_post(limit, OuterRef("pk"), cursor),
            own_page_end=_nth_post(limit, user.pk, cursor),
        )
        .exclude(nearest=None)
        .order_by(nearest_first)
        .values_list("pk", "nearest", "page_end", "own_page_end")
    )


def _nth_post(number, author, cursor):
    posts = Post.objects.filter(author=author, hidden=False).beyond(cursor).values("pk")
    return Subquery(posts[number - 1 : number])
