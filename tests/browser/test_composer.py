"""Writing with the composer of home, and in a thread."""

from playwright.sync_api import expect

from posts.tests.factories import PostFactory


def write(page, text, warning):
    page.get_by_title("Content warning").click()
    page.get_by_label("Content warning").fill(warning)
    page.get_by_label("Your post").fill(text)


def test_a_reply_leads_to_its_place_in_the_thread_and_a_post_leaves_an_empty_form(page, visit, susan, john, log_in):
    post = PostFactory(author=john)
    log_in(susan)
    visit(post.get_absolute_url())
    write(page, "It sank.", "Bad news")
    page.get_by_role("button", name="Reply", exact=True).click()
    page.wait_for_url(f"**{post.get_absolute_url()}#post-{post.pk + 1}")
    expect(page.locator(f"#post-{post.pk + 1}")).to_contain_text("Bad news")

    visit("/")
    write(page, "Not really.", "Good news")
    page.get_by_role("button", name="Post", exact=True).click()
    expect(page.locator(f"#post-{post.pk + 2}")).to_contain_text("Good news")
    expect(page.locator("[name=content_warning]")).to_be_hidden()
    expect(page.locator("[name=content_warning]")).to_have_value("")
