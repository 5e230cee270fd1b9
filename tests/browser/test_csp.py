"""No page of the admin asks for what the content security policy forbids; the fixture `page` fails where one does.

Those of the site are looked at in `test_accessibility` and `test_right_to_left`.
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
