"""What scripts and browsers add to forms."""

from playwright.sync_api import expect


def test_a_password_can_be_shown_and_a_refusal_takes_the_focus(page, visit, db):
    visit("/login/")
    password = page.locator("#id_password")
    button = page.get_by_role("button", name="Show password")
    page.get_by_label("User name or e-mail address").fill("nobody")
    password.fill("wrong")
    button.click()
    expect(password).to_have_attribute("type", "text")
    expect(button).to_have_attribute("aria-pressed", "true")
    page.get_by_role("button", name="Log in").click()
    expect(page).to_have_title("Error: Log in · Microblog")
    expect(page.get_by_role("alert")).to_be_focused()
    expect(password).to_have_attribute("type", "password")
    expect(password).to_have_value("")


def test_home_without_a_composer_has_no_fault(page, visit, susan, log_in, settings):
    """The fixture `page` fails where a script does."""
    settings.CONFIRM_EMAIL = "required"
    susan.email_confirmed_at = None
    susan.save()
    log_in(susan)
    visit("/")
    expect(page.get_by_text("as soon as you've confirmed")).to_be_visible()
    expect(page.locator("#composer")).to_have_count(0)
