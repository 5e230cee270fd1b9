"""What an act costs the database, everything included."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from posts.models import Bookmark, Like
from posts.tests.factories import PostFactory
from tests.forms import Browser

AJAX = {"X-Requested-With": "XMLHttpRequest"}
OF_TRANSACTIONS = re.compile(r"BEGIN|COMMIT|SAVEPOINT|RELEASE")


def queries(act):
    with CaptureQueriesContext(connection) as captured:
        act()
    return [query["sql"] for query in captured if not OF_TRANSACTIONS.match(query["sql"])]


@pytest.mark.parametrize("act", ["like", "repost", "bookmark"])
def test_a_button_costs_at_most_eight_queries(susan, john, act):
    post = PostFactory(author=john, quote_of=PostFactory())
    browser = Browser(susan)
    fields, path = browser.open(post.get_absolute_url()), f"/posts/{post.pk}/{act}/"
    sent = queries(lambda: browser.post(path, fields))
    assert len(sent) <= 8, sent
    browser.post(f"/posts/{post.pk}/un{act}/", fields)
    sent = queries(lambda: browser.post(path, fields, headers=AJAX))
    assert len(sent) <= 8, sent
    assert (Like.objects.count(), Bookmark.objects.count(), post.reposts.count()).count(1) == 1
