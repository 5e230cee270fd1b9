"""Which posts a thread consists of, as ids: `posts.rendering.summary` reads the posts."""

from dataclasses import dataclass
from itertools import chain

from django.contrib.auth.models import AnonymousUser
from django.db.models import F, OuterRef, Q, QuerySet, Subquery
from django.db.models.expressions import RawSQL

from microblog_site.prepared import Prepared, Slot, Viewer, in_slots, slots
from posts.models import Post
from posts.timelines.acts import page, prepared, timeline
from social.models import Mute

WALK = """
    WITH RECURSIVE walk(id, steps) AS (
        SELECT CAST(%s AS bigint), 0
        UNION ALL SELECT ({step}), steps + 1 FROM walk WHERE id IS NOT NULL AND steps < %s
    )
    SELECT id FROM walk WHERE id IS NOT NULL AND steps > 0 ORDER BY steps
"""
HERE = RawSQL("walk.id", ())


def above(post, limit):
    """The posts that `post` answers, readable or not, closest first."""
    return _ids(_above.rows(start=post.pk, limit=limit))


def continuation(post, viewer, limit):
    """The posts with which the author of `post` continued it: from each to the earliest reply to oneself."""
    return _ids(_continuation.rows(viewer.is_anonymous, start=post.pk, limit=limit, viewer=viewer.pk))


def replies(pk, viewer, limit, after):
    """The first replies to the post `pk` with ids above `after`, and unnamed places of deleted ones, oldest first.

    Those of people whom `viewer` muted are left out, here and below.
    """
    values = {"post": pk, "viewer": viewer.pk, "after": after}
    found = (_replies.rows(are_places, viewer.is_anonymous, limit, **values) for are_places in (False, True))
    return sorted(_ids(chain(*found)))[:limit]


def below(pks, viewer, limit, room):
    """By the id of each of these replies, up to `room`: the first `limit` replies to it, and whether there is more."""
    found = _first_replies(pks, viewer, limit + 1, room)
    shown = {pk: replies[:limit] for pk, replies in found.items()}
    deeper = _first_replies([*chain(*shown.values())], viewer, 1, room * limit)
    return {pk: (shown[pk], found[pk] != shown[pk] or not deeper.keys().isdisjoint(shown[pk])) for pk in found}


def _first_replies(pks, viewer, limit, room):
    """The first replies to each of these posts that has any: up to `limit`, and as many places."""
    values = {"viewer": viewer.pk, **in_slots("post", pks, room)}
    rows = _firsts.rows(viewer.is_anonymous, limit, room, **values) if pks else ()
    return {pk: sorted(filter(None, firsts)) for pk, *firsts in rows if any(firsts)}


def quotes(post, viewer):
    """The posts that quote `post`, except those of people `viewer` muted, as a source for a `CursorPage`."""
    return timeline(lambda *place: _quotes(viewer, *place, post=post.pk), viewer)


def _ids(rows):
    return [pk for (pk,) in rows]


@dataclass
class _Walk:
    """From a post to the next, again and again: `step` is a query for the next id after `HERE`."""

    step: QuerySet
    query = property(lambda self: self)

    def sql_with_params(self):
        sql, params = self.step.query.sql_with_params()
        start, limit = (Slot(name).resolve_expression() for name in ("start", "limit"))
        return WALK.format(step=sql), (start, *params, limit)


@Prepared
def _above():
    return _Walk(Post.objects.filter(pk=HERE).values("in_reply_to"))


@Prepared
def _continuation(is_anonymous):
    viewer = AnonymousUser() if is_anonymous else Viewer("viewer")
    by_author = Post.objects.visible_to(viewer).filter(in_reply_to=HERE, other_author=F("author"))
    return _Walk(by_author.order_by("pk").values("pk")[:1])


@Prepared
def _replies(are_places, is_anonymous, limit):
    posts = _kinds(is_anonymous)[are_places].filter(in_reply_to=Slot("post"), pk__gt=Slot("after"))
    return posts.order_by("pk").values_list("pk")[:limit]


@Prepared
def _firsts(is_anonymous, limit, room):
    # Each is looked up separately, so that of thousands of replies to a post only the first are read.
    to_post = [kind.filter(in_reply_to=OuterRef("pk")).order_by("pk").values("pk") for kind in _kinds(is_anonymous)]
    firsts = [Subquery(replies[place : place + 1]) for replies in to_post for place in range(limit)]
    return Post.objects.filter(pk__in=slots("post", room)).values_list("pk", *firsts)


def _kinds(is_anonymous):
    """What the reader may read of replies, and unnamed places. Muted people are left out, but for their own threads."""
    viewer = AnonymousUser() if is_anonymous else Viewer("viewer")
    shown = Q(other_author=F("author")) | ~Q(author__in=Mute.objects.muted_by(viewer))
    return Post.objects.visible_to(viewer).filter(shown), Post.objects.places_visible_to(viewer)


@prepared
def _quotes(viewer, cursor, limit):
    posts = Post.objects.visible_to(viewer).without_muted(viewer).filter(quote_of=Slot("post"))
    return page(posts, cursor, limit)
