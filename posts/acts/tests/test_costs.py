"""What an act costs the database, everything included."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from posts.models import Post
from posts.tests.factories import PostFactory
from tests.forms import Browser

AJAX = {"X-Requested-With": "XMLHttpRequest"}
OF_TRANSACTIONS = re.compile(r"BEGIN|COMMIT|SAVEPOINT|RELEASE")


@pytest.mark.parametrize("act", ["like", "repost", "bookmark"])
def test_a_button_costs_at_most_eight_queries(susan, john, act):
    post = PostFactory(author=john)
    browser = Browser(susan)
    fields = browser.open(post.get_absolute_url())
    Post.objects.repost(susan, PostFactory(author=john))
    with CaptureQueriesContext(
        connection,
    ) as queries:
        assert browser.post(f"/posts/{post.pk}/{act}/", fields).status_code == 302
    sent = [query["sql"] for query in queries if not OF_TRANSACTIONS.match(query["sql"])]
    assert len(sent) <= 8, sent
