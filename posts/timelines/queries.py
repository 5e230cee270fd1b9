"""The timelines, as sources of posts for a `microblog_site.paging.CursorPage`.

A source is called with a cursor and a limit, and returns summaries of up to that many posts beyond the cursor, closest
to it first.
"""

from functools import partial
from itertools import chain, islice, repeat
from typing import NamedTuple

from django.contrib.auth import get_user_model
from django.contrib.auth.models import AnonymousUser
from django.db.models import F, OrderBy, OuterRef, Q, Subquery

from microblog_site.paging import MAX_ID, Cursor
from microblog_site.prepared import Prepared, Slot, Viewer
from posts.models import Post
from posts.rendering.summary import summaries
from social.models import Follow, Mute

WINDOW = 4_000  # ids


SPARE = 4  # more acts than a page holds: some are of the same post


class Act(NamedTuple):
    """A post or a repost, as an act of its author."""

    pk: int
    author_id: int
    repost_of_id: int | None

    @property
    def post_id(self):
        return self.repost_of_id or self.pk


def timeline(acts, viewer, *, without_muted=False):
    """The posts that `acts`, a source of `Act`s, are about, as far as `viewer` may read them.

    Each stands there once, for the newest act.
    """

    def fetch(cursor, limit):
        posts, is_all = {}, False
        while len(posts) < limit and not is_all:
            found = acts(cursor, limit + SPARE)
            _add(
                posts,
                found,
                summaries([act.post_id for act in found], viewer, without_muted=without_muted),
                limit,
                cursor,
            )
            is_all = len(found) < limit + SPARE
            cursor = cursor if is_all else cursor.beyond(found[-1].pk)
        return list(posts.values())

    return fetch


def _add(posts, acts, readable, limit, cursor):
    """Add to `posts` what `acts` are about, up to the `limit`."""
    for act in acts:
        post = readable.get(act.post_id)
        if post is None or (cursor.after is None and post.pk in posts):
            continue
        posts.pop(post.pk, None)
        posts[post.pk] = post.by(act.pk, act.author_id)
        if len(posts) == limit:
            return


def explore(viewer):
    """All public posts that answer nothing, except those of people `viewer` muted."""
    return timeline(partial(_acts_of_everybody, viewer), viewer)


def profile(person, viewer):
    """The posts of `person`, the answers to themselves, and what they reposted."""
    return timeline(partial(_acts_of_person, viewer, person), viewer)


def home(user):
    """Posts of `user` and of the accounts they follow and have not muted, collected when read.

    Usually the few thousand ids next to the cursor contain a full page. Only if they do not, because `user` follows few
    or inactive people, each author's closest post is looked up.
    """

    def acts(cursor, limit):
        found = _acts(_of_followed(user, cursor, limit, window=WINDOW, edge=_edge(cursor)))
        return found if len(found) == limit or _is_all(cursor) else _gather(user, cursor, limit)

    return timeline(acts, user, without_muted=True)


def _acts_of_everybody(viewer, cursor, limit):
    return _acts(_of_everybody(viewer, cursor, limit))


def _acts_of_person(viewer, person, cursor, limit):
    return _acts(_of_person(viewer, cursor, limit, person=person.pk))


def _acts(rows):
    return [Act(*row) for row in rows]


def _edge(cursor):
    """The id where the window ends; None at the top, where only the database knows the newest id, its start."""
    if cursor.after is not None:
        return min(cursor.after + WINDOW, MAX_ID)
    return cursor.before and cursor.before - WINDOW


def _is_all(cursor):
    """Whether there is certainly nothing beyond the window."""
    if cursor.after is not None:
        return Post.objects.newest() <= _edge(cursor)
    return cursor.before is not None and _edge(cursor) <= 1


def _gather(user, cursor, limit):
    """The posts closest to the cursor, found through their authors.

    Candidates are `user` and the `limit` followed people whose closest posts are nearest to the cursor. Each bound is
    an id within which at least `limit` posts certainly lie: the closest post of the last candidate, and the `limit`-th
    post of each author. The tightest one applies, so that nobody's whole history is sorted.
    """
    candidates = _candidates(user, cursor, limit)
    if not candidates:
        return _acts_of_person(user, user, cursor, limit)
    authors, nearest, page_ends, own_page_ends = zip(*candidates, strict=True)
    bounds = [pk for pk in (*page_ends, *own_page_ends) if pk]
    if len(candidates) == limit:
        bounds.append(nearest[-1])
    bound = min(bounds, default=MAX_ID) if cursor.after is not None else max(bounds, default=0)
    # Always the same number of ids, so that the query is the same.
    ids = islice(chain(authors, repeat(user.pk)), limit + 1)
    authors = {f"author_{number}": pk for number, pk in enumerate(ids)}
    return _acts(_of_authors(user, cursor, limit, bound=bound, **authors))


# The queries behind them, built once for each kind of reader and cursor, with slots for the ids.


def _prepared(build, **options):
    """A function that runs the query that `build` makes of a viewer, a cursor and a limit."""

    def of_shape(is_anonymous, before, after, limit):
        viewer = AnonymousUser() if is_anonymous else Viewer("viewer")
        cursor = Cursor(before=Slot("cursor") if before else None, after=Slot("cursor") if after else None)
        return build(viewer, cursor, limit)

    query = Prepared(of_shape, **options)

    def rows(viewer, cursor, limit, **ids):
        shape = (viewer.is_anonymous, cursor.before is not None, cursor.after is not None, limit)
        values = {"viewer": viewer.pk, "cursor": cursor.before or cursor.after}
        return query.rows(*shape, **values, **ids)

    rows.query = query
    return rows


@_prepared
def _of_everybody(viewer, cursor, limit):
    posts = Post.objects.visible_to(viewer).public().filter(in_reply_to=None).without_muted(viewer)
    return _page(posts, cursor, limit)


@_prepared
def _of_person(viewer, cursor, limit):
    posts = Post.objects.acts_visible_to(viewer).filter(author=Slot("person"))
    return _page(posts.filter(Q(in_reply_to=None) | Q(other_author=F("author"))), cursor, limit)


@_prepared
def _of_followed(user, cursor, limit):
    posts = Post.objects.acts_visible_to(user).without_muted(user).by_followed(user)
    return _page(posts.filter(_within_window(cursor)), cursor, limit)


@_prepared
def _of_authors(user, cursor, limit):
    newer = cursor.after is not None
    within = Q(pk__lte=Slot("bound")) if newer else Q(pk__gte=Slot("bound"))
    authors = [Slot(f"author_{number}") for number in range(limit + 1)]
    # Through "pk", because in a list a foreign key lookup accepts only ids and model instances, not slots.
    posts = Post.objects.filter(within, author__pk__in=authors, hidden=False).beyond(cursor)
    # "+ 0" keeps PostgreSQL from walking down the primary key in search of these authors.
    ids = posts.order_by(OrderBy(F("pk") + 0, descending=not newer)).values("pk")[:limit]
    return Post.objects.filter(pk__in=ids).acts_visible_to(user).beyond(cursor).values_list(*Act._fields)


# People who follow thousands of inactive accounts may need a different plan.
@partial(_prepared, generic_plan=False)
def _candidates(user, cursor, limit):
    """The people `user` reads whose posts are closest to the cursor: id, closest post, and the post that ends a full
    page.

    Each row also has the post that ends a full page of `user` alone. All values are ids, None if there is no such post.
    """
    inactive = get_user_model().objects.filter(is_active=False, erased_at=None)
    muted = Mute.objects.muted_by(user)
    followed = Follow.objects.filter(follower=user).exclude(followed__in=inactive).exclude(followed__in=muted)
    nearest_first = OrderBy(F("nearest"), descending=cursor.after is None, nulls_last=True)
    nth_post_of = partial(_nth_post, cursor)
    authors = followed.annotate(nearest=nth_post_of(1, OuterRef("followed"))).order_by(nearest_first)
    people = get_user_model().objects.filter(pk__in=authors.values("followed")[:limit])
    return (
        people.annotate(
            nearest=nth_post_of(1, OuterRef("pk")),
            page_end=nth_post_of(limit, OuterRef("pk")),
            own_page_end=nth_post_of(limit, user.pk),
        )
        .exclude(nearest=None)
        .order_by(nearest_first)
        .values_list("pk", "nearest", "page_end", "own_page_end")
    )


def _nth_post(cursor, number, author):
    posts = Post.objects.filter(author=author, hidden=False).beyond(cursor).values("pk")
    return Subquery(posts[number - 1 : number])


def _page(posts, cursor, limit):
    return posts.beyond(cursor).values_list(*Act._fields)[:limit]


def _within_window(cursor):
    """A condition for ids between the cursor and the end of the window."""
    if cursor.after is not None:
        return Q(pk__lte=Slot("edge"))
    if cursor.before is not None:
        return Q(pk__gte=Slot("edge"))
    return Q(pk__gte=Subquery(Post.objects.order_by("-pk").values("pk")[:1]) - Slot("window"))
