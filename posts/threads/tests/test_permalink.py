import re

import pytest
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from accounts.models import User
from posts.models import ConversationMute
from posts.tests.factories import PostFactory

pytestmark = pytest.mark.any_database


@pytest.fixture
def post(john):
    return PostFactory(author=john, body="Found the leak!")


def test_a_post_has_a_page_of_its_own(client, post):
    assertContains(client.get(post.get_absolute_url()), "Found the leak!")
    assert post.get_absolute_url() == f"/@john/{post.pk}/"


def test_another_spelling_of_the_name_leads_to_the_canonical_page(client, post):
    assertRedirects(client.get(f"/@JoHn/{post.pk}/"), post.get_absolute_url())


def test_a_post_is_found_under_its_authors_former_name(client, post, john):
    john.rename("johnny")
    assertRedirects(client.get(f"/@john/{post.pk}/"), f"/@johnny/{post.pk}/")


def test_a_post_is_not_found_under_somebody_elses_name(client, post, susan):
    assert client.get(f"/@susan/{post.pk}/").status_code == 404


def test_hidden_posts_are_found_by_nobody(client, john_client, post):
    post.hide()
    assert client.get(post.get_absolute_url()).status_code == 404
    assert john_client.get(post.get_absolute_url()).status_code == 404
    post.show()
    assert client.get(post.get_absolute_url()).status_code == 200


def test_posts_of_suspended_people_are_not_found(client, post, john):
    john.suspend()
    assert client.get(post.get_absolute_url()).status_code == 404


@pytest.mark.parametrize("number", [0, 2**31, 2**63 - 1, 2**63, 10**30, "9" * 5000])
def test_numbers_no_post_can_have_are_not_found(john_client, number):
    for url in (f"/@john/{number}/", f"/posts/{number}/edit/", f"/posts/{number}/delete/"):
        assert john_client.get(url).status_code == 404


def test_only_its_author_is_offered_to_edit_a_post(client, susan_client, john_client, post):
    edit = f"/posts/{post.pk}/edit/"
    assertContains(john_client.get(post.get_absolute_url()), edit)
    for reader in (client, susan_client):
        assert edit not in reader.get(post.get_absolute_url()).text


def test_a_closed_site_shows_posts_to_its_people_only(client, susan_client, post, settings):
    settings.PUBLIC_READING = False
    url = post.get_absolute_url()
    assertRedirects(client.get(url), f"/login/?next={url}")
    assert susan_client.get(url).status_code == 200


def test_what_somebody_wrote_turns_no_title_and_no_preview_round(client, john):
    post = PostFactory(author=john, body="Over\u202eboard\u2066\nall hands")
    page = client.get(post.get_absolute_url()).text
    assert re.search("<title>(.*)</title>", page)[1] == "john: Overboard all hands · Microblog"
    head, _body, _rest = page.partition("<body>")
    assert not set(head) & set("\u202e\u2066")


def test_a_content_warning_stands_for_the_text_outside_the_post(client, john):
    post = PostFactory(author=john, body="The butler did it", content_warning="Spoilers")
    head = client.get(post.get_absolute_url()).text.partition("<body>")[0]
    assert "<title>john: Spoilers · Microblog</title>" in head
    assert '<meta name="description" content="Spoilers">' in head
    assert "butler" not in head


def test_a_post_for_followers_is_shown_to_no_machine(john, john_client):
    post = PostFactory(author=john, body="Between us", for_followers=True)
    head = john_client.get(post.get_absolute_url()).text.partition("<body>")[0]
    assert '<meta name="robots" content="noindex">' in head
    assert "Between us" not in re.sub("<title>.*</title>", "", head)
    assert "og:" not in head


def test_of_the_pages_of_a_thread_search_engines_keep_the_first(client, post):
    url = post.get_absolute_url()
    assertContains(client.get(url), f'<link rel="canonical" href="http://127.0.0.1:8000{url}">')
    assertContains(client.get(f"{url}?after=7"), '<meta name="robots" content="noindex">')


def test_those_who_may_write_can_reply_there(client, susan, susan_client, post, settings):
    url = post.get_absolute_url()
    assertContains(susan_client.get(url), '<textarea name="body"')
    page = client.get(url)
    assertContains(page, f'href="/login/?next={url}">')
    assertNotContains(page, '<textarea name="body"')
    settings.CONFIRM_EMAIL = "required"
    User.objects.update(email_confirmed_at=None)
    assertContains(susan_client.get(url), "You can reply as soon as you've confirmed your e-mail address.")
    assertNotContains(susan_client.get(url), '<textarea name="body"')


def test_a_conversation_can_be_muted_there(client, susan, susan_client, post):
    url = post.get_absolute_url()
    assertContains(susan_client.get(url), f'formaction="/posts/{post.pk}/mute/"')
    ConversationMute.objects.mute(susan, post)
    assertContains(susan_client.get(url), f'formaction="/posts/{post.pk}/unmute/"')
    assertNotContains(client.get(url), f'formaction="/posts/{post.pk}/mute/"')
