"""After log-out, Back shows nothing of who was logged in, although the browser kept the pages as they were."""

import re

import pytest
from django.conf import settings as site_settings
from django.test import Client
from playwright.sync_api import expect

from social.models import Block

PAGES = ["/settings/blocks/", "/settings/account/", "/?before=9", "/@susan/"]
LOG_OUT = '[formaction="/logout/"]'


@pytest.fixture
def page(browser_type, browser_type_launch_args, live_server):
    """In a browser that keeps pages, which Playwright's otherwise does not."""
    options = browser_type_launch_args | {"ignore_default_args": ["--disable-back-forward-cache"]}
    browser = browser_type.launch(**options)
    yield browser.new_page(base_url=live_server.url)
    browser.close()


@pytest.fixture
def logged_in_page(page, live_server, susan):
    name = site_settings.SESSION_COOKIE_NAME
    client = Client()
    client.force_login(susan)
    page.context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": live_server.url}])
    return page


def test_back_after_log_out_shows_nothing_private(logged_in_page, susan, john):
    page = logged_in_page
    Block.objects.block(susan, john)
    for path in PAGES:
        page.goto(path)
        expect(page.locator(LOG_OUT)).to_have_count(1)
    page.evaluate(f"button = document.querySelector('{LOG_OUT}'); button.form.requestSubmit(button)")
    expect(page).to_have_url(re.compile(r":\d+/$"))
    expect(page.locator(LOG_OUT)).to_have_count(0)
    for path in reversed(PAGES):
        page.evaluate("history.back()")
        expect(page).to_have_url(re.compile(rf"{re.escape(path)}$"))
        expect(page.locator(LOG_OUT)).to_have_count(0)
        assert "@john" not in page.content()


def test_back_shows_no_text_that_was_sent_from_another_page(logged_in_page):
    page = logged_in_page
    page.goto("/")
    page.locator("#composer [name=body]").fill("The ferry is late")
    page.evaluate("window.isKept = true")
    page.goto("/compose/")
    expect(page.locator("[name=body]")).to_have_value("The ferry is late")
    page.locator("[name=body]").press("Control+Enter")
    expect(page.locator("#said")).to_contain_text("Your post has been published.")
    page.evaluate("history.back()")
    expect(page).to_have_url(re.compile(r":\d+/$"))
    assert page.evaluate("window.isKept")
    expect(page.locator("#composer [name=body]")).to_have_value("")
