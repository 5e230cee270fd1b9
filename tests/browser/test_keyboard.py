"""Keyboard shortcuts: from post to post, and what one does with the post that has the focus."""

import pytest
from playwright.sync_api import expect

from accounts.models import User
from posts.models import Bookmark, Like
from posts.tests.factories import PostFactory


@pytest.fixture
def home(visit, town, log_in):
    log_in(town.author)
    visit("/")
    return town


def press(page, *keys):
    for key in keys:
        page.keyboard.press(key)


def article(page, number):
    return page.locator("#timeline article").nth(number)


def test_from_post_to_post_from_what_is_on_the_screen_to_more(page, home):
    page.set_viewport_size({"width": 1280, "height": 500})
    press(page, "j", "j")
    expect(article(page, 1)).to_be_focused()
    press(page, "k", "k")
    expect(article(page, 0)).to_be_focused()
    article(page, 1).evaluate("post => { post.hidden = true }")
    press(page, "j")
    expect(article(page, 2)).to_be_focused()
    expect(article(page, 2)).to_have_css("outline-style", "solid")
    article(page, 3).evaluate("post => scrollTo(0, post.getBoundingClientRect().top + scrollY - 10)")
    press(page, "j")
    expect(article(page, 3)).to_be_focused()
    press(page, "j", "j", "j", "j")
    expect(page.get_by_role("link", name="More posts")).to_be_focused()
    press(page, "k")
    expect(article(page, 6)).to_be_focused()
    expect(article(page, 6)).to_be_in_viewport()


def test_enter_opens_the_post_and_j_goes_through_its_conversation(page, visit, log_in, susan, john):
    log_in(susan)
    first = PostFactory(author=john)
    post = PostFactory(author=susan, in_reply_to=first)
    reply = PostFactory(author=john, in_reply_to=post)
    child = PostFactory(author=susan, in_reply_to=reply)
    visit("/@susan/replies/")
    press(page, "j", "j", "Enter")
    page.wait_for_url(f"**{post.get_absolute_url()}")
    expect(page.locator(".thread-post")).to_be_focused()
    for each, key in ((reply, "j"), (child, "j"), (reply, "k"), (post, "k"), (first, "k")):
        press(page, key)
        expect(page.locator(f"#post-{each.pk}")).to_be_focused()


def test_a_post_is_liked_and_bookmarked_and_the_focus_stays_on_it(page, home):
    press(page, "j", "j", "l")
    expect(article(page, 1).locator(".act-like")).to_have_attribute("aria-pressed", "true")
    press(page, "b")
    expect(article(page, 1).locator("[formaction$='/unbookmark/']")).to_have_count(1)
    expect(article(page, 1)).to_be_focused()
    assert Like.objects.get().post_id == Bookmark.objects.get().post_id == home.pk - 1


def test_keys_do_nothing_where_one_types_with_a_modifier_or_while_a_menu_is_open(page, home):
    body = page.get_by_label("Your post")
    body.focus()
    press(page, "j", "l", "?")
    expect(body).to_have_value("jl?")
    body.blur()
    press(page, "Control+j", "Alt+j", "Shift+J")
    assert not page.evaluate("document.activeElement.matches('article')")
    press(page, "CapsLock", "j")
    expect(page.locator("article:focus")).to_have_count(1)
    page.keyboard.down("l")
    page.keyboard.down("l")  # held down
    expect(page.locator("article:focus .act-like")).to_have_attribute("aria-pressed", "true")
    page.locator(":focus .post-menu").evaluate("menu => (menu.querySelector('summary') ?? menu).click()")
    press(page, "j")
    expect(article(page, 0).locator(".menu-list").last).to_be_visible()
    expect(article(page, 0)).to_be_focused()


def test_whoever_turned_them_off_and_strangers_who_cannot_have_none(page, visit, home, context):
    User.objects.update(keyboard_shortcuts=False)
    for path in ("/", "/explore/"):
        visit(path)
        press(page, "j")
        expect(page.locator("article:focus")).to_have_count(0)
        context.clear_cookies()
