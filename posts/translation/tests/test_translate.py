"""A post in the reader's language: requested once from the service, stored for all readers, deleted when the text
changes.
"""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.html import escape
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from accounts.models import User
from microblog_site.tests.test_database_down import database_down
from posts.forms import EditForm
from posts.models import Post, ProviderDay, Translation
from posts.tests.factories import PostFactory
from posts.translation import services
from posts.translation.models import Untranslated
from social.models import Block, Mute

AJAX = {"X-Requested-With": "XMLHttpRequest"}
JAPANESE, ENGLISH, SPANISH = "潮が満ちてきた", "The tide is coming in", "Está subiendo la marea"
EDITED, EDITED_ENGLISH = "干潮だ", "It is low tide"
NOT_SET_UP = escape("Translation isn't set up on this site.")
REFUSED = escape("This post can't be translated into your language.")
PHRASES = {"en-us": {JAPANESE: ENGLISH, EDITED: EDITED_ENGLISH}, "es": {JAPANESE: SPANISH}}

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]


@pytest.fixture
def post(john):
    return PostFactory(author=john, body=JAPANESE, language="ja")


@pytest.fixture
def translator(translator):
    translator.phrases = PHRASES
    return translator


def asked(translator):
    """What was sent: texts, source and target language."""
    sent = [request.json for request in translator.asked]
    return [(*body["text"], body.get("source_lang"), body["target_lang"]) for body in sent]


def meanwhile(translator, act):
    """Let `act` happen during a request to the service, which answers normally."""

    def answer(handler):
        try:
            act()
        finally:
            connection.close()
        handler.reply_json(*translator.answer(translator.asked[-1]))

    translator.failure = answer


def url_of(post):
    return reverse("post_translation", args=[post.pk])


def ask(client, post, **extra):
    """The response to a script that asks for `post`."""
    return client.post(url_of(post), headers=AJAX, **extra)


def page_of(post, language="en"):
    return f"{post.get_absolute_url()}?translation={language}"


def keep(post, language="en", body=ENGLISH, **columns):
    """A translation that is already stored."""
    columns = {"digest": post.digest, "provider": "deepl", "source": post.language} | columns
    columns = {"made_at": timezone.now(), "html": body} | columns
    return Translation.objects.create(post=post, language=language, body=body, **columns)


def edit(post, body, language):
    form = EditForm(post.author, {"body": body, "language": language})
    assert form.is_valid()
    assert form.edit(Post.objects.get(pk=post.pk))


def test_a_translation_stands_behind_the_content_warning_of_the_post(client, john):
    post = PostFactory(author=john, body=JAPANESE, language="ja", content_warning="Ending")
    keep(post)
    page = client.get(page_of(post)).text
    warning, translation = page.index('<details class="post-warning">'), page.index(ENGLISH)
    assert warning < translation < page.index("</details>", warning)


# For a script


@pytest.mark.every_database
def test_a_reader_gets_the_post_in_their_language(susan_client, post, translator):
    response = ask(susan_client, post)
    assertContains(response, ENGLISH)
    assertContains(response, 'lang="en"')
    assertContains(response, "DeepL")
    assertNotContains(response, "<html")
    assert asked(translator) == [(JAPANESE, "JA", "EN-US")]


def test_the_next_reader_gets_what_is_kept(susan_client, moderator_client, post, translator):
    for client in (susan_client, susan_client, moderator_client):
        assertContains(ask(client, post), ENGLISH)
    assert len(translator.asked) == 1


def test_each_language_is_a_translation_of_its_own(susan_client, moderator_client, moderator, post, translator):
    User.objects.filter(pk=moderator.pk).update(language="es")
    assertContains(ask(susan_client, post), ENGLISH)
    assertContains(ask(moderator_client, post), SPANISH)
    assert len(translator.asked) == 2


def test_what_is_sent_with_the_request_is_not_translated(susan_client, post, translator):
    ask(susan_client, post, data={"body": "My homework", "text": "My homework", "q": "My homework", "language": "fr"})
    assert asked(translator) == [(JAPANESE, "JA", "EN-US")]


def test_the_service_finds_out_the_language_where_it_is_not_known(susan_client, john, translator):
    post = PostFactory(author=john, body="Oink")
    Post.objects.update(language="")
    translator.detected = "nl"
    assertContains(ask(susan_client, post), "OINK")
    assert asked(translator) == [("Oink", None, "EN-US")]
    assert Translation.objects.get().source == "nl"


def test_a_language_that_stays_unknown_is_not_named(susan_client, post, translator):
    Post.objects.update(language="")
    translator.detected = "tlh"
    assertContains(ask(susan_client, post), "<span>DeepL</span>")


def test_links_mentions_and_what_looks_like_html_are_as_in_posts(susan_client, post, translator):
    Post.objects.update(body=f"<script> {JAPANESE} 1 < 2\n@john https://example.com/")
    response = ask(susan_client, post)
    assertContains(response, '<a href="/@john/" dir="ltr">@john</a>')
    assertContains(response, '<a href="https://example.com/"')
    assertContains(response, f"&lt;script&gt; {JAPANESE} 1 &lt; 2\n")


# Without scripts


def test_a_browser_is_led_to_the_post_with_its_translation(susan_client, post, translator):
    response = susan_client.post(url_of(post))
    assertRedirects(response, page_of(post), fetch_redirect_response=False)
    page = susan_client.get(response.url)
    assertContains(page, ENGLISH)
    assertContains(page, JAPANESE)


def test_reading_a_page_asks_nobody(susan_client, post, translator):
    for url in (post.get_absolute_url(), page_of(post), page_of(post, "es"), "/", "/explore/", url_of(post)):
        susan_client.get(url)
    assert translator.asked == []
    assert not Translation.objects.exists()


def test_a_page_shows_a_translation_only_when_asked_to(client, post):
    keep(post)
    assertNotContains(client.get(post.get_absolute_url()), ENGLISH)
    assertContains(client.get(page_of(post)), ENGLISH)


@pytest.mark.parametrize("language", ["xx", "", "EN ", "%00", "en%00", "x" * 3000])
def test_other_languages_are_none(client, post, language):
    keep(post)
    assertNotContains(client.get(page_of(post, language)), ENGLISH)


def test_a_browser_reads_on_the_page_why_there_is_none(susan_client, post):
    response = susan_client.post(url_of(post), follow=True)
    assertRedirects(response, page_of(post))
    assertContains(response, NOT_SET_UP)
    assertNotContains(susan_client.get(page_of(post)), NOT_SET_UP)


def test_a_link_to_the_action_leads_to_the_post(client, post):
    assertRedirects(client.get(url_of(post)), post.get_absolute_url())


def test_a_form_without_its_token_is_refused(post, translator):
    browser = Client(enforce_csrf_checks=True)
    assert browser.post(url_of(post)).status_code == 403


# Who gets one


def test_strangers_get_what_is_kept(client, post, translator):
    keep(post)
    assertContains(ask(client, post), ENGLISH)
    assertContains(client.post(url_of(post), follow=True), ENGLISH)


def test_for_strangers_nobody_is_asked(client, post, translator):
    assertContains(ask(client, post), "Log in to translate this post.")
    assertContains(client.post(url_of(post), follow=True), "Log in to translate this post.")
    assert translator.asked == []


def test_where_addresses_must_be_confirmed_nobody_is_asked_for_those_who_did_not(
    susan, susan_client, post, translator, settings
):
    settings.CONFIRM_EMAIL = "required"
    susan.__class__.objects.update(email_confirmed_at=None)
    assertContains(ask(susan_client, post), "Confirm your e-mail address first")
    assert translator.asked == []
    keep(post)
    assertContains(ask(susan_client, post), ENGLISH)


def test_on_a_closed_site_strangers_get_nothing(client, post, settings):
    settings.PUBLIC_READING = False
    keep(post)
    assert ask(client, post).status_code == 401
    assert client.post(url_of(post)).url == "/login/"


@pytest.mark.every_database
@pytest.mark.parametrize("number", [0, 2**31, 2**63 - 1, 2**63, 10**30, "9" * 4000])
def test_numbers_no_post_can_have_are_not_found(susan_client, number):
    assert susan_client.post(f"/posts/{number}/translation/").status_code == 404


def blocked_by_susan(post, susan):
    Block.objects.block(susan, post.author)


def who_blocked_susan(post, susan):
    Block.objects.block(post.author, susan)


def of_somebody_suspended(post, susan):
    post.author.suspend()


def of_somebody_leaving(post, susan):
    post.author.request_deletion()


def hidden(post, susan):
    post.hide()


OUT_OF_SIGHT = [blocked_by_susan, who_blocked_susan, of_somebody_suspended, of_somebody_leaving, hidden]


@pytest.mark.parametrize("become", OUT_OF_SIGHT)
def test_a_post_that_is_not_seen_is_not_translated_either(susan, susan_client, post, translator, become):
    keep(post)
    become(post, susan)
    assert ask(susan_client, post).status_code == 404
    assert susan_client.post(url_of(post)).status_code == 404
    assert susan_client.get(page_of(post)).status_code == 404


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("become", [who_blocked_susan, of_somebody_suspended, hidden])
def test_nor_one_that_goes_out_of_sight_meanwhile(susan, susan_client, post, translator, become):
    meanwhile(translator, lambda: become(Post.objects.get(pk=post.pk), susan))
    assert ask(susan_client, post).status_code == 404


def test_posts_of_muted_people_are_translated_where_they_are_seen(susan, susan_client, post, translator):
    Mute.objects.mute(susan, post.author)
    assertContains(ask(susan_client, post), ENGLISH)


# Nothing to ask


@pytest.mark.parametrize(
    ("of_post", "of_reader"),
    [("es", "es"), ("pt", "pt-br"), ("zh", "zh-hans"), ("zh-Hant", "zh-hans")],
)
def test_there_is_nothing_to_translate_for_who_reads_the_language(john, translator, susan, of_post, of_reader):
    post = PostFactory(author=john, language=of_post)
    with pytest.raises(Untranslated) as reason:
        Translation.objects.give(post, of_reader, susan)
    assert reason.value.kind == "refused"
    assert translator.asked == []


def test_nor_where_the_service_tells_that_it_was_that_language(susan_client, post, translator):
    Post.objects.update(language="")
    translator.detected = "en"
    for _time in range(2):
        assertContains(ask(susan_client, post), REFUSED)
    assert len(translator.asked) == 1


@pytest.mark.parametrize("translator", ["libretranslate"], indirect=True)
def test_a_pair_that_the_service_does_not_know_is_not_asked_for(susan_client, john, translator):
    post = PostFactory(author=john, language="mr")
    assertContains(ask(susan_client, post), REFUSED)
    assert translator.asked == []


@pytest.mark.parametrize("body", ["https://example.com/ 🐙", "\n".join([JAPANESE] * 51)])
def test_nor_a_post_without_words_or_with_too_many_lines(susan_client, john, translator, body):
    post = PostFactory(author=john, body=body, language="ja")
    assertContains(ask(susan_client, post), REFUSED)
    assert translator.asked == []
    assert not ProviderDay.objects.exists()


def test_without_a_service_there_is_what_is_kept(susan_client, post):
    assertContains(ask(susan_client, post), NOT_SET_UP)
    keep(post)
    assertContains(ask(susan_client, post), ENGLISH)


# Text and translation stay together


@pytest.mark.every_database
def test_an_edit_makes_translations_go(susan_client, post, translator):
    ask(susan_client, post)
    edit(post, EDITED, "ja")
    assert not Translation.objects.exists()
    assertContains(ask(susan_client, post), EDITED_ENGLISH)


def test_another_language_of_the_same_text_makes_them_go_too(post):
    keep(post)
    edit(post, JAPANESE, "zh")
    assert not Translation.objects.exists()


def test_saving_without_a_change_leaves_them(susan_client, post):
    keep(post)
    edit(post, JAPANESE, "ja")
    assertContains(ask(susan_client, post), ENGLISH)
    assert Post.objects.get().version == 1


@pytest.mark.django_db(transaction=True)
def test_a_post_edited_while_it_is_translated_is_translated_anew(susan_client, post, translator):
    meanwhile(translator, lambda: edit(post, EDITED, "ja"))
    response = ask(susan_client, post)
    assert response.status_code == 202
    assertNotContains(response, ENGLISH, status_code=202)
    translator.failure = None
    assertContains(ask(susan_client, post), EDITED_ENGLISH)
    assert Translation.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_nothing_is_left_of_a_post_deleted_while_it_is_translated(susan_client, post, translator):
    meanwhile(translator, Post.objects.get(pk=post.pk).delete)
    assert ask(susan_client, post).status_code == 404
    assert not Translation.objects.exists()


# One asks, the others wait


def test_who_comes_second_is_told_to_come_back(susan_client, post, translator):
    keep(post, body="", made_at=None)
    response = ask(susan_client, post)
    assertContains(response, "This post is being translated.", status_code=202)
    assert response["Retry-After"] == "1"
    assert translator.asked == []


def test_so_are_strangers(client, post):
    keep(post, body="", made_at=None)
    assert ask(client, post).status_code == 202


def test_a_browser_reads_it_on_the_page(susan_client, post):
    keep(post, body="", made_at=None)
    assertContains(susan_client.post(url_of(post), follow=True), "This post is being translated.", count=1)
    assertContains(susan_client.get(page_of(post)), "This post is being translated.")


def test_one_that_a_killed_process_was_at_is_taken_over(susan_client, post, translator):
    keep(post, body="", made_at=None, claimed_at=timezone.now() - timedelta(seconds=29))
    assert ask(susan_client, post).status_code == 202
    Translation.objects.update(claimed_at=timezone.now() - timedelta(seconds=31))
    assertContains(ask(susan_client, post), ENGLISH)
    assert Translation.objects.count() == 1


@pytest.mark.parametrize("the_second_is_done", [True, False])
def test_who_was_thought_dead_spoils_nothing(post, translator, the_second_is_done):
    first = Translation.objects.claim(post, "en", services.service())
    Translation.objects.update(claimed_at=timezone.now() - timedelta(seconds=31))
    second = Translation.objects.claim(post, "en", services.service())
    if the_second_is_done:
        assert second.keep(services.Translated("The second", "ja"))
    assert not first.keep(services.Translated("The first", "ja"))
    with pytest.raises(ZeroDivisionError), first.given_up_on_failure():
        raise ZeroDivisionError
    assert Translation.objects.get().body == ("The second" if the_second_is_done else "")


def test_nobody_begins_with_a_text_that_was_edited(post, translator):
    Post.objects.get(pk=post.pk).edit(EDITED, "ja")
    assert Translation.objects.claim(post, "en", services.service()) is None
    assert not Translation.objects.exists()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("statement", ["", "INSERT", "UPDATE"])
def test_while_the_database_is_down_readers_get_the_page_that_says_so(susan_client, post, translator, statement):
    susan_client.raise_request_exception = False
    with database_down(refused=statement):
        assert ask(susan_client, post).status_code == 503
    assertContains(ask(susan_client, post), ENGLISH)
