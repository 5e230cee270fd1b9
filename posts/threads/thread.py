from typing import NamedTuple

from django.conf import settings
from django.utils.http import urlencode

from posts.rendering import articles
from posts.rendering.summary import summaries

from . import queries

LENGTH = 50  # of what is above the post, and of its author's continuation
CHILDREN = 2  # shown below each reply


class Branch(NamedTuple):
    """A reply and the first replies to it, as HTML; '' is an unnamed place."""

    reply: str
    children: list[str]
    rest: str  # the URL of a page with those not shown; '' if there are none


class Thread:
    """The page of `post` as `reader` sees it: the posts above, the author's continuation, and a page of replies.

    The replies are those with ids above `after`; given a `place`, the id of a deleted post in the same conversation,
    those to it. Posts are HTML, '' is an unnamed place. `opened` is as for `articles.render`.
    """

    def __init__(self, post, reader, *, place=None, after=None, **opened):
        self.post, self.place, self.is_first = post, place, not (place or after)
        size = settings.TIMELINE_PAGE_SIZE
        self._above = queries.above(post, LENGTH + 1) if self.is_first else []
        self._continuation = queries.continuation(post, reader, LENGTH + 1)
        found = queries.replies(place or post.pk, reader, size + 2, after=after or 0)
        replies = [reply for reply in found if reply.pk not in self._continuation[:1]]
        self._replies, self._has_more = replies[:size], len(replies) > size
        self._children = _first_replies(self._replies, reader, CHILDREN + 1, size)
        shown = [child for children in self._children.values() for child in children[:CHILDREN]]
        self._grandchildren = _first_replies(shown, reader, 1, CHILDREN * size)
        pks = [*self._above, *self._continuation, *(reply.pk for reply in (*self._replies, *shown))]
        self._posts = summaries([post.pk, *pks], reader)
        self._html = articles.each(self._posts.values(), reader, focus=post.pk, **opened)

    @property
    def article(self):
        """The post; '' if it was deleted or hidden in the meantime."""
        return self._html.get(self.post.pk, "")

    @property
    def above(self):
        return [self._html.get(pk, "") for pk in reversed(self._above[:LENGTH])]

    @property
    def earlier(self):
        """The URL of the first post above that can be read, if there are more above it."""
        readable = [self._posts[pk] for pk in self._above[:LENGTH] if pk in self._posts]
        return readable[-1].url if readable and len(self._above) > LENGTH else ""

    @property
    def continuation(self):
        return [self._html[pk] for pk in self._shown_continuation]

    @property
    def rest(self):
        """The URL of the last post shown of the author's continuation, if that goes on."""
        shown = self._shown_continuation
        return self._posts[shown[-1]].url if shown and len(self._continuation) > LENGTH else ""

    @property
    def _shown_continuation(self):
        return [pk for pk in self._continuation[:LENGTH] if pk in self._html] if self.is_first else []

    @property
    def branches(self):
        return [self._branch(reply) for reply in self._replies if reply.is_place or reply.pk in self._html]

    def _branch(self, reply):
        children = self._children.get(reply.pk, [])
        has_more = len(children) > CHILDREN or any(self._grandchildren.get(child.pk) for child in children)
        page = f"?place={reply.pk}" if reply.is_place else self._posts[reply.pk].url
        shown = [
            self._html.get(child.pk, "") for child in children[:CHILDREN] if child.is_place or child.pk in self._html
        ]
        return Branch(self._html.get(reply.pk, ""), shown, page if has_more else "")

    @property
    def next(self):
        """The query string of the next page of replies; '' on the last one."""
        place = {"place": self.place} if self.place else {}
        return "?" + urlencode(place | {"after": self._replies[-1].pk}) if self._has_more else ""


def _first_replies(posts, reader, limit, room):
    return queries.first_replies([post.pk for post in posts], reader, limit, room) if posts else {}
