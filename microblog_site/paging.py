"""Pagination: by cursor for timelines, by number for lists.

A timeline's cursor is a post id: `?before=<id>` asks for older posts, `?after=<id>` for newer ones. Nothing is counted
or skipped, so that the thousandth page costs as much as the first.
"""

from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property

from django.conf import settings
from django.core.paginator import Paginator
from django.db.models import QuerySet

MAX_ID = 2**63 - 1


@dataclass(frozen=True)
class Cursor:
    """Where a page of a timeline starts: below `before`, above `after`, or at the top if both are None."""

    before: int | None = None
    after: int | None = None

    def beyond(self, pk):
        """The cursor for what follows after the row `pk`, in the same direction."""
        return Cursor(before=pk) if self.after is None else Cursor(after=pk)

    @classmethod
    def from_query(cls, query):
        """The cursor in a `QueryDict`; an invalid number counts as absent."""
        if before := row_id(query.get("before")):
            return cls(before=before)
        return cls(after=row_id(query.get("after")))


def row_id(value):
    """The row id in `value`, from a query string; None if it is not a valid id."""
    if value and value.isascii() and value.isdigit() and len(value) <= 19 and 0 < int(value) <= MAX_ID:
        return int(value)
    return None


class CursorQuerySet(QuerySet):
    def beyond(self, cursor):
        """The rows on the far side of `cursor`, a `Cursor`, closest to it first."""
        if cursor.after is not None:
            return self.filter(pk__gt=cursor.after).order_by("pk")
        if cursor.before is not None:
            return self.filter(pk__lt=cursor.before).order_by("-pk")
        return self.order_by("-pk")


class CursorPage:
    """One page of a timeline, newest first.

    `fetch(cursor, limit)` returns up to `limit` rows next to the cursor: newest first, but oldest first if the cursor
    asks for newer ones. One extra row is fetched to find out whether there are more. The `act` of a row is its cursor.
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
        """Whether this is the top of the timeline, requested without a cursor."""
        return self.cursor == Cursor()

    @property
    def newest(self):
        """The id of the first row; '' if there is none, which as a cursor means the top."""
        return self.object_list[0].act if self.object_list else ""

    @cached_property
    def older(self):
        """The query string of the next older page, or None at the end."""
        if self.cursor.after is None and not self._has_more:
            return None
        return f"?before={self.object_list[-1].act if self.object_list else self.cursor.after + 1}"

    @cached_property
    def newer(self):
        """The query string of the next newer page, or None at the top."""
        if self.cursor.before is None and (self.cursor.after is None or not self._has_more):
            return None
        return f"?after={self.object_list[0].act if self.object_list else self.cursor.before - 1}"


def page_of(fetch, request):
    """The page of a timeline that the query string of `request` asks for."""
    return CursorPage(fetch, Cursor.from_query(request.GET))


class CountedPaginator(Paginator):
    """Django's paginator for a list whose length is a counter column, so that it runs no COUNT(*).

    The number of pages is capped: skipping a million rows would cost more than page 25,000 is worth to anybody.
    """

    def __init__(self, object_list, count, **kwargs):
        super().__init__(object_list, settings.LIST_PAGE_SIZE, **kwargs)
        self.count = min(count, settings.LIST_PAGE_SIZE * settings.LIST_MAX_PAGES)

    def get_page(self, number):
        """The page with this number, or the nearest one."""
        with suppress(TypeError, ValueError):
            number = max(int(number), 1)
        return super().get_page(number)
