"""The timelines as one plain query each, however slow: what the site has to show, and where page 500 starts."""

from django.conf import settings
from django.db import connection
from django.utils import timezone

from microblog_site.paging import Cursor, CursorPage
from posts.models import Post
from posts.timelines import queries

PAGES = 500

EXPLORE = """
    SELECT post.id FROM posts_post post JOIN accounts_user author ON author.id = post.author_id
    WHERE NOT post.hidden AND author.is_active
    AND post.author_id NOT IN (SELECT muted_id FROM social_mute
                               WHERE muter_id = %(me)s AND (until IS NULL OR until > %(now)s))
    AND post.author_id NOT IN (SELECT blocked_id FROM social_block WHERE blocker_id = %(me)s)
    AND post.author_id NOT IN (SELECT blocker_id FROM social_block WHERE blocked_id = %(me)s)
"""
HOME = f"""
    {EXPLORE} AND (post.author_id = %(me)s
                   OR post.author_id IN (SELECT followed_id FROM social_follow WHERE follower_id = %(me)s))
"""
TIMELINES = {"home": (HOME, queries.home), "explore": (EXPLORE, queries.explore)}


def timelines(people):
    """The timelines of each reader, by name and reader."""
    return {(name, reader): Timeline(name, person) for name in TIMELINES for reader, person in people.items()}


def wrong(timelines):
    """The titles of the timelines whose pages differ from the plain query."""
    return [f"{name}, {reader}" for (name, reader), timeline in timelines.items() if not timeline.is_right()]


class Timeline:
    """The posts `reader` has to see in a timeline from the top to page 500, and a position deep in it: there, or at its
    end.
    """

    def __init__(self, name, reader):
        self.query, source = TIMELINES[name]
        self.source = source(reader)
        self.reader = reader
        self.size = settings.TIMELINE_PAGE_SIZE
        self.ids = self._read()
        self.start = max(1, min((PAGES - 1) * self.size, len(self.ids) - self.size))

    def _read(self):
        with connection.cursor() as cursor:
            order = f"{self.query} ORDER BY post.id DESC LIMIT {PAGES * self.size}"
            cursor.execute(order, {"me": self.reader.pk, "now": timezone.now()})
            return [pk for (pk,) in cursor.fetchall()]

    @property
    def deep(self):
        """The id below which the deep page starts; the middle of all ids if there are no posts."""
        return self.ids[self.start - 1] if self.ids else Post.objects.latest("pk").pk // 2

    def is_right(self):
        """Whether the first page, the deep page and the one above it match the plain query."""
        above = self.start - 1
        return all(
            [post.pk for post in CursorPage(self.source, cursor)] == expected
            for cursor, expected in (
                (Cursor(), self.ids[: self.size]),
                (Cursor(before=self.deep), self.ids[self.start : self.start + self.size]),
                (Cursor(after=self.deep), self.ids[max(0, above - self.size) : above]),
            )
        )
