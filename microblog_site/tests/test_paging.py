from types import SimpleNamespace

import pytest
from django.http import QueryDict

from microblog_site.paging import CountedPaginator, Cursor, CursorPage


def fetch_from(ids):
    """Fetches like a timeline of posts with these ids, closest to the cursor first."""

    def fetch(cursor, limit):
        if cursor.after is not None:
            found = sorted(pk for pk in ids if pk > cursor.after)
        else:
            found = sorted((pk for pk in ids if cursor.before is None or pk < cursor.before), reverse=True)
        return [SimpleNamespace(act=pk) for pk in found[:limit]]

    return fetch


def page_of(ids, query=""):
    return CursorPage(fetch_from(ids), Cursor.from_query(QueryDict(query.removeprefix("?"))), size=3)


def ids_on(page):
    return [row.act for row in page]


@pytest.mark.parametrize(
    ("query", "cursor"),
    [
        ("", Cursor()),
        ("before=12", Cursor(before=12)),
        ("after=12", Cursor(after=12)),
        ("before=12&after=3", Cursor(before=12)),
        ("before=9223372036854775807", Cursor(before=2**63 - 1)),
        *[
            (f"before={nonsense}", Cursor())
            for nonsense in [
                "",
                "0",
                "-1",
                "1.5",
                "abc",
                "9223372036854775808",
                "9" * 5000,
                "%D9%A3",
                "+1",
                "1_0",
                "%00",
            ]
        ],
        ("before=abc&after=3", Cursor(after=3)),
    ],
)
def test_a_cursor_that_is_no_usable_number_is_treated_as_absent(query, cursor):
    assert Cursor.from_query(QueryDict(query)) == cursor


def test_older_pages_lead_to_the_end():
    page, seen = page_of(range(1, 8)), []
    while page.older:
        seen += ids_on(page)
        page = page_of(range(1, 8), page.older)
    assert seen + ids_on(page) == [7, 6, 5, 4, 3, 2, 1]


def test_newer_pages_lead_back_to_the_top():
    page, seen = page_of(range(1, 8), "?before=2"), []
    while page.newer:
        seen = ids_on(page) + seen
        page = page_of(range(1, 8), page.newer)
    assert ids_on(page) + seen == [7, 6, 5, 4, 3, 2, 1]


def test_a_page_shows_the_newest_first_in_both_directions():
    assert ids_on(page_of(range(1, 8), "?before=6")) == [5, 4, 3]
    assert ids_on(page_of(range(1, 8), "?after=2")) == [5, 4, 3]


def test_the_first_page_has_none_above_it_and_the_last_none_below():
    page = page_of([1, 2, 3])
    assert (page.newer, page.older) == (None, None)
    assert page_of([1, 2, 3, 4]).older == "?before=2"


def test_an_empty_timeline_is_one_empty_page():
    page = page_of([])
    assert (ids_on(page), len(page), page.newer, page.older) == ([], 0, None, None)


def test_beyond_the_ends_there_is_a_way_back():
    below = page_of([5, 6, 7], "?before=5")
    assert ids_on(below) == []
    assert ids_on(page_of([5, 6, 7], below.newer)) == [7, 6, 5]
    above = page_of([5, 6, 7], "?after=7")
    assert ids_on(above) == []
    assert ids_on(page_of([5, 6, 7], above.older)) == [7, 6, 5]


def test_a_list_is_as_long_as_its_counter_says():
    paginator = CountedPaginator([], count=81)
    assert paginator.num_pages == 3


def test_a_list_ends_after_so_many_pages(settings):
    settings.LIST_MAX_PAGES = 2
    paginator = CountedPaginator(range(1000), count=1000)
    assert paginator.num_pages == 2
    assert list(paginator.get_page(999).object_list) == list(range(40, 80))
