"""Whatever happens while somebody writes, their text stays: in the form, and on the device until it is sent."""

import json

import pytest
from django.conf import settings as site_settings
from playwright.sync_api import expect

from accounts.tests.factories import PASSWORD
from posts.models import Draft, Post
from posts.tests.factories import PostFactory

TEXT = "The ferry is late again"
PROXY = "<h1>502 Bad Gateway</h1>"


@pytest.fixture
def tab(context, live_server):
    """A function that opens a page in another tab; requests may fail there, scripts may not."""
    errors = []

    def tab(path="/"):
        page = context.new_page()
        page.on("pageerror", lambda error: errors.append(error.stack))
        page.goto(live_server.url + path)
        return page

    yield tab
    assert errors == []


@pytest.fixture
def page(tab, susan, log_in):
    """Susan's home."""
    log_in(susan)
    return tab()


def body(page):
    return page.locator(".composer [name=body]")


def status(page):
    return page.locator(".composer-status")


def send(page, **how):
    page.locator(".composer").get_by_role("button", name="Post", exact=True).click(**how)


def kept(page):
    """The texts kept on the device."""
    stored = page.evaluate("({...localStorage})")
    entries = [json.loads(value) for key, value in stored.items() if key.startswith("draft ")]
    return [json.loads(entry["typed"])["body"] for entry in entries if "typed" in entry]


# Sending


def answer_lost(route):
    route.fetch()
    route.abort()


FAILURES = {
    "no answer": (lambda route: route.abort(), "check your connection"),
    "a lost answer": (answer_lost, "check your connection"),
    "a proxy's 502": (lambda route: route.fulfill(status=502, body=PROXY), "The site couldn't take this"),
    "503": (lambda route: route.fulfill(status=503, body="<h1>Down</h1>"), "The site couldn't take this"),
    "a foreign page": (lambda route: route.fulfill(status=200, body="<h1>Log in to Wi-Fi</h1>"), "couldn't take this"),
    "413": (lambda route: route.fulfill(status=413, body="<h1>That's too large</h1>"), "That's too large"),
}


def test_after_each_failure_the_text_is_there_and_is_sent_once(page, context, susan):
    body(page).fill(TEXT)
    for how, said in FAILURES.values():
        page.route("**/posts/", how)
        send(page)
        expect(status(page)).to_contain_text(said)
        expect(body(page)).to_have_value(TEXT)
        page.unroute("**/posts/")
    context.set_offline(True)
    send(page)
    expect(status(page)).to_contain_text("check your connection")
    assert kept(page) == [TEXT]
    context.set_offline(False)
    context.clear_cookies(name=site_settings.CSRF_COOKIE_NAME)  # 403, and sent again with another token
    send(page)
    expect(page.locator("#timeline article")).to_contain_text(TEXT)
    expect(status(page)).to_be_empty()
    expect(body(page)).to_have_value("")
    assert susan.posts.count() == 1
    assert kept(page) == []


def test_what_is_written_on_after_a_lost_answer_is_another_post_and_neither_is_kept(page, susan):
    body(page).fill(TEXT)
    page.route("**/posts/", answer_lost)
    body(page).press("Control+Enter")
    expect(status(page)).to_contain_text("check your connection")
    page.unroute("**/posts/")
    body(page).press_sequentially(" and full")
    body(page).press("Control+Enter")
    expect(page.locator(".composer .invalid-feedback")).to_contain_text("already sent")
    body(page).press("Control+Enter")
    expect(body(page)).to_have_value("")
    assert {post.body for post in susan.posts.all()} == {TEXT, f"{TEXT} and full"}
    assert kept(page) == []


def test_while_it_is_under_way_it_is_not_sent_again(page, susan):
    waiting = []
    page.route("**/posts/", lambda route: waiting.append(route))
    body(page).fill(TEXT)
    send(page, click_count=2)
    expect(page.locator(".composer[aria-busy=true]")).to_be_visible()
    body(page).press("Control+Enter")
    page.wait_for_function("() => document.querySelector('.composer textarea').readOnly")
    [route] = waiting
    route.continue_()
    expect(page.locator("#timeline article")).to_have_count(1)
    expect(body(page)).to_be_editable()
    assert susan.posts.count() == 1


def test_over_the_limit_the_form_says_when(page, settings):
    settings.LIMITS = settings.LIMITS | {"write": {"person": (1, 3600)}}
    for text in ("First", TEXT):
        body(page).fill(text)
        send(page)
    expect(page.locator(".composer [role=alert]")).to_contain_text("Try again in about 60 minutes.")
    expect(body(page)).to_have_value(TEXT)
    page.reload()
    expect(body(page)).to_have_value(TEXT)


def test_after_the_end_of_a_session_the_text_is_where_log_in_leads(tab, susan, john, log_in):
    log_in(susan)
    post = PostFactory(author=john)
    page = tab("/explore/")
    page.locator(".act-reply").click()
    body(page).fill(TEXT)
    susan.end_sessions()
    body(page).press("Control+Enter")
    page.wait_for_url("**/login/?next=*")
    page.locator("main [name=username]").fill("susan")
    page.locator("main [name=password]").fill(PASSWORD)
    page.locator("main [name=password]").press("Enter")
    page.wait_for_url(f"**/compose/?in_reply_to={post.pk}")
    expect(body(page)).to_have_value(TEXT)
    body(page).press("Control+Enter")
    expect(page.locator("#said")).to_contain_text("Your post has been published.")
    assert susan.posts.get().in_reply_to == post
    assert kept(page) == []


def test_a_draft_is_saved_in_place(page, susan):
    page.route("**/drafts/", lambda route: route.abort())
    body(page).fill(TEXT)
    page.get_by_role("button", name="Save draft").click()
    expect(status(page)).to_contain_text("check your connection")
    page.unroute("**/drafts/")
    page.get_by_role("button", name="Save draft").click()
    expect(page.locator("#said")).to_contain_text("Your draft has been saved.")
    expect(body(page)).to_have_value("")
    assert kept(page) == []
    assert Draft.objects.get().texts == [TEXT]


def test_it_is_never_sent_as_somebody_else(page, context, john, log_in):
    body(page).fill(TEXT)
    context.clear_cookies()  # as a log-in does with the token
    log_in(john)
    send(page)
    expect(status(page)).to_contain_text("Please send that again")
    expect(body(page)).to_have_value(TEXT)
    assert not Post.objects.exists()


# On the device


def test_a_whole_thread_survives_a_crash(page, tab):
    body(page).fill(TEXT)
    page.get_by_role("button", name="Add another post").click()
    page.keyboard.type("And full")
    page.get_by_title("Content warning").click()
    page.get_by_label("Content warning").fill("Ferries")
    page.get_by_label("Language of the post").select_option("de")
    page.get_by_label("Who can read it").select_option("followers")
    page.close()
    page = tab()
    expect(body(page)).to_have_value(TEXT)
    expect(page.locator("[name=body_2]")).to_have_value("And full")
    expect(page.get_by_label("Content warning")).to_have_value("Ferries")
    expect(page.get_by_label("Language of the post")).to_have_value("de")
    expect(page.get_by_label("Who can read it")).to_have_value("followers")
    assert page.evaluate("document.activeElement === document.body")
    body(page).click()
    send(page)
    expect(page.locator("#timeline article")).to_have_count(2)
    page.reload()
    expect(body(page)).to_have_value("")


def test_each_answer_has_its_own_text(page, tab, john):
    first, second = PostFactory.create_batch(2, author=john)
    body(page).fill(TEXT)
    page.goto(page.url + f"compose/?in_reply_to={first.pk}")
    expect(body(page)).to_have_value("")
    body(page).fill("Where is it?")
    expect(body(tab(f"/compose/?in_reply_to={second.pk}"))).to_have_value("")
    expect(body(tab(first.get_absolute_url()))).to_have_value("Where is it?")
    page.go_back()
    expect(body(page)).to_have_value(TEXT)


def test_a_draft_goes_on_with_what_was_typed_since(page, tab, susan):
    draft = Draft.objects.keep(susan, texts=["The ferry"], submission="5d3e9a54-5a4c-4f55-9a39-6f0f3d7f7a11")
    page.goto(page.url + f"compose/?draft={draft.pk}")
    expect(body(page)).to_have_value("The ferry")
    body(page).fill(TEXT)
    page.close()
    page = tab(f"/compose/?draft={draft.pk}")
    expect(body(page)).to_have_value(TEXT)
    body(page).press("Control+Enter")
    expect(page.locator("#said")).to_contain_text("Your post has been published.")
    assert not Draft.objects.exists()
    page.goto(page.url.replace(f"compose/?draft={draft.pk}", ""))
    expect(page.locator("#timeline article")).to_have_count(1)
    expect(body(page)).to_have_value("")


def test_the_dialog_goes_on_with_what_the_page_holds(tab, susan, log_in):
    log_in(susan)
    page = tab("/explore/")
    for expected in ("", TEXT):
        page.locator("a[href='/compose/']").first.click()
        expect(body(page)).to_have_value(expected)
        body(page).fill(TEXT)
        page.keyboard.press("Escape")
        expect(page.locator("#dialog")).to_be_hidden()


def test_two_tabs_hold_the_same_text_and_send_it_once(page, tab, susan):
    other = tab()
    body(page).fill(TEXT)
    expect(body(other)).to_have_value(TEXT)
    body(other).fill(f"{TEXT}!")
    expect(body(page)).to_have_value(f"{TEXT}!")
    other.route("**/posts/", answer_lost)
    send(other)
    expect(status(other)).to_contain_text("check your connection")
    send(page)
    expect(page.locator("#timeline article")).to_have_count(1)
    expect(body(other)).to_have_value("")
    assert susan.posts.get().body == f"{TEXT}!"


def test_what_two_tabs_write_at_once_is_both_kept(page, tab):
    other = tab()
    silence = "addEventListener('storage', event => event.stopImmediatePropagation(), true)"
    other.close()
    page.context.add_init_script(silence)  # as if each wrote before it heard of the other
    page.reload()
    other = tab()
    body(page).fill("One")
    other.reload()
    expect(body(other)).to_have_value("One")
    body(page).fill("One or two")
    body(other).fill("One and three")
    assert sorted(kept(page)) == ["One and three", "One or two"]
    send(other)
    expect(other.locator("#timeline article")).to_have_count(1)
    assert kept(page) == ["One or two"]
    other.reload()
    expect(body(other)).to_have_value("One or two")


def test_log_out_leaves_nothing_and_nobody_else_sees_it(page, tab, susan, john, log_in):
    body(page).fill(TEXT)
    log_in(john)
    others = tab()
    expect(body(others)).to_have_value("")
    body(others).fill("John's")
    log_in(susan)
    page.reload()
    expect(body(page)).to_have_value(TEXT)
    other = tab("/settings/preferences/")
    other.evaluate("button = document.querySelector('[formaction=\"/logout/\"]'); button.form.requestSubmit(button)")
    expect(other.locator('[formaction="/logout/"]')).to_have_count(0)
    assert kept(page) == ["John's"]
    log_in(susan)
    expect(body(tab())).to_have_value("")


FORBIDDEN = "Object.defineProperty(window, 'localStorage', {get() { throw new DOMException('', 'SecurityError'); }})"
FULL = """const set = Storage.prototype.setItem;
Storage.prototype.setItem = function (...entry) {
    if (this === localStorage) throw new DOMException('', 'QuotaExceededError');
    set.apply(this, entry);
}"""


@pytest.mark.parametrize("storage", [FORBIDDEN, FULL], ids=["forbidden", "full"])
def test_without_storage_one_writes_all_the_same(page, storage):
    page.add_init_script(storage)
    page.reload()
    body(page).fill(TEXT)
    body(page).fill(f"{TEXT}!")
    send(page)
    expect(page.locator("#timeline article")).to_contain_text(f"{TEXT}!")
    expect(body(page)).to_have_value("")
    assert Post.objects.count() == 1


def test_what_was_sent_or_is_old_does_not_come_back(page):
    home = page.url
    body(page).fill("By script")
    send(page)
    expect(page.locator("#timeline article")).to_have_count(1)
    page.goto(f"{home}explore/")
    page.go_back()
    expect(page.locator("#timeline article")).to_have_count(1)
    expect(body(page)).to_have_value("")

    body(page).fill("Without a script")
    page.evaluate("document.getElementById('composer').submit()")
    expect(page.locator("#timeline article")).to_have_count(2)
    expect(body(page)).to_have_value("")
    assert kept(page) == []

    body(page).fill("A month ago")
    page.evaluate("""for (const key of Object.keys(localStorage)) {
        localStorage[key] = JSON.stringify({...JSON.parse(localStorage[key]), at: Date.now() - 31 * 24 * 3600 * 1000})
    }""")
    page.reload()
    expect(page.locator("#timeline article")).to_have_count(2)
    expect(body(page)).to_have_value("")
    assert page.evaluate("Object.keys(localStorage).filter(key => key.startsWith('draft '))") == []
