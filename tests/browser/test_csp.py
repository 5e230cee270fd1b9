"""The admin requests nothing that the content security policy forbids; the fixture `page` fails otherwise.

The site's own pages are visited in `test_accessibility`.
"""

from playwright.sync_api import expect


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
