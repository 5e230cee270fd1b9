""" "More posts" adds the next page to a timeline, and after Back everything is where it was."""

import pytest
from playwright.sync_api import expect

from posts.tests.factories import PostFactory

SHIFTS = """new PerformanceObserver(list => list.getEntries().forEach(entry => {
    window.shifted = (window.shifted ?? 0) + entry.value
})).observe({ type: "layout-shift" })"""
TOP = "article => article.getBoundingClientRect().top"


@pytest.fixture
def home(visit, town, log_in):
    log_in(town.author)
    visit("/")
    return town


def more(page, name="More posts"):
    return page.get_by_role("link", name=name)


def articles(page):
    return page.locator("#timeline article")


def ids(page):
    return articles(page).evaluate_all("articles => articles.map(({ id }) => id)")


def test_the_next_page_is_added_and_said_and_read_on_from(page, home):
    page.evaluate(SHIFTS)
    PostFactory(author=home.author)  # since the page was opened, so that the next one is another one
    last = articles(page).last
    more(page).focus()
    place = last.evaluate(TOP)
    page.keyboard.press("Enter")
    expect(articles(page)).to_have_count(14)
    expect(articles(page).nth(7)).to_be_focused()
    expect(page.get_by_role("status").filter(has_text="7 more posts")).to_have_count(1)
    assert articles(page).nth(6).evaluate(TOP) == place
    more(page).click()
    expect(articles(page)).to_have_count(21)
    expect(more(page)).to_have_count(0)
    assert ids(page) == [f"post-{home.pk - number}" for number in range(21)]
    assert page.evaluate("window.shifted ?? 0") == 0


def test_after_back_the_posts_added_are_there_again_and_the_reader_where_they_were(page, home):
    for count in (14, 21):
        more(page).click()
        expect(articles(page)).to_have_count(count)
    post = page.locator(f"#post-{home.pk - 15}")
    post.evaluate("article => article.scrollIntoView()")
    place = post.evaluate(TOP)
    post.locator(".post-meta a").first.click()
    page.wait_for_url("**/@*/*/")
    PostFactory.create_batch(8, author=home.author)  # move everything by more than a page
    page.go_back()
    expect(articles(page)).to_have_count(29)
    expect(post).to_be_in_viewport()
    assert abs(post.evaluate(TOP) - place) < 1
    assert ids(page) == [f"post-{home.pk + 8 - number}" for number in range(29)]


def test_what_fails_is_said_and_can_be_tried_again(home, context, live_server):
    page = context.new_page()  # in one where errors are no failure
    page.goto(live_server.url)
    context.set_offline(True)
    more(page).click()
    expect(page.get_by_text("That didn't work.")).to_be_visible()
    context.set_offline(False)
    more(page).click()
    expect(articles(page)).to_have_count(14)
    expect(page.get_by_text("That didn't work.")).to_have_count(0)


def test_whoever_is_logged_out_by_now_is_led_to_the_page(page, home, context):
    context.clear_cookies()
    more(page).click()
    page.wait_for_url("**/?before=*")
    expect(page.get_by_role("link", name="Log in").first).to_be_visible()


def test_replies_go_on_below_with_those_to_them(page, visit, settings, john):
    settings.TIMELINE_PAGE_SIZE = 2
    post = PostFactory(author=john)
    replies = [PostFactory(in_reply_to=post) for _number in range(3)]
    child = PostFactory(in_reply_to=replies[2])
    visit(post.get_absolute_url())
    more(page, "More replies").click()
    expect(page.locator(".thread-replies > .thread-branch")).to_have_count(3)
    expect(page.locator(f".thread-branch:last-child > .thread-children #post-{child.pk}")).to_be_visible()
    expect(page.get_by_text("1 more reply")).to_have_count(1)
