"""Acts on people and posts leave readers where they are; a toast tells what happened and undoes it."""

import re

import pytest
from playwright.sync_api import expect

from accounts.tests.factories import UserFactory
from posts.models import Like, Post
from posts.tests.factories import PostFactory
from social.models import Block, Follow, Mute

from .test_accessibility import faults, overflow

IDS = "articles => articles.map(({ id }) => id)"


@pytest.fixture
def posts(susan, john):
    """What Susan's home shows, newest first: posts by John, by Anna and by herself."""
    anna = UserFactory(username="anna")
    for person in (john, anna):
        Follow.objects.follow(susan, person)
    filler = PostFactory.create_batch(6, author=anna, body="One\n\ntwo\n\nthree")
    mine = PostFactory(author=susan, body="Mine")
    quote = PostFactory(author=anna, body="Look", quote_of=PostFactory(author=john, body="Quoted"))
    return {"mine": mine, "hers": quote, "his": PostFactory(author=john, body="His"), "last": filler[0]}


@pytest.fixture
def reader(susan, log_in, posts):
    log_in(susan)
    return susan


def card(page, post):
    return page.locator(f"article#post-{post.pk}")


def toast(page):
    return page.locator("#said")


def choose(page, post, name):
    """An act from the menu of a post."""
    card(page, post).locator(".post-menu").click()
    item(page, post, name).click()


def item(page, post, name):
    return card(page, post).locator(".menu-item").filter(has_text=re.compile(f"^{name}$"))


def undo(page):
    toast(page).get_by_role("button", name=re.compile("Undo|Unblock")).click()


@pytest.mark.parametrize(("act", "model"), [("Mute", Mute), ("Block", Block)])
def test_who_is_muted_or_blocked_leaves_the_list_and_comes_back_in_place(page, visit, reader, posts, act, model):
    visit("/")
    order = page.locator("#timeline article").evaluate_all(IDS)
    choose(page, posts["his"], f"{act} @john")
    expect(card(page, posts["his"])).to_be_hidden()
    expect(card(page, posts["hers"])).to_be_visible()
    expect(card(page, posts["hers"])).to_be_focused()
    quoted = card(page, posts["hers"]).locator(".post-quote")
    expect(quoted).to_be_visible(visible=act == "Mute")
    assert model.objects.count() == 1
    assert (faults(page), overflow(page)) == ([], 0)
    undo(page)
    expect(card(page, posts["his"])).to_be_visible()
    expect(quoted).to_be_visible()
    assert not model.objects.exists()
    assert Follow.objects.filter(follower=reader, followed__username="john").exists()
    page.reload()
    assert page.locator("#timeline article").evaluate_all(IDS) == order


@pytest.mark.parametrize("act", ["Mute", "Block"])
def test_a_list_shows_what_it_shows_when_it_is_loaded_again(page, visit, reader, john, posts, act, tab):
    anna, theirs, his = posts["hers"].author, posts["last"], posts["his"]
    answer = PostFactory(author=john, in_reply_to=theirs, body="His answer")
    for body in ("Hers to that", "Hers to his"):
        answer = PostFactory(author=anna, in_reply_to=answer, body=body)
        answer = posts["his"] if body == "Hers to that" else answer
    for other in (theirs, PostFactory(body="By somebody whom Susan doesn't follow")):
        Post.objects.repost(john, other)
    Post.objects.repost(anna, his)
    for path in ("/", "/explore/", "/@anna/", "/@anna/replies/", theirs.get_absolute_url(), "/likes/"):
        Like.objects.add(reader, his)
        visit(path)
        his_cards = page.locator("article", has=page.locator("> .post-head [href='/@john/']"))
        if not his_cards.count():
            continue
        his_cards.first.locator(".post-menu").click()
        his_cards.first.locator(f"[formaction='/@john/{act.lower()}/']:not([value])").click()
        expect(toast(page)).not_to_be_empty()
        tab.wait_for_answers()
        page.evaluate("localStorage.clear()")  # the toast is not for the next page
        shown = page.locator("article[id]:visible").evaluate_all(IDS)
        page.reload()
        assert (path, page.locator("article[id]:visible").evaluate_all(IDS)) == (path, shown)
        Mute.objects.all().delete()
        Block.objects.all().delete()
        Follow.objects.follow(reader, john)


def test_by_keyboard_the_focus_goes_to_undo_and_back(page, visit, reader, posts):
    visit("/")
    for key, is_back in (("Enter", True), ("Escape", False)):
        card(page, posts["his"]).locator(".post-menu").focus()
        page.keyboard.press("Enter")
        item(page, posts["his"], "Mute @john").focus()
        page.keyboard.press("Enter")
        expect(toast(page).get_by_role("button", name="Undo")).to_be_focused()
        page.keyboard.press(key)
        expect(card(page, posts["his"] if is_back else posts["hers"])).to_be_focused()
        expect(card(page, posts["his"])).to_be_visible(visible=is_back)
    expect(toast(page)).to_be_empty()
    assert Mute.objects.count() == 1


def test_a_post_is_deleted_at_once_and_comes_back_from_the_next_page_and_from_another_tab(
    page, context, visit, live_server, reader, posts
):
    visit("/")
    page.evaluate("scrollTo(0, 200)")
    choose(page, posts["mine"], "Delete")
    expect(card(page, posts["mine"])).to_be_hidden()
    assert abs(page.evaluate("scrollY") - 200) <= 1
    assert Post.objects.withdrawn().get() == posts["mine"]
    visit("/@susan/")
    expect(page.get_by_text("You haven't written anything yet")).to_be_visible()
    undo(page)
    expect(card(page, posts["mine"])).to_be_visible()
    expect(page.get_by_text("You haven't written anything yet")).to_be_hidden()

    choose(page, posts["mine"], "Delete")
    expect(page.get_by_text("You haven't written anything yet")).to_be_visible()
    expect(page.locator(f"#counts-{reader.pk}").first).to_contain_text("0 posts")
    page.close()
    tab = context.new_page()
    tab.goto(f"{live_server.url}/explore/")
    undo(tab)
    expect(card(tab, posts["mine"])).to_be_visible()


def test_on_its_own_page_deleting_leads_back_to_where_one_came_from(page, visit, reader, posts):
    visit("/explore/")
    card(page, posts["mine"]).get_by_text("Mine").click()
    expect(page).to_have_url(re.compile(f"/{posts['mine'].pk}/$"))
    choose(page, posts["mine"], "Delete")
    expect(page).to_have_url(re.compile("/explore/$"))
    expect(card(page, posts["mine"])).to_be_hidden()
    undo(page)
    expect(card(page, posts["mine"])).to_be_visible()


def test_the_page_of_who_is_blocked_becomes_another_one_and_comes_back(page, visit, reader, posts, john, asked_for):
    asked_for.append("/@john/: Failed to load")
    visit("/@john/")
    page.locator(".person-menu > button").click()
    page.locator(".person-menu").get_by_role("button", name="Block").click()
    expect(page.get_by_role("heading", name="You've blocked @john")).to_be_visible()
    undo(page)
    expect(page.get_by_role("button", name="Following: unfollow john")).to_be_visible()
    expect(toast(page)).to_contain_text("follow them again")


def test_unfollowing_in_a_list_changes_the_button_and_the_numbers(page, visit, reader, posts, john):
    visit("/@susan/following/")
    button = page.get_by_role("button", name="Following: unfollow john")
    expect(button.get_by_text("Unfollow", exact=True)).to_be_hidden()
    width = button.bounding_box()["width"]
    button.hover()
    expect(button.get_by_text("Unfollow", exact=True)).to_be_visible()
    assert button.bounding_box()["width"] == width
    button.click()
    expect(page.get_by_role("button", name="Follow john")).to_be_focused()
    expect(page.locator(f"#counts-{reader.pk}")).to_contain_text("1 following")
    undo(page)
    expect(button).to_be_visible()
    expect(page.locator(f"#counts-{reader.pk}")).to_contain_text("2 following")
    expect(toast(page)).to_be_empty()


def test_who_is_unblocked_leaves_the_settings_until_that_is_undone(page, visit, reader, john):
    Block.objects.block(reader, john)
    visit("/settings/blocks/")
    row = page.locator(".person").filter(has_text="@john")
    row.get_by_role("button").click()
    expect(row).to_be_hidden()
    expect(page.get_by_text("You haven't blocked anyone.")).to_be_visible()
    toast(page).get_by_role("button", name="Undo").click()
    expect(row).to_be_visible()
    assert Block.objects.count() == 1


def test_a_toast_stays_while_it_is_pointed_at_and_goes_when_its_time_is_over(page, visit, reader, posts, tab):
    visit("/")
    choose(page, posts["his"], "Mute @john")
    expect(toast(page)).to_contain_text("Undo")
    tab.pass_time("00:50")
    toast(page).hover()
    tab.pass_time("02:00")
    expect(toast(page)).to_contain_text("Undo")
    page.mouse.move(5, 5)
    tab.pass_time("00:04")
    expect(toast(page)).to_be_empty()
    visit("/explore/")
    expect(page.get_by_role("heading", name="Explore")).to_be_visible()
    expect(toast(page)).to_be_empty()


def test_an_act_that_fails_says_so_where_it_was(page, visit, reader, posts, asked_for):
    asked_for.append("/like/: Failed to load")
    visit("/explore/")
    address = page.url
    page.route("**/like/", lambda route: route.abort())
    card(page, posts["his"]).get_by_role("button", name="Like").click()
    expect(toast(page)).to_contain_text("Check your connection")
    page.unroute("**/like/")
    Post.objects.filter(pk=posts["his"].pk).update(hidden=True)
    card(page, posts["his"]).get_by_role("button", name="Like").click()
    expect(toast(page)).to_contain_text("no longer available")
    assert page.url == address


def test_an_undo_that_fails_says_so_and_one_that_is_too_late_goes(page, visit, reader, posts, asked_for):
    asked_for.append("/undelete/: Failed to load")
    visit("/")
    choose(page, posts["mine"], "Delete")
    expect(toast(page)).to_contain_text("Your post has been deleted.")
    page.route("**/undelete/", lambda route: route.abort())
    undo(page)
    expect(toast(page)).to_contain_text("Check your connection")
    page.unroute("**/undelete/")
    page.set_viewport_size({"width": 320, "height": 640})
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    assert (faults(page), overflow(page) <= 0) == ([], True)
    Post.objects.filter(pk=posts["mine"].pk).update(deleted_at="2026-01-01T00:00Z")
    undo(page)
    expect(toast(page)).to_contain_text("too late")


def test_a_report_is_sent_over_the_list_and_then_one_can_block(page, visit, reader, posts, asked_for):
    asked_for.append("status of 422")
    visit("/explore/")
    address = page.url
    choose(page, posts["his"], "Report this post")
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("button", name="Send the report").click()
    expect(dialog.get_by_text("Choose the closest match.")).to_be_visible()
    dialog.get_by_role("radio").first.check()
    dialog.get_by_role("button", name="Send the report").click()
    expect(dialog).to_be_hidden()
    expect(toast(page)).to_contain_text("Thank you.")
    assert page.url == address
    expect(toast(page).get_by_role("button", name="Mute @john")).to_be_visible()
    toast(page).get_by_role("button", name="Block @john").click()
    expect(card(page, posts["his"])).to_be_hidden()
    undo(page)
    expect(card(page, posts["his"])).to_be_visible()
