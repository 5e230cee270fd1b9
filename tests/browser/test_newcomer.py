"""A newcomer's first day, with and without scripts."""

import re

import pytest
from PIL import Image
from playwright.sync_api import expect

from posts.tests.factories import PostFactory

WITH_AND_WITHOUT_SCRIPTS = pytest.mark.parametrize(
    "scripts",
    [
        "on",
        pytest.param("off", marks=pytest.mark.browser_context_args(java_script_enabled=False)),
    ],
)


@pytest.fixture
def picture(tmp_path):
    path = tmp_path / "me.png"
    Image.new("RGB", (300, 200), "teal").save(path)
    return path


def fill(page, **fields):
    for name, value in fields.items():
        page.locator(f"main [name={name}]").fill(value)


def press(page, text):
    page.locator("main").get_by_role("button", name=text, exact=True).click()


@WITH_AND_WITHOUT_SCRIPTS
def test_first_day(page, visit, john, picture, postbox, run_tasks, scripts):
    PostFactory(author=john, body="The ferry is late again")

    visit("/")
    page.locator("main").get_by_role("link", name="Sign up").click()
    fill(page, username="ada", email="ada@example.org", password1="a quiet harbour", password2="a quiet harbour")
    press(page, "Sign up")
    expect(page.locator("article")).to_have_count(0)

    fill(page, body="Good morning, harbour")
    press(page, "Post")
    expect(page.locator("article")).to_have_count(1)
    expect(page.locator("article")).to_contain_text("Good morning, harbour")

    page.get_by_role("link", name="Explore").first.click()
    page.locator("article", has_text="The ferry is late again").locator(".post-author").click()
    page.get_by_role("button", name="Follow john").click()
    expect(page.get_by_role("button", name="Unfollow john")).to_be_visible()

    page.get_by_role("link", name="Home").click()
    expect(page.locator("article")).to_have_count(2)
    expect(page.locator("main")).to_contain_text("The ferry is late again")

    visit("/settings/profile/")
    fill(page, display_name="Ada of the Harbour", about_me="I repair clocks.")
    page.locator("[name=avatar]").set_input_files(picture)
    press(page, "Save")
    visit("/@ada/")
    expect(page.get_by_role("heading", level=1)).to_have_text("Ada of the Harbour")
    expect(page.locator("main")).to_contain_text("I repair clocks.")
    avatar = page.locator(".profile-top img.avatar")
    assert page.request.get(avatar.evaluate("image => image.src")).headers["content-type"] == "image/webp"

    page.get_by_role("button", name="Español").click()
    expect(page.locator("html")).to_have_attribute("lang", "es")
    page.get_by_role("button", name="English").click()

    page.get_by_role("button", name="Account").click()
    page.get_by_role("button", name="Log out").click()
    page.locator("main").get_by_role("link", name="Log in").click()
    page.get_by_role("link", name="Forgot your password?").click()
    fill(page, email="Ada@example.org")
    press(page, "Send the link")
    run_tasks()

    _confirmation, mail = postbox.received
    assert mail["To"] == "ada@example.org"
    page.goto(re.search(r"http\S+/password/reset/\S+", mail.get_body(["plain"]).get_content())[0])
    assert "eyJ" not in page.url  # the token is no longer in the URL
    fill(page, new_password1="a noisy harbour", new_password2="a noisy harbour")
    press(page, "Save the new password")
    fill(page, username="ada", password="a noisy harbour")
    press(page, "Log in")
    expect(page.locator("main")).to_contain_text("The ferry is late again")
