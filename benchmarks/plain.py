"""The timelines as one plain query each, however slow: what the site has to show, and where page 500 starts."""

from django.conf import settings
from django.db import connection
from django.utils import timezone

from microblog_site.paging import Cursor, CursorPage
from posts.models import Post
from posts.timelines import queries

PAGES = 500

# Of each act, a post or a repost, its id and that of the post it is about.
ACTS = """
    SELECT act.id, post.id
    FROM posts_post act JOIN posts_post post ON post.id = coalesce(act.repost_of_id, act.id)
    JOIN accounts_user actor ON actor.id = act.author_id JOIN accounts_user author ON author.id = post.author_id
    WHERE NOT act.hidden AND NOT post.hidden AND actor.is_active AND author.is_active
"""
FOLLOWED = "SELECT followed_id FROM social_follow WHERE follower_id = %(me)s"
READABLE = "".join(
    f"""
    AND {person} NOT IN (SELECT muted_id FROM social_mute
                         WHERE muter_id = %(me)s AND (until IS NULL OR until > %(now)s))
    AND {person} NOT IN (SELECT blocked_id FROM social_block WHERE blocker_id = %(me)s)
    AND {person} NOT IN (SELECT blocker_id FROM social_block WHERE blocked_id = %(me)s)
    """
    for person in ("act.author_id", "post.author_id")
)
EXPLORE = f"{ACTS} {READABLE} AND act.repost_of_id IS NULL AND act.in_reply_to_id IS NULL AND act.owner_id IS NULL"
HOME = f"""
    {ACTS} {READABLE}
    AND (act.author_id = %(me)s OR act.author_id IN ({FOLLOWED}))
    AND (act.owner_id IS NULL OR act.owner_id IN ({FOLLOWED}) OR %(me)s IN (act.owner_id, act.other_author_id))
    AND (act.repost_of_id IS NULL OR act.author_id NOT IN ({FOLLOWED} AND hides_reposts))
    AND (act.in_reply_to_id IS NULL OR act.other_author_id IN (act.author_id, %(me)s)
         OR act.other_author_id IN ({FOLLOWED}))
"""
TIMELINES = {"home": (HOME, queries.home), "explore": (EXPLORE, queries.explore)}


def timelines(people):
    """The timelines of each reader, by name and reader."""
    return {(name, reader): Timeline(name, person) for name in TIMELINES for reader, person in people.items()}


def wrong(timelines):
    """The titles of the timelines whose pages differ from the plain query."""
    return [f"{name}, {reader}" for (name, reader), timeline in timelines.items() if not timeline.is_right()]


class Timeline:
    """What `reader` has to see in a timeline from the top to page 500, and a position deep in it: there, or near its
    end.
    """

    def __init__(self, name, reader):
        self.query, source = TIMELINES[name]
        self.source = source(reader)
        self.reader = reader
        self.size = settings.TIMELINE_PAGE_SIZE
        self.acts = self._read()
        self.start = max(1, min((PAGES - 1) * self.size, len(self.acts) - 2 * self.size))

    def _read(self):
        with connection.cursor() as cursor:
            order = f"{self.query} ORDER BY act.id DESC LIMIT {(PAGES + 2) * self.size}"
            cursor.execute(order, {"me": self.reader.pk, "now": timezone.now()})
            return cursor.fetchall()

    @property
    def deep(self):
        """The id below which the deep page starts; the middle of all ids if there are no posts."""
        return self.acts[self.start - 1][0] if self.acts else Post.objects.latest("pk").pk // 2

    def is_right(self):
        """Whether the first page, the deep page and the one above it match the plain query."""
        return all(
            [(post.act, post.pk) for post in CursorPage(self.source, cursor)] == self._page(acts)
            for cursor, acts in (
                (Cursor(), self.acts),
                (Cursor(before=self.deep), self.acts[self.start :]),
                (Cursor(after=self.deep), self.acts[: max(0, self.start - 1)][::-1]),
            )
        )

    def _page(self, acts):
        """The page that starts with these acts: each post once, for the newest act."""
        page = {}
        for act, post in acts:
            if post not in page and len(page) == self.size:
                break
            page[post] = max(act, page.get(post, 0))
        return sorted(((act, post) for post, act in page.items()), reverse=True)
