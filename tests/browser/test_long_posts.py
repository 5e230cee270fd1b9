"""A post takes no more room in a list than it needs, and nothing of it is drawn over its neighbours. No scripts."""

import pytest
from playwright.sync_api import expect

from accounts.models import User
from posts.tests.factories import PostFactory

TALL = 24 * 13  # pixels: of twelve lines


@pytest.fixture
def browser_context_args(browser_context_args):
    return browser_context_args | {"java_script_enabled": False}


def height(locator):
    return locator.bounding_box()["height"]


@pytest.mark.django_db(transaction=True)
def test_long_posts_are_short_until_one_asks_for_more(browser, browser_context_args, live_server, john):
    PostFactory(author=john, body="a" + "\n" * 400 + "b")
    long = PostFactory(author=john, body="\n".join(map(str, range(100))) + " https://example.com/")
    User.objects.filter(pk=john.pk).update(about_me="\n".join(map(str, range(100))))
    with browser.new_context(**browser_context_args) as context:
        page = context.new_page()
        page.goto(f"{live_server.url}/@john/")
        bodies, more = page.locator(".profile-about, .post-body"), page.locator(".show-more summary")
        assert [height(body) < TALL for body in bodies.all()] == [True] * 3
        # Fonts differ in whether marks are stacked; wherever they are, they stay in their box.
        for written in (bodies.nth(2), page.locator(".profile-name")):
            assert written.evaluate("element => getComputedStyle(element).overflow") == "clip"
        for number in (0, 1):
            more.nth(number).click()
            assert height(bodies.nth(number)) > 100 * 20
            expect(more.nth(number).get_by_text("Show less")).to_be_visible()
            more.nth(number).click()
            assert height(bodies.nth(number)) < TALL
        page.get_by_role("link", name="https://example.com/").focus()
        assert height(bodies.nth(1)) > 100 * 20
        page.goto(live_server.url + long.get_absolute_url())
        assert height(page.locator(".post-body")) > 100 * 20
        expect(page.locator(".show-more")).to_be_hidden()
