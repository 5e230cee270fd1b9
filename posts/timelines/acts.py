"""What timelines consist of, and how their queries are prepared."""

from typing import NamedTuple

from django.contrib.auth.models import AnonymousUser

from microblog_site.paging import Cursor
from microblog_site.prepared import Prepared, Slot, Viewer
from posts.rendering.summary import summaries

SPARE = 4  # more acts than a page holds: some are of the same post
GROWTH = 4  # how many times as many are read where these were too few, twice at most


class Act(NamedTuple):
    """What puts a post into a timeline: the post, a repost of it, or one's mark on it (then `author_id` is 0)."""

    pk: int
    author_id: int
    repost_of_id: int | None

    @property
    def post_id(self):
        return self.repost_of_id or self.pk


def timeline(acts, viewer, *, without_muted=False, without=lambda _post: False):
    """The posts that `acts`, a source of `Act`s, are about, as far as `viewer` may read them.

    On a page each stands there once, for the newest act. `without` tells which summaries to leave out.
    """

    def fetch(cursor, limit):
        posts, number, is_all = {}, limit + SPARE, False
        while len(posts) < limit and not is_all:
            found = acts(cursor, number)
            unknown = dict.fromkeys(act.post_id for act in found if act.post_id not in posts)
            readable = posts | summaries(unknown, viewer, without_muted=without_muted)
            _add(posts, found, {pk: post for pk, post in readable.items() if not without(post)}, limit, cursor)
            is_all = len(found) < number
            cursor = cursor if is_all else cursor.beyond(found[-1].pk)
            number = min(GROWTH * number, GROWTH**2 * limit)
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


def prepared(build, **options):
    """A source of `Act`s, or of other rows if `is_of_acts` is False, from the query that `build` makes of a viewer, a
    cursor and a limit, once for each kind of them; and of what else changes the SQL, given as `kind`.
    """
    to_row = Act._make if options.pop("is_of_acts", True) else tuple

    def of_shape(is_anonymous, before, after, limit, *kind):
        viewer = AnonymousUser() if is_anonymous else Viewer("viewer")
        cursor = Cursor(before=Slot("cursor") if before else None, after=Slot("cursor") if after else None)
        return build(viewer, cursor, limit, *kind)

    query = Prepared(of_shape, **options)

    def rows(viewer, cursor, limit, *kind, **ids):
        shape = (viewer.is_anonymous, cursor.before is not None, cursor.after is not None, limit, *kind)
        values = {"viewer": viewer.pk, "cursor": cursor.before or cursor.after}
        return [to_row(row) for row in query.rows(*shape, **values, **ids)]

    rows.query = query
    return rows


def page(posts, cursor, limit):
    return posts.beyond(cursor).values_list(*Act._fields)[:limit]
