"""The card of a post and the row of actions below it, with scripts and without."""

import re

import pytest
from playwright.sync_api import expect

from posts.models import Like, Post
from posts.tests.factories import PostFactory

from .test_accessibility import faults, overflow

PHONE, DESKTOP = {"width": 390, "height": 800}, {"width": 1280, "height": 800}
SIZES = """article => [article, ...article.querySelectorAll('.act')]
    .map(element => element.getBoundingClientRect()).map(({ width, height }) => [width, height])"""


@pytest.fixture
def post(john):
    return PostFactory(author=john, body="Good morning, harbour!\nThe fog lifts.")


@pytest.fixture
def reader(susan, log_in):
    log_in(susan)
    return susan


def card(page, post):
    return page.locator(f"#post-{post.pk}")


def like(page, post):
    return card(page, post).get_by_role("button", name="Like")


def test_a_like_shows_in_place_and_after_going_back(page, visit, post, reader):
    visit("/explore/")
    like(page, post).click()
    expect(like(page, post)).to_have_attribute("aria-pressed", "true")
    expect(like(page, post)).to_contain_text("1")
    expect(like(page, post)).to_be_focused()
    assert Like.objects.get().user == reader

    card(page, post).get_by_text("The fog lifts").click()
    expect(page).to_have_url(re.compile(f"/@john/{post.pk}/$"))
    expect(like(page, post)).to_have_attribute("aria-pressed", "true")
    like(page, post).click()
    expect(like(page, post)).to_have_attribute("aria-pressed", "false")
    page.go_back()
    expect(page).to_have_url(re.compile("/explore/$"))
    expect(like(page, post)).to_have_attribute("aria-pressed", "false")
    expect(like(page, post).locator(".count")).to_have_count(0)


def test_a_repost_from_its_menu_by_keyboard(page, visit, post, reader):
    visit("/explore/")
    button = card(page, post).locator(".act-repost")
    button.focus()
    page.keyboard.press("ArrowDown")
    expect(card(page, post).get_by_role("button", name="Repost", exact=True)).to_be_focused()
    page.keyboard.press("Enter")
    expect(button).to_have_class(re.compile("is-done"))
    expect(page.locator(".menu-list:popover-open")).to_have_count(0)
    expect(button).to_be_focused()
    expect(button).to_contain_text("1")
    assert Post.objects.filter(author=reader, repost_of=post).exists()
    assert faults(page) == []


def test_share_copies_the_link_where_a_device_has_no_sheet(page, context, visit, post):
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    visit("/explore/")
    page.evaluate("Object.defineProperty(navigator, 'share', { value: undefined })")
    address = page.url
    card(page, post).get_by_role("link", name="Share").click()
    expect(page.get_by_role("status").filter(has_text="Link copied.")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()").endswith(f"/@john/{post.pk}/")
    assert page.url == address


def test_the_card_opens_the_post_unless_text_is_marked_or_a_menu_open(page, context, visit, post, reader):
    quote = PostFactory(author=reader, body="Look at this", quote_of=post)
    visit("/explore/")
    address, text = page.url, card(page, post).get_by_text("Good morning")
    card(page, post).locator(".post-menu").click()
    box = text.bounding_box()
    page.mouse.click(box["x"] + 5, box["y"] + 10)
    expect(page.locator(".menu-list:popover-open")).to_have_count(0)
    page.mouse.move(box["x"] + 5, box["y"] + 10)
    page.mouse.down()
    page.mouse.move(box["x"] + 60, box["y"] + 10)
    page.mouse.up()
    assert page.url == address
    with context.expect_page() as opened:
        card(page, quote).get_by_text("Look at this").click(modifiers=["ControlOrMeta"])
    expect(opened.value).to_have_url(re.compile(f"/@susan/{quote.pk}/$"))
    assert page.url == address
    card(page, quote).locator(".post-quote").get_by_text("Good morning").click()
    expect(page).to_have_url(re.compile(f"/@john/{post.pk}/$"))


def test_a_post_of_two_lines_is_low_and_its_actions_are_large_enough(page, visit, post, reader):
    for size in (PHONE, DESKTOP):
        page.set_viewport_size(size)
        visit("/explore/")
        (_width, height), *acts = card(page, post).evaluate(SIZES)
        assert height <= 110
        assert len(acts) == 5
        assert min(min(act) for act in acts) >= 44


def test_what_is_around_a_post_is_accessible_and_stays_within_the_narrowest_phone(page, visit, post, reader):
    PostFactory(author=reader, body="Look", quote_of=post, content_warning="Spoilers for the harbour mystery")
    PostFactory(author=reader, body="Indeed", in_reply_to=post)
    Post.objects.repost(reader, post)
    Post.objects.filter(pk=post.pk).update(likes_count=1_234_567)
    page.set_viewport_size({"width": 320, "height": 640})
    for path in ("/", f"/@john/{post.pk}/"):
        visit(path)
        assert (faults(page), overflow(page)) == ([], 0)
        page.evaluate("document.documentElement.style.fontSize = '200%'")
        assert overflow(page) <= 0


@pytest.mark.browser_context_args(java_script_enabled=False)
def test_without_scripts_forms_and_links_do(page, visit, post, reader):
    visit("/explore/")
    like(page, post).click()
    expect(page).to_have_url(re.compile("/explore/$"))
    expect(like(page, post)).to_have_attribute("aria-pressed", "true")
    card(page, post).locator(".act-repost").click()
    card(page, post).get_by_role("button", name="Repost", exact=True).click()
    expect(card(page, post).locator(".act-repost")).to_have_class(re.compile("is-done"))
    card(page, post).get_by_role("link", name="Share").click()
    expect(page).to_have_url(re.compile(f"/@john/{post.pk}/$"))
