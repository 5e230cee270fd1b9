import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pytest_django.asserts import assertContains, assertNotContains

from accounts.tests.factories import UserFactory
from posts.tests.factories import PostFactory
from social.models import Mute

pytestmark = pytest.mark.any_database


def test_the_post_of_somebody_else_can_be_reported_and_its_author_muted_and_blocked(susan_client, john):
    post = PostFactory(author=john)
    for path in ("/explore/", "/@john/", post.get_absolute_url()):
        response = susan_client.get(path)
        assertContains(response, "Mute <bdi>@john</bdi>")
        assertContains(response, "Block <bdi>@john</bdi>")
        assertContains(response, f'href="/report/?post={post.pk}"')
        for days in (1, 7, 30):
            assertContains(response, f'formaction="/@john/mute/" name="days" value="{days}"')


def test_ones_own_post_can_be_edited_and_deleted_instead(susan_client, susan):
    post = PostFactory(author=susan)
    response = susan_client.get(post.get_absolute_url())
    assertContains(response, f"/posts/{post.pk}/edit/")
    assertNotContains(response, "/@susan/mute/")


@pytest.mark.parametrize(("act", "word"), [("bookmark", "Bookmarked"), ("pin", "Pinned")])
def test_beside_the_menu_is_what_one_did_in_it(susan_client, client, susan, act, word):
    post = PostFactory(author=susan)
    mark = f'<span class="visually-hidden">{word}</span>'
    assertNotContains(susan_client.get("/explore/"), mark)
    susan_client.post(f"/posts/{post.pk}/{act}/")
    assertContains(susan_client.get("/explore/"), mark)
    assertNotContains(client.get("/explore/"), mark)


def test_strangers_get_no_menu(client, john):
    PostFactory(author=john)
    assertNotContains(client.get("/explore/"), "post-menu")


def test_menus_ask_nothing_for_each_post(susan_client, susan):
    def queries():
        with CaptureQueriesContext(connection) as captured:
            susan_client.get("/explore/")
        return len(captured)

    PostFactory()
    susan_client.get("/explore/")
    one = queries()
    for person in UserFactory.create_batch(5):
        PostFactory(author=person)
        Mute.objects.mute(person, susan)
    susan_client.get("/explore/")
    assert queries() == one


def test_muting_from_a_post_leads_back_to_the_timeline_without_it(susan_client, john):
    PostFactory(author=john, body="Goal!")
    here = {"Referer": "http://testserver/explore/"}
    response = susan_client.post("/@john/mute/", {"days": 1}, headers=here, follow=True)
    assert response.redirect_chain == [("/explore/", 302)]
    assertNotContains(response, "Goal!")
