"""New posts are announced in an open tab, which polls only while it is visible."""

import pytest
from playwright.sync_api import expect

from accounts.tests.factories import UserFactory
from posts.models import Post
from posts.tests.factories import PostFactory
from social.models import Follow

from .test_accessibility import faults


@pytest.fixture
def first(susan, john):
    Follow.objects.follow(susan, john)
    return PostFactory(author=john)


@pytest.fixture
def home(tab, visit, log_in, susan, first):
    log_in(susan)
    visit("/")


def test_new_posts_are_told_of_and_shown_in_place(page, home, john, tab):
    tab.pass_time("01:10")
    expect(page.locator("#newer")).to_be_empty()
    posts = PostFactory.create_batch(2, author=john)
    tab.pass_time("01:10")
    link = page.get_by_role("link", name="2 new posts")
    expect(link).to_be_visible()
    page.clock.resume()  # axe needs it
    assert faults(page) == []
    address = page.url
    link.click()
    expect(page.locator("#timeline article")).to_have_count(3)
    ids = page.locator("#timeline article").evaluate_all("articles => articles.map((article) => article.id)")
    assert ids[:2] == [f"post-{post.pk}" for post in reversed(posts)]
    expect(page.locator("#timeline article").first).to_be_focused()
    expect(link).to_be_hidden()
    assert page.url == address


def test_one_s_own_post_is_neither_told_of_nor_doubled(page, home, susan, john, tab):
    page.get_by_label("Your post").fill("From here")
    page.get_by_role("button", name="Post", exact=True).click()
    expect(page.locator("#timeline article")).to_have_count(2)
    other = PostFactory(author=john)
    tab.pass_time("01:10")
    page.get_by_role("link", name="1 new post").click()
    expect(page.locator("#timeline article")).to_have_count(3)
    expect(page.locator("#timeline article").first).to_have_id(f"post-{other.pk}")


def test_where_nothing_was_written_a_tab_asks_no_more_than_that(page, home, tab):
    tab.pass_time("01:10")
    before = len(tab.asked)
    tab.pass_time("01:10")
    assert tab.asked[before:] == ["/posts/newest/"]


def test_a_tab_that_nobody_sees_asks_nothing_until_somebody_does(page, home, tab):
    hide = "Object.defineProperty(document, 'hidden', {value: %s, configurable: true});"
    change = "document.dispatchEvent(new Event('visibilitychange'));"
    page.evaluate(hide % "true" + change)
    tab.pass_time("10:00")
    assert tab.asked == []
    page.evaluate(hide % "false" + change)
    tab.wait_for_answers()
    assert tab.asked == ["/posts/newest/", "/"]
    page.evaluate(hide % "true" + change + hide % "false" + change)
    assert tab.asked == ["/posts/newest/", "/"]


def test_a_repost_of_a_post_on_the_page_moves_it_to_the_top(page, home, susan, john, first, tab):
    mary = UserFactory(username="mary")
    Follow.objects.follow(susan, mary)
    second = PostFactory(author=john)
    Post.objects.repost(mary, first)
    tab.pass_time("01:10")
    page.get_by_role("link", name="2 new posts").click()
    expect(page.locator("#timeline article")).to_have_count(2)
    ids = page.locator("#timeline article").evaluate_all("articles => articles.map((article) => article.id)")
    assert ids == [f"post-{post.pk}" for post in (first, second)]
    expect(page.locator(f"#post-{first.pk} .post-context")).to_contain_text("reposted")
