"""Writing on home, in a thread and in the dialog: posts appear where they belong, and the reader stays in place."""

import re

import pytest
from playwright.sync_api import expect

from posts.models import Post
from posts.tests.factories import PostFactory
from social.models import Follow

TOAST = "#said"
FIRST_IN_VIEW = """() => [...document.querySelectorAll("article.post")]
    .map(post => [post.id, Math.round(post.getBoundingClientRect().top)]).find(([, top]) => top > 0)"""


def write(page, text, warning):
    page.get_by_label("Your post").fill(text)
    page.get_by_title("Content warning").click()
    page.get_by_label("Content warning").fill(warning)


def test_posts_and_replies_appear_in_place_and_leave_an_empty_form(page, visit, susan, john, log_in):
    post = PostFactory(author=john)
    log_in(susan)
    visit(post.get_absolute_url())
    write(page, "It sank.", "Bad news")
    page.get_by_role("button", name="Reply", exact=True).click()
    expect(page.locator(f".thread-replies #post-{post.pk + 1}")).to_contain_text("Bad news")
    expect(page.locator(".is-focused .act-reply")).to_contain_text("1")
    expect(page.locator("#composer [name=body]")).to_have_value("")
    assert page.url.endswith(post.get_absolute_url())

    visit("/")
    write(page, "Not really.", "Good news")
    page.get_by_label("Content warning").press("Control+Enter")
    expect(page.locator("#timeline > :first-child")).to_contain_text("Good news")
    expect(page.locator("[name=content_warning]")).to_be_hidden()
    expect(page.locator("[name=content_warning]")).to_have_value("")


def test_a_thread_is_sent_as_one_and_stands_in_order(page, visit, susan, log_in):
    log_in(susan)
    visit("/")
    page.get_by_label("Your post").fill("One")
    for text in ("Two", "Three"):
        page.get_by_role("button", name="Add another post").click()
        page.keyboard.type(text)
    page.keyboard.press("Control+Enter")
    expect(page.locator("#timeline .post-body")).to_have_text(["Three", "Two", "One"])
    expect(page.locator("#composer textarea")).to_have_count(1)
    expect(page.locator("#composer [name=add]")).not_to_have_attribute("hidden", "")
    one, two, three = Post.objects.order_by("pk")
    assert [two.in_reply_to, three.in_reply_to] == [one, two]


def test_who_has_scrolled_keeps_their_place(page, visit, town, susan, log_in, settings):
    settings.TIMELINE_PAGE_SIZE = 25
    log_in(susan)
    visit("/")
    page.evaluate("scrollTo(0, 1500)")
    before = page.evaluate(FIRST_IN_VIEW)
    page.locator("a[href='/compose/']").first.click()
    page.locator("#dialog [name=body]").fill("From far below")
    page.locator("#dialog [name=body]").press("Meta+Enter")
    expect(page.locator("#timeline > :first-child")).to_contain_text("From far below")
    expect(page.locator("#dialog")).to_be_hidden()
    assert page.evaluate(FIRST_IN_VIEW) == before
    page.locator(TOAST).get_by_role("link", name="Show").click()
    expect(page.locator("#timeline > :first-child")).to_be_in_viewport()


@pytest.mark.parametrize("path", ["/explore/", "thread"])
def test_where_a_post_does_not_belong_a_link_leads_to_it(page, visit, susan, john, log_in, settings, path):
    settings.TIMELINE_PAGE_SIZE = 2
    post = PostFactory(author=john)
    for _ in range(3):
        PostFactory(author=susan, in_reply_to=post)
    log_in(susan)
    visit(post.get_absolute_url() if path == "thread" else path)
    if path != "thread":
        page.locator(".act-reply").first.click()
    form = page.locator(".composer")
    form.locator("[name=body]").fill("Over here")
    form.get_by_role("button", name="Reply", exact=True).click()
    link = page.locator(TOAST).get_by_role("link", name="Show")
    expect(link).to_be_visible()
    expect(link).to_have_attribute("href", Post.objects.latest("pk").get_absolute_url())
    expect(page.locator("article", has_text="Over here")).to_have_count(0)


def test_a_counter_appears_near_the_limit_and_speaks_at_the_end(page, visit, susan, log_in, settings):
    settings.POST_MAX_LENGTH = 60
    log_in(susan)
    visit("/")
    counter = page.locator("#composer .counter")
    page.get_by_label("Your post").fill("x" * 47)
    expect(counter).to_be_hidden()
    page.get_by_label("Your post").fill("x" * 48)
    expect(counter).to_have_text(re.compile("12"))
    expect(counter).to_have_attribute("aria-live", "off")
    page.get_by_label("Your post").fill("x" * 55)
    expect(counter).to_have_attribute("aria-live", "polite")


def test_a_post_on_ones_own_profile_appears_there(page, visit, susan, john, log_in):
    Follow.objects.follow(susan, john)
    log_in(susan)
    for person, number in ((susan, 1), (john, 0)):
        visit(person.get_absolute_url())
        page.locator("a[href='/compose/']").first.click()
        page.locator("#dialog [name=body]").fill(f"Written at {person.username}'s")
        page.locator("#dialog").get_by_role("button", name="Post", exact=True).click()
        expect(page.locator(TOAST)).to_contain_text("Your post has been published.")
        expect(page.locator("#timeline article")).to_have_count(number)


def test_it_is_one_line_until_used_even_if_the_browser_laid_it_out_before_its_style_came(page, visit, susan, log_in):
    log_in(susan)
    visit("/")
    page.evaluate("""() => {
        for (const isMissing of [true, false]) {
            for (const sheet of document.styleSheets) sheet.disabled = isMissing
            document.body.offsetHeight
        }
    }""")
    expect(page.locator(".composer-acts")).to_be_hidden()
    page.get_by_label("Your post").click()
    expect(page.locator(".composer-acts")).to_be_visible()
    page.keyboard.press("Shift+Tab")
    expect(page.locator(".composer-acts")).to_be_visible()
