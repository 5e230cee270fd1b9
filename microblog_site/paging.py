"""Pages of timelines, by cursor, and of lists, by number.

A timeline's cursor is the id of a post: `?before=<id>` asks for older posts, `?after=<id>` for newer ones. Nothing is
counted or skipped, so that the thousandth page costs what the first does.
"""

from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property

from django.conf import settings
from django.core.paginator import Paginator

MAX_ID = 2**63 - 1


@dataclass(frozen=True)
class Cursor:
    """Where a page of a timeline begins: older than `before`, or newer than `after`, or at the top (neither)."""

    before: int | None = None
    after: int | None = None

    @classmethod
    def from_query(cls, query):
        """The cursor in a `QueryDict`; one that is no usable number is treated as absent."""
        if before := row_id(query.get("before")):
            return cls(before=before)
        return cls(after=row_id(query.get("after")))


def row_id(value):
    """The id of a row that `value`, part of a query string, names; None where it is no usable number."""
    if value and value.isascii() and value.isdigit() and len(value) <= 19 and 0 < int(value) <= MAX_ID:
        return int(value)
    return None


class CursorPage:
    """One page of a timeline, newest first.

    `fetch(cursor, limit)` gives up to `limit` rows next to the cursor: newest first, but nearest to the cursor first
    (oldest first) where it asks for newer ones. One row more than fits is fetched, to know whether there are more.
    """

    def __init__(self, fetch, cursor, size=None):
        size = size or settings.TIMELINE_PAGE_SIZE
        rows = list(fetch(cursor, size + 1))
        self.cursor, self._has_more = cursor, len(rows) > size
        self.object_list = rows[:size] if cursor.after is None else rows[:size][::-1]

    def __iter__(self):
        return iter(self.object_list)

    def __len__(self):
        return len(self.object_list)

    @property
    def is_first(self):
        """Whether this is the top of the timeline, asked for without a cursor."""
        return self.cursor == Cursor()

    @property
    def newest(self):
        """The id of the first row; '' where there is none, which as a cursor is the top."""
        return self.object_list[0].pk if self.object_list else ""

    @cached_property
    def older(self):
        """The query string of the page below this one, or None at the end."""
        if self.cursor.after is None and not self._has_more:
            return None
        return f"?before={self.object_list[-1].pk if self.object_list else self.cursor.after + 1}"

    @cached_property
    def newer(self):
        """The query string of the page above this one, or None at the top."""
        if self.cursor.before is None and (self.cursor.after is None or not self._has_more):
            return None
        return f"?after={self.object_list[0].pk if self.object_list else self.cursor.before - 1}"


def page_of(fetch, request):
    """The page of a timeline that the query of `request` asks for."""
    return CursorPage(fetch, Cursor.from_query(request.GET))


class CountedPaginator(Paginator):
    """Django's paginator over a list whose length is a counter column, so that no COUNT(*) runs.

    Deep pages are capped: skipping a million rows would cost more than anybody gains by reading page 25,000.
    """

    def __init__(self, object_list, count, **kwargs):
        super().__init__(object_list, settings.LIST_PAGE_SIZE, **kwargs)
        self.count = min(count, settings.LIST_PAGE_SIZE * settings.LIST_MAX_PAGES)

    def get_page(self, number):
        """The page of this number, or the nearest there is."""
        with suppress(TypeError, ValueError):
            number = max(int(number), 1)
        return super().get_page(number)
