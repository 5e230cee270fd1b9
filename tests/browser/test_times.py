"""Times as scripts show them, by the reader's clock."""

import re
from datetime import timedelta

from django.utils import timezone
from playwright.sync_api import expect

from posts.tests.factories import PostFactory


def test_to_a_slow_clock_a_new_post_is_not_one_to_come(page, visit, john):
    PostFactory(author=john)
    page.clock.set_fixed_time(timezone.now() - timedelta(minutes=6))
    visit("/explore/")
    expect(page.locator("article relative-time")).to_have_text(re.compile("now$"))
