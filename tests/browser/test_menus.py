"""Menus of posts, people and the account, which work without scripts."""

import re

import pytest
from playwright.sync_api import expect

from accounts.models import User

from .test_accessibility import axe, overflow

PHONE, LANDSCAPE, DESKTOP = (
    {"width": width, "height": height} for width, height in ((390, 800), (640, 360), (1280, 720))
)
BOXES = """menu => [menu, menu.previousElementSibling].map(element => element.getBoundingClientRect())
    .map(({ left, top, right, bottom }) => [left, top, right, bottom])"""
TO_THE_FOOT = "button => scrollBy(0, button.getBoundingClientRect().bottom - innerHeight)"


@pytest.fixture
def reader(town, log_in):
    """Susan, who sees posts of John's."""
    log_in(town.author)
    return town.author


def posts_of_john(page):
    return page.locator("article", has=page.locator("[formaction='/@john/block/']"))


def opened(page):
    return page.locator(".menu-list:popover-open")


def boxes(page):
    """Of the open menu and its button: left, top, right, bottom."""
    return opened(page).evaluate(BOXES)


def is_inside(page, box):
    left, top, right, bottom = box
    size = page.viewport_size
    return left >= 0 and top >= 0 and right <= size["width"] and bottom <= size["height"] and overflow(page) <= 0


def test_muting_for_a_day_from_the_menu_of_a_post(page, visit, john, reader):
    visit("/explore/")
    posts_of_john(page).first.locator(".post-menu").click()
    opened(page).get_by_text("Mute for…").click()
    opened(page).get_by_role("button", name="Mute for a day").click()
    expect(page.get_by_role("status").first).to_contain_text("@john's posts")
    expect(page.locator("article")).not_to_have_count(0)
    expect(posts_of_john(page).filter(visible=True)).to_have_count(0)


def test_the_menu_of_a_person_says_what_can_be_undone(page, visit, john, reader):
    visit("/@john/")
    button = page.locator(".person-menu").get_by_role("button", name="More actions for john")
    button.click()
    opened(page).get_by_role("button", name="Mute", exact=True).click()
    expect(page.get_by_text("You've muted this person.")).to_be_visible()
    button.click()
    opened(page).get_by_role("button", name="Unmute").click()
    expect(page.get_by_text("You've muted this person.")).to_have_count(0)


def test_a_menu_by_keyboard(page, visit, john, reader):
    visit("/@john/")
    menu = page.locator(".person-menu")
    button, items = menu.locator("[popovertarget]"), menu.locator(".menu-item:visible")
    button.focus()
    page.keyboard.press("Home")
    expect(opened(page)).to_have_count(0)
    page.keyboard.press("ArrowDown")
    expect(items.first).to_be_focused()
    page.keyboard.press("ArrowUp")
    expect(items.last).to_be_focused()
    page.keyboard.press("Home")
    page.keyboard.press("ArrowDown")
    expect(items.nth(1)).to_be_focused()

    durations = menu.get_by_text("Mute for…")
    durations.focus()
    page.keyboard.press("ArrowDown")
    expect(menu.get_by_role("button", name="Block")).to_be_focused()
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")
    page.keyboard.press("ArrowDown")
    expect(menu.get_by_role("button", name="Mute for a day")).to_be_focused()
    page.keyboard.press("Escape")
    expect(opened(page)).to_have_count(0)
    expect(button).to_be_focused()

    page.keyboard.press("ArrowUp")
    page.keyboard.press("Tab")
    expect(opened(page)).to_have_count(0)
    elsewhere = page.locator(":focus")
    page.keyboard.press("Escape")
    expect(elsewhere).to_be_focused()
    expect(button).not_to_be_focused()


@pytest.mark.parametrize("language", ["en", "ar"])
def test_a_menu_opens_where_there_is_room(page, visit, reader, language):
    User.objects.filter(pk=reader.pk).update(language=language)
    page.set_viewport_size(DESKTOP)
    visit("/explore/")
    post = posts_of_john(page).first
    button = post.locator(".post-menu")
    for act in (post.locator(".act-repost"), button):
        act.click()
        menu, place = boxes(page)
        edge = 0 if (language == "ar") == (act == button) else 2  # the sides that are in line
        assert abs(menu[edge] - place[edge]) < 1
        assert is_inside(page, menu)
        page.keyboard.press("Escape")
    button.evaluate(TO_THE_FOOT)
    button.click()
    menu, place = boxes(page)
    assert abs(menu[3] - place[1]) < 1
    opened(page).locator("summary").click()
    expect(opened(page).locator("[name=days]").first).to_be_visible()
    taller = boxes(page)[0]
    assert is_inside(page, taller)
    assert taller[3] - taller[1] > menu[3] - menu[1]


@pytest.mark.parametrize("size", [PHONE, LANDSCAPE])
def test_on_phones_it_is_a_sheet_at_the_foot_of_the_window(page, visit, reader, size):
    page.set_viewport_size(size)
    visit("/explore/")
    link = page.locator("article .person-name").first.bounding_box()
    for scale in ("100%", "200%"):
        page.evaluate("scale => document.documentElement.style.fontSize = scale", scale)
        posts_of_john(page).first.locator(".post-menu").click()
        opened(page).locator("summary").click()
        menu, _button = boxes(page)
        assert is_inside(page, menu)
        assert menu[3] == size["height"]
        assert axe(page, rules={"target-size": {"enabled": False}}) == []
        page.keyboard.press("Escape")
    page.evaluate("scrollTo(0, 0); document.documentElement.style.fontSize = ''")
    page.locator("nav [popovertarget]").click()
    page.mouse.click(link["x"] + 5, link["y"] + 5)
    expect(opened(page)).to_have_count(0)
    expect(page).to_have_url(re.compile("/explore/$"))


def test_of_two_copies_of_a_post_each_opens_its_own_menu(page, visit, reader):
    visit("/explore/")
    post = posts_of_john(page).first
    post.evaluate("post => post.before(post.cloneNode(true))")
    second = posts_of_john(page).nth(1).locator(".post-menu")
    second.click()
    expect(opened(page)).to_have_count(1)
    assert second.evaluate("button => button.nextElementSibling.matches(':popover-open')")


@pytest.mark.browser_context_args(java_script_enabled=False)
def test_without_scripts(page, visit, reader):
    visit("/explore/")
    posts_of_john(page).first.locator(".post-menu").click()
    durations = opened(page).get_by_text("Mute for…")
    durations.click()
    expect(opened(page).get_by_role("button", name="Mute for a week")).to_be_visible()
    page.keyboard.press("Escape")
    expect(durations).to_be_hidden()


@pytest.fixture
def style(context):
    """A function that changes the style sheet of menus, to what browsers make of it that lack something."""

    def replace(text, other):
        def handle(route):
            response = route.fetch()
            assert text in response.text()
            route.fulfill(response=response, body=response.text().replace(text, other))

        context.route("**/menus.css", handle)

    return replace


def test_a_browser_that_cannot_place_it_shows_a_sheet(page, visit, reader, style):
    style("@supports (position-area: block-end)", "@supports (position-area: nowhere)")
    page.set_viewport_size(DESKTOP)
    visit("/explore/")
    posts_of_john(page).first.locator(".post-menu").click()
    menu, _button = boxes(page)
    assert is_inside(page, menu)
    assert menu[3] == DESKTOP["height"]


def test_a_browser_without_popovers_shows_it_while_it_has_the_focus(page, visit, reader, style):
    style("@supports not selector(:popover-open)", "@supports selector(:popover-open)")
    visit("/explore/")
    page.locator(".menu-list").evaluate_all("lists => lists.forEach(list => list.popover = null)")
    post = posts_of_john(page).first
    report = post.get_by_role("link", name="Report this post", include_hidden=True)
    expect(report).to_be_hidden()
    post.locator(".post-menu").focus()
    expect(report).to_be_in_viewport(ratio=1)
    report.click()
    expect(page.get_by_role("dialog", name="Report this post")).to_be_visible()
