"""Reading a post in one's own language, with a stand-in for a translation service (`tests.translation_server`)."""

import re

import pytest
from playwright.sync_api import expect

from posts.tests.factories import PostFactory
from tests import translation_server

from .test_accessibility import faults

HELLO = "おはようございます。\n@john の船は https://ferry.example/ です。"


@pytest.fixture(autouse=True)
def words(translator):
    translator.phrases["es"] = {"おはようございます。": "Buenos días."}


@pytest.fixture
def post(john):
    return PostFactory(author=john, body=HELLO, language="ja")


@pytest.fixture
def reader(susan, log_in):
    """A reader of Spanish only."""
    susan.language = "es"
    susan.save()
    log_in(susan)
    return susan


def article(page, post):
    return page.locator(f"#post-{post.pk}")


def test_a_japanese_post_is_read_in_spanish_in_place_and_back(page, visit, post, reader, translator):
    visit("/explore/")
    address, shown = page.url, article(page, post)
    shown.get_by_role("button", name="Traducir").dblclick()
    translated = shown.locator(".post-translation")
    expect(translated).to_contain_text("Buenos días.")
    expect(translated).to_have_attribute("lang", "es")
    expect(translated.get_by_role("link", name="@john")).to_have_attribute("href", "/@john/")
    expect(translated.get_by_role("link", name="https://ferry.example/")).to_be_visible()
    expect(shown).to_contain_text("Japonés, traducido por DeepL")
    expect(shown.get_by_text("おはよう")).to_be_hidden()
    expect(shown.get_by_role("button", name="Ver el original")).to_be_focused()
    assert faults(page) == []

    shown.get_by_role("button", name="Ver el original").click()
    expect(shown.get_by_text("おはよう")).to_be_visible()
    expect(translated).to_be_hidden()
    shown.get_by_role("button", name="Traducir").click()
    expect(translated).to_be_visible()
    assert page.url == address
    assert len(translator.asked) == 1


def test_in_arabic_the_page_is_mirrored(page, visit, post, reader, translator):
    translator.phrases["ar"] = {"おはようございます。": "صباح الخير."}
    reader.language = "ar"
    reader.save()
    visit("/explore/")
    expect(page.locator("html")).to_have_attribute("dir", "rtl")
    article(page, post).locator(".btn-translate").click()
    translated = article(page, post).locator(".post-translation")
    expect(translated).to_contain_text("صباح الخير.")
    assert translated.evaluate("e => getComputedStyle(e).direction") == "rtl"
    navigation, content = (page.locator(place).bounding_box() for place in ("nav.site-nav", "main"))
    assert navigation["x"] >= content["x"] + content["width"]


def test_while_another_reader_waits_for_it_one_waits_too(page, visit, post, reader, translator):
    translator.gate.clear()
    visit("/explore/")
    page.evaluate(
        """([pk]) => { for (const number of [1, 2]) fetch(`/posts/${pk}/translation/`, {
            method: "POST", body: new FormData(document.getElementById("act")),
            headers: {"X-Requested-With": "XMLHttpRequest"}}) }""",
        [post.pk],
    )
    article(page, post).get_by_role("button", name="Traducir").click()
    expect(article(page, post)).to_have_attribute("aria-busy", "true")
    translator.gate.set()
    expect(article(page, post).locator(".post-translation")).to_contain_text("Buenos días.")
    assert len(translator.asked) == 1


def test_a_failure_is_said_once_and_the_original_stays(page, visit, post, reader, translator):
    translator.failure = translation_server.says(500)
    visit("/explore/")
    shown = article(page, post)
    shown.get_by_role("button", name="Traducir").click()
    expect(shown.get_by_role("status")).to_contain_text("El servicio de traducción no responde")
    expect(shown.get_by_text("おはよう")).to_be_visible()
    expect(shown.get_by_role("button", name="Traducir")).to_be_visible()


def test_posts_translate_themselves_as_they_come_into_view(page, visit, john, reader, translator):
    reader.translate_posts = True
    reader.save()
    posts = [PostFactory(author=john, body=f"{HELLO}\n{number}", language="ja") for number in range(25)]
    visit("/explore/")
    expect(article(page, posts[-1]).locator(".post-translation")).to_contain_text("Buenos días.")
    expect(article(page, posts[0]).locator(".post-translation")).to_have_count(0)
    article(page, posts[0]).scroll_into_view_if_needed()
    expect(article(page, posts[0]).locator(".post-translation")).to_contain_text("Buenos días.")


def test_after_a_failure_no_more_come_by_themselves(page, tab, visit, john, reader, translator):
    translator.failure = translation_server.says(500)
    reader.translate_posts = True
    reader.save()
    posts = [PostFactory(author=john, body=f"{HELLO}\n{number}", language="ja") for number in range(25)]
    visit("/explore/")
    tab.show(article(page, posts[-1]).locator(".btn-translate"))
    tab.pass_time("00:01")
    before = tab.asked
    assert 1 <= len(before) <= 2
    tab.show(article(page, posts[0]).locator(".btn-translate"))
    tab.pass_time("00:01")
    assert tab.asked == before
    expect(article(page, posts[0]).get_by_role("button", name="Traducir")).to_be_visible()
    expect(page.get_by_role("status").filter(has_text=re.compile("servicio"))).to_have_count(0)


def test_a_post_that_is_gone_does_not_keep_the_others_from_coming(page, visit, john, reader, translator):
    reader.translate_posts = True
    reader.save()
    others = [PostFactory(author=john, body=f"{HELLO}\n{number}", language="ja") for number in range(2)]
    gone = PostFactory(author=john, body=HELLO, language="ja")
    page.add_init_script(
        f"""const real = fetch; window.fetch = (url, options) => url.endsWith("/posts/{gone.pk}/translation/")
            ? Promise.resolve(new Response("", {{status: 404}})) : real(url, options)"""
    )
    visit("/explore/")
    for other in others:
        article(page, other).scroll_into_view_if_needed()
        expect(article(page, other).locator(".post-translation")).to_contain_text("Buenos días.")


def test_pressing_the_button_meanwhile_does_not_either(page, tab, visit, john, reader, translator):
    reader.translate_posts = True
    reader.save()
    posts = [PostFactory(author=john, body=f"{HELLO}\n{number}", language="ja") for number in range(4)]
    translator.gate.clear()
    visit("/explore/")
    article(page, posts[-1]).locator(".btn-translate").evaluate("button => button.click()")
    tab.show(article(page, posts[-1]).locator(".btn-translate"))
    page.clock.run_for("00:01")
    tab.wait_for_requests(2)
    translator.gate.set()
    page.clock.resume()
    for post in posts:
        article(page, post).scroll_into_view_if_needed()
        expect(article(page, post).locator(".post-translation")).to_contain_text("Buenos días.")


@pytest.mark.browser_context_args(java_script_enabled=False)
def test_without_scripts_it_opens_on_the_page_of_the_post(page, visit, post, reader, translator):
    visit("/explore/")
    article(page, post).get_by_role("button", name="Traducir").click()
    expect(page).to_have_url(re.compile(rf"/@john/{post.pk}/\?translation=es$"))
    expect(page.locator(".post-translation")).to_contain_text("Buenos días.")
    expect(page.get_by_text("おはよう")).to_be_hidden()
    page.locator("summary", has_text="Ver el original").click()
    expect(page.get_by_text("おはよう")).to_be_visible()
