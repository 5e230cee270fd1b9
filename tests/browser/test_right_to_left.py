"""The whole site in a right-to-left language (`tests.pseudo`)."""

from django.test import Client
from playwright.sync_api import expect

from tests.browser.test_accessibility import overflow
from tests.site import pages


def test_every_page_is_mirrored(page, visit, town, log_in, pseudo_language):
    person = town.author
    person.language = pseudo_language
    person.save()
    log_in(person)
    client = Client()
    client.force_login(person)
    for path in pages(client, town):
        page.set_viewport_size({"width": 1280, "height": 800})
        visit(path)
        expect(page.locator("html")).to_have_attribute("dir", "rtl")
        navigation, content = (page.locator(place).bounding_box() for place in ("nav.site-nav", "main"))
        assert navigation["x"] >= content["x"] + content["width"], path
        page.set_viewport_size({"width": 320, "height": 640})
        assert overflow(page) <= 0, path
