"""Impatient people, several tabs and sessions that end, as a real browser treats them."""

from django.conf import settings
from playwright.sync_api import expect

from accounts.models import User
from accounts.tests.factories import PASSWORD


def fill(page, **fields):
    for name, value in fields.items():
        page.locator(f"main [name={name}]").fill(value)


def press(page, text, **how):
    page.locator("main").get_by_role("button", name=text, exact=True).click(**how)


def test_a_double_click_on_sign_up(page, visit, transactional_db):
    visit("/register/")
    fill(page, username="ada", email="ada@example.org", password1=PASSWORD, password2=PASSWORD)
    press(page, "Sign up", click_count=2, no_wait_after=True)
    expect(page.locator("main")).to_contain_text("Welcome! Your account is ready.")
    expect(page.locator("#composer")).to_be_visible()
    assert User.objects.count() == 1


def test_a_post_survives_the_end_of_the_session_and_a_log_in_in_another_tab(context, live_server, susan):
    page, other = context.new_page(), context.new_page()
    log_in(page, live_server.url)
    fill(page, body="The ferry is late again")
    context.clear_cookies(name=settings.SESSION_COOKIE_NAME)
    log_in(other, live_server.url)
    press(page, "Post")
    expect(page.locator("article")).to_contain_text("The ferry is late again")

    fill(page, body="Still no ferry")
    susan.end_sessions()
    press(page, "Post")
    expect(page.locator("main")).to_contain_text("You're no longer logged in.")
    log_in(page)
    expect(page.locator("main [name=body]")).to_have_value("Still no ferry")

    page.locator("main [name=body]").click()
    press(page, "Post")
    expect(page.locator("article").first).to_contain_text("Still no ferry")
    expect(page.locator("main [name=body]")).to_have_value("")
    page.reload()
    expect(page.locator("article")).to_have_count(2)
    expect(page.locator("main [name=body]")).to_have_value("")


def log_in(page, site=None):
    if site:
        page.goto(f"{site}/login/")
    fill(page, username="susan", password=PASSWORD)
    press(page, "Log in")
    expect(page.locator("#composer")).to_be_visible()
