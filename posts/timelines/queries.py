"""The timelines, as sources of posts for a `microblog_site.paging.CursorPage`.

A source is called with a cursor and a limit, and returns summaries of up to that many posts beyond the cursor, closest
to it first.
"""

from django.db.models import F, Q, Value

from microblog_site.prepared import Slot
from posts.models import Post
from posts.rendering.summary import summaries

from .acts import Act, page, prepared, timeline
from .home import home

__all__ = ["Act", "explore", "home", "marked", "pinned", "profile", "timeline", "written"]


def explore(viewer):
    """All public posts that answer nothing, except those of people `viewer` muted."""
    return timeline(lambda *place: _of_everybody(viewer, *place), viewer)


def profile(person, viewer):
    """The posts of `person`, the answers to themselves, and what they reposted; without what they pinned."""

    def is_pinned(post):
        return post.is_pinned and post.author_id == person.pk

    return timeline(lambda *place: _of_person(viewer, *place, person=person.pk), viewer, without=is_pinned)


def pinned(person, viewer):
    """The posts that `person` pinned to their profile, in a list, the latest pin first."""
    pks = person.posts.filter(pinned_at__isnull=False).order_by("-pinned_at").values_list("pk", flat=True)
    posts = summaries(pks, viewer)
    return [posts[pk] for pk in pks if pk in posts]


def written(person, viewer):
    """The posts of `person`, all answers among them, without what they reposted."""
    return timeline(lambda *place: _written_by(viewer, *place, person=person.pk), viewer)


def marked(mark, user):
    """The posts with a `Like` or `Bookmark` of `user`, the latest mark first, whose ids are the cursors."""
    return timeline(lambda *place: _marked(user, *place, mark), user)


@prepared
def _of_everybody(viewer, cursor, limit):
    posts = Post.objects.visible_to(viewer).public().filter(in_reply_to=None).without_muted(viewer)
    return page(posts, cursor, limit)


@prepared
def _of_person(viewer, cursor, limit):
    posts = Post.objects.acts_visible_to(viewer).filter(author=Slot("person"))
    return page(posts.filter(Q(in_reply_to=None) | Q(other_author=F("author"))), cursor, limit)


@prepared
def _written_by(viewer, cursor, limit):
    return page(Post.objects.visible_to(viewer).filter(author=Slot("person")), cursor, limit)


@prepared
def _marked(user, cursor, limit, mark):
    marks = mark.objects.filter(user=user)
    return marks.beyond(cursor).values_list("pk", Value(0), "post_id")[:limit]
