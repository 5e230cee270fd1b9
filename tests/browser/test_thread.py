"""The page of a post, with and without scripts."""

from playwright.sync_api import expect

from posts.tests.factories import PostFactory

from .test_newcomer import WITH_AND_WITHOUT_SCRIPTS, fill, press


@WITH_AND_WITHOUT_SCRIPTS
def test_a_page_opens_at_its_post_and_takes_replies(page, visit, log_in, susan, john, scripts):
    log_in(susan)
    post = PostFactory(author=john)
    for _number in range(12):
        post = PostFactory(author=john, in_reply_to=post)
    visit(post.get_absolute_url())
    expect(page.locator("article[aria-current]")).to_be_in_viewport()
    assert page.evaluate("scrollY") > 0

    fill(page, body="Every word of it")
    press(page, "Reply")
    replies = page.locator(".thread-replies article")
    expect(replies).to_have_count(1)
    expect(replies).to_contain_text("Every word of it")
    expect(replies).to_be_in_viewport()


def test_back_before_a_reply_its_text_is_not_there_to_be_sent_again(page, visit, log_in, susan, john):
    log_in(susan)
    visit(PostFactory(author=john).get_absolute_url())
    fill(page, body="Every word of it")
    press(page, "Reply")
    expect(page.locator(".thread-replies article")).to_have_count(1)
    body = page.locator("main [name=body]")
    expect(body).to_have_value("")
    for text in ("", "Not sent yet"):
        body.press_sequentially(text)
        page.locator("nav").get_by_role("link", name="Explore").click()
        page.wait_for_url("**/explore/")
        page.go_back()
        expect(body).to_have_value(text)
