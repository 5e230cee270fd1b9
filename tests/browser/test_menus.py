"""Menus of posts and people, which work without scripts; here with them."""

from playwright.sync_api import expect


def test_muting_for_a_day_from_the_menu_of_a_post(page, visit, town, john, log_in):
    log_in(town.author)
    visit("/explore/")
    post = (
        page.locator("article", has=page.get_by_text("@john").first).filter(has=page.get_by_text("Block @john")).first
    )
    post.locator(".post-menu summary").click()
    post.get_by_role("button", name="Mute for a day").click()
    expect(page.get_by_role("status").first).to_contain_text("@john's posts")
    expect(page.locator("article")).not_to_have_count(0)
    expect(page.locator("article:visible", has_text="Block @john")).to_have_count(0)


def test_the_menu_of_a_person_says_what_can_be_undone(page, visit, town, john, log_in):
    log_in(town.author)
    visit("/@john/")
    menu = page.locator("details.person-menu")
    menu.locator("summary").click()
    menu.get_by_role("button", name="Mute", exact=True).click()
    expect(page.get_by_text("You've muted this person.")).to_be_visible()
    menu.locator("summary").click()
    menu.get_by_role("button", name="Unmute").click()
    expect(page.get_by_text("You've muted this person.")).to_have_count(0)


def test_a_menu_by_keyboard(page, visit, town, log_in):
    log_in(town.author)
    visit("/@john/")
    menu = page.locator("details.person-menu")
    summary, items = menu.locator("summary"), menu.locator(".menu-item")
    summary.focus()
    page.keyboard.press("ArrowDown")
    expect(items.first).to_be_focused()
    page.keyboard.press("ArrowUp")
    expect(items.last).to_be_focused()
    page.keyboard.press("Home")
    page.keyboard.press("ArrowDown")
    expect(items.nth(1)).to_be_focused()
    page.keyboard.press("Escape")
    expect(summary).to_be_focused()
    expect(menu).not_to_have_attribute("open", "")

    page.keyboard.press("ArrowUp")
    page.keyboard.press("Tab")
    expect(menu).not_to_have_attribute("open", "")
    elsewhere = page.locator(":focus")
    page.keyboard.press("Escape")
    expect(elsewhere).to_be_focused()
    expect(summary).not_to_be_focused()
