"""Writing from everywhere, in a dialog over the page."""

from queue import SimpleQueue

import pytest
from playwright.sync_api import expect

from tests.browser.test_accessibility import DESKTOP, PHONE, faults, overflow

COMPOSER = "#dialog-composer"
IDS = "[...document.querySelectorAll('[id]')].map(element => element.id)"


@pytest.fixture
def explore(page, visit, town, log_in):
    """A page with posts of several people, as Susan sees it."""
    page.set_viewport_size(DESKTOP)
    log_in(town.author)
    visit("/explore/")
    return page


def write(page):
    return page.get_by_role("link", name="Write", exact=True)


def open_(page, opener):
    opener.click()
    expect(page.locator(COMPOSER)).to_be_visible()


def test_it_opens_over_the_page_which_keeps_its_place_and_has_the_focus_again(explore):
    explore.mouse.wheel(0, 100)
    explore.wait_for_function("scrollY === 100")
    open_(explore, write(explore))
    expect(explore.get_by_role("dialog", name="Write a post").get_by_label("Your post")).to_be_focused()
    explore.mouse.wheel(0, 100)
    explore.keyboard.press("Escape")
    expect(write(explore)).to_be_focused()
    assert explore.evaluate("[scrollY, location.pathname]") == [100, "/explore/"]
    open_(explore, write(explore))
    explore.mouse.click(5, 5)
    expect(explore.get_by_role("dialog")).to_be_hidden()


def test_a_reply_is_written_over_the_list_and_the_focus_goes_back_to_the_row_of_the_post(explore, town):
    reply = explore.locator(f'[data-post="{town.pk}"] .act-reply')
    open_(explore, reply)
    expect(explore.get_by_role("dialog", name="Write a reply")).to_contain_text(f"@{town.author.username}")
    expect(explore.locator(f"{COMPOSER} [name=in_reply_to]")).to_have_value(str(town.pk))
    reply.evaluate("link => link.replaceWith(link.cloneNode(true))")  # as after an act
    explore.keyboard.press("Escape")
    expect(reply).to_be_focused()


def test_what_the_form_of_the_page_is_for_is_written_there(page, visit, town, log_in):
    log_in(town.author)
    visit("/")
    write(page).click()
    expect(page.locator("#id_body")).to_be_focused()
    open_(page, page.locator(".act-reply").first)
    ids = page.evaluate(IDS)
    assert len(ids) == len(set(ids))
    visit(town.get_absolute_url())
    page.locator(f'[data-post="{town.pk}"] .act-reply').click()
    expect(page.locator("#id_body")).to_be_focused()
    expect(page.get_by_role("dialog")).to_be_hidden()


def test_the_composer_of_home_is_one_line_until_it_is_used(page, visit, susan, log_in):
    log_in(susan)
    visit("/")
    send, text = page.get_by_role("button", name="Post", exact=True), page.get_by_label("Your post")
    expect(send).to_be_hidden()
    text.focus()
    expect(send).to_be_visible()
    text.blur()
    expect(send).to_be_visible()  # what one is about to click does not move


def test_texts_of_a_thread_are_added_and_removed_in_place(page, visit, susan, log_in):
    log_in(susan)
    visit("/compose/")
    texts = page.locator(".composer textarea")
    texts.fill("One")
    for text in ("Two", "Three"):
        page.get_by_role("button", name="Add another post").click()
        expect(texts.last).to_be_focused()
        page.keyboard.type(text)
    page.get_by_role("button", name="Remove").nth(0).click()
    expect(texts.first).to_be_focused()
    names = texts.evaluate_all("all => all.map(({ name, id, value }) => [name, id, value])")
    assert names == [["body", "id_body", "One"], ["body_2", "id_body_2", "Three"]]
    texts.last.fill("")
    texts.last.press("Backspace")
    expect(texts).to_have_count(1)
    expect(texts).to_be_focused()


def test_while_it_loads_it_is_there_and_what_failed_can_be_tried_again(context, live_server, susan, log_in):
    page = context.new_page()  # in which requests may fail
    log_in(susan)
    page.goto(f"{live_server.url}/explore/")
    waiting = SimpleQueue()
    page.route("**/compose/", lambda route: waiting.put(route))
    write(page).click()
    expect(page.get_by_role("dialog", name="One moment…")).to_have_attribute("aria-busy", "true")
    waiting.get().abort()
    dialog = page.get_by_role("dialog", name="That didn't work")
    expect(dialog.get_by_role("link")).to_have_count(0)  # a page could not be loaded either
    dialog.get_by_role("button", name="Try again").click()
    expect(page.get_by_role("dialog", name="One moment…")).to_be_visible()
    waiting.get().fulfill(status=503)
    expect(dialog.get_by_role("link", name="Open it as a page")).to_have_attribute("href", "/compose/")
    page.unroute("**/compose/")
    dialog.get_by_role("button", name="Try again").click()
    expect(page.locator(f"{COMPOSER} textarea")).to_be_focused()
    page.keyboard.press("Escape")
    context.clear_cookies()
    write(page).click()
    page.wait_for_url("**/login/?next=%2Fcompose%2F")


def test_who_may_not_write_is_told_where_the_link_leads(context, live_server, settings, town, log_in):
    page = context.new_page()  # in which a request is refused
    settings.CONFIRM_EMAIL = "required"
    town.author.__class__.objects.filter(pk=town.author.pk).update(email_confirmed_at=None)
    log_in(town.author)
    page.goto(f"{live_server.url}/explore/")
    page.locator(f'[data-post="{town.pk}"] .act-reply').click()
    page.wait_for_url(f"**{town.get_absolute_url()}#reply")
    expect(page.locator("#reply")).to_contain_text("as soon as you've confirmed your e-mail address")


def test_it_passes_axe_and_fits_a_phone_in_either_direction(page, visit, town, log_in, pseudo_language):
    log_in(town.author)
    visit("/explore/")
    for size in (DESKTOP, PHONE):
        page.set_viewport_size(size)
        open_(page, page.locator(".act-reply").first)
        page.locator("#dialog [name=add]").click()
        assert faults(page) == []
        page.keyboard.press("Escape")
    town.author.language = pseudo_language
    town.author.save()
    visit("/explore/")
    open_(page, page.locator(".nav-write"))
    page.locator("#dialog [name=add]").click()
    assert page.evaluate("dialog.scrollWidth - dialog.clientWidth") <= 0
    assert overflow(page) <= 0


def test_the_keyboard_shortcuts_begin_at_the_top_and_each_key_is_one_line(page, visit, susan, log_in):
    log_in(susan)
    page.set_viewport_size({"width": 320, "height": 500})
    visit("/")
    page.keyboard.press("?")
    expect(page.locator("dialog kbd").first).to_be_in_viewport()
    heights = page.locator("dialog kbd").evaluate_all("keys => keys.map(key => key.offsetHeight)")
    assert len(set(heights)) == 1
