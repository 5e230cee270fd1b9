"""WCAG 2.2 AA as far as axe can check it, in both themes; no sideways scrolling on the narrowest phones."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.test import Client

from accounts.models import User
from tests.site import pages

STANDARDS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
COLOURS = ["color-contrast", "link-in-text-block"]
FAULTS = """async options => {
    const { violations } = await axe.run(options)
    return violations.map(({ id, nodes }) => [id, nodes.map(node => node.html.slice(0, 200))])
}"""
FORMS = ["/register/", "/login/", "/password/reset/"]


DESKTOP, PHONE = {"width": 1280, "height": 720}, {"width": 320, "height": 640}


def faults(page, **rules):
    """What axe finds in the light theme, and in the dark theme, which differs only in colours."""
    page.emulate_media(color_scheme="light")
    found = axe(page, runOnly=STANDARDS, rules=rules)
    page.emulate_media(color_scheme="dark")
    return found + axe(page, runOnly={"type": "rule", "values": COLOURS})


def axe(page, **options):
    if not page.evaluate("'axe' in window"):
        page.evaluate(Axe().axe_script)
    return page.evaluate(FAULTS, options | {"resultTypes": ["violations"]})


def overflow(page):
    """The number of pixels by which the page is wider than the window."""
    return page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")


@pytest.mark.parametrize("reader", ["stranger", "administrator"])
def test_every_page_passes_axe_fits_a_phone_and_keeps_the_policy(context, page, visit, town, log_in, reader):
    """One visit to each page for all three: the fixture `page` fails if the policy blocks something.

    Administrators see all that others see, and more.
    """
    client = Client()
    if reader == "administrator":
        User.objects.filter(pk=town.author.pk).update(is_staff=True, is_superuser=True)
        client.force_login(town.author)
        log_in(town.author)
    context.add_init_script(Axe().axe_script)
    found = {}
    for path in pages(client, town):
        page.set_viewport_size(DESKTOP)
        assert "default-src 'none'" in visit(path).headers["content-security-policy"]
        found[path] = faults(page)
        page.set_viewport_size(PHONE)
        if (width := overflow(page)) > 0:
            found[path].append(f"{width} px too wide for a phone")
    assert {path: faults for path, faults in found.items() if faults} == {}


def test_axe_finds_nothing_in_mistakes(page, visit, db):
    visit("/no-such-page/")
    found = {"/no-such-page/": faults(page)}
    for path in FORMS:
        visit(path)
        page.locator("main form button[type=submit]").click()
        page.locator("[aria-invalid=true]").first.wait_for()
        found[path] = faults(page)
    assert {path: faults for path, faults in found.items() if faults} == {}


def test_axe_finds_nothing_in_menus(page, visit, town, log_in):
    log_in(town.author)
    visit("/@john/")
    found = []
    for menu in ("nav [popovertarget]", ".person-menu [popovertarget]", "article .act-repost", "article .post-menu"):
        page.locator(menu).first.click()
        for durations in page.locator(".menu-list:popover-open summary").all():
            durations.click()
        found += faults(page, **{"target-size": {"enabled": False}})  # an open menu covers what is below it
        page.keyboard.press("Escape")
    assert found == []


def test_the_theme_of_the_account_wins_over_the_device(page, visit, town, log_in):
    log_in(town.author)
    background = "getComputedStyle(document.body).backgroundColor"
    colours = {}
    for theme in ("light", "dark"):
        User.objects.filter(pk=town.author.pk).update(theme=theme)
        visit("/")
        for device in ("light", "dark"):
            page.emulate_media(color_scheme=device)
            colours[theme, device] = page.evaluate(background)
            assert axe(page, runOnly={"type": "rule", "values": COLOURS}) == [], (theme, device)
    assert colours["light", "light"] == colours["light", "dark"] != colours["dark", "light"] == colours["dark", "dark"]
