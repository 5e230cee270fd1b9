"""No page requests anything that the content security policy forbids; the fixture `page` fails otherwise."""

from django.test import Client
from playwright.sync_api import expect

from tests.site import pages


def test_no_page_breaks_the_policy(page, visit, town, log_in, boss):
    """As a person who may see all of them; `test_accessibility` visits the same pages as other people."""
    client = Client()
    client.force_login(boss)
    log_in(boss)
    for path in pages(client, town):
        assert "default-src 'none'" in visit(path).headers["content-security-policy"]


def test_admin_keeps_the_policy(page, visit, town, log_in, boss):
    log_in(boss)
    user, post = town.author, town
    for path in (
        "/admin/",
        "/admin/accounts/user/",
        f"/admin/accounts/user/{user.pk}/change/",
        "/admin/posts/post/",
        f"/admin/posts/post/{post.pk}/change/",
        "/admin/social/follow/",
        "/admin/pages/page/add/",
        "/admin/pages/page/add/?name=rules&language=en",
    ):
        assert visit(path).ok
        expect(page.locator("#content")).to_be_visible()
