import pytest
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from social.models import Follow

AJAX = {"X-Requested-With": "XMLHttpRequest"}


@pytest.fixture
def follow(susan, john):
    Follow.objects.follow(susan, john)
    return Follow.objects.get()


@pytest.mark.parametrize(("act", "hidden"), [("hide", True), ("show", False)])
def test_hiding_and_showing_are_safe_to_send_twice(susan_client, follow, act, hidden):
    Follow.objects.update(hides_reposts=not hidden)
    for _click in range(2):
        assertRedirects(susan_client.post(f"/@john/{act}-reposts/"), "/@john/")
        follow.refresh_from_db()
        assert follow.hides_reposts is hidden


def test_nothing_happens_where_one_does_not_follow(susan_client, susan, john):
    Follow.objects.follow(john, susan)
    response = susan_client.post("/@john/hide-reposts/", follow=True)
    assert not response.context["messages"]
    assert not Follow.objects.filter(hides_reposts=True).exists()


def test_the_menu_shows_the_way_on_and_back(susan_client, susan, john):
    assertNotContains(susan_client.get("/@john/"), "-reposts/")
    Follow.objects.follow(susan, john)
    assertContains(susan_client.get("/@john/"), 'formaction="/@john/hide-reposts/"')
    hidden = susan_client.post("/@john/hide-reposts/", headers=AJAX)
    assertContains(hidden, 'formaction="/@john/show-reposts/">Undo</button>')
    for page in (hidden, susan_client.get("/@john/")):
        assertContains(page, 'formaction="/@john/show-reposts/"')
        assertNotContains(page, "/hide-reposts/")


def test_reposts_are_shown_after_following_again(susan, john, follow):
    Follow.objects.hide_reposts(susan, john)
    Follow.objects.unfollow(susan, john)
    Follow.objects.follow(susan, john)
    assert not Follow.objects.get().hides_reposts
