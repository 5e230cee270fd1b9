import pytest
from django.db import IntegrityError
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects, assertTemplateUsed

from accounts.models import User
from social.models import Follow

AJAX = {"X-Requested-With": "XMLHttpRequest"}


def counters(*people):
    return [User.objects.values_list("following_count", "followers_count").get(pk=person.pk) for person in people]


def test_following_and_unfollowing_are_counted(susan_client, susan, john):
    assertRedirects(susan_client.post("/@john/follow/"), "/@john/")
    assert Follow.objects.filter(follower=susan, followed=john).exists()
    assert counters(susan, john) == [(1, 0), (0, 1)]
    assertRedirects(susan_client.post("/@john/unfollow/"), "/@john/")
    assert not Follow.objects.exists()
    assert counters(susan, john) == [(0, 0), (0, 0)]


def test_both_are_safe_to_send_twice(susan_client, susan, john):
    for _click in range(2):
        assert susan_client.post("/@john/follow/").status_code == 302
    assert counters(susan, john) == [(1, 0), (0, 1)]
    for _click in range(2):
        assert susan_client.post("/@john/unfollow/").status_code == 302
    assert counters(susan, john) == [(0, 0), (0, 0)]


def test_nobody_follows_themself(susan_client, susan):
    assert susan_client.post("/@susan/follow/").status_code == 302
    assert not Follow.objects.exists()
    assert counters(susan) == [(0, 0)]


def test_the_database_lets_nobody_follow_themself(susan):
    with pytest.raises(IntegrityError):
        Follow.objects.create(follower=susan, followed=susan)


def test_suspended_people_and_nobody_are_not_found(susan_client, susan, john):
    john.suspend()
    assert susan_client.post("/@john/follow/").status_code == 404
    assert susan_client.post("/@nobody/follow/").status_code == 404
    assert Follow.objects.follow(susan, john) is False
    assert not Follow.objects.exists()


def test_any_spelling_of_the_name_acts_at_once(susan_client, susan, john):
    assert susan_client.post("/@JOHN/follow/").status_code == 302
    assert Follow.objects.filter(follower=susan, followed=john).exists()


def test_a_former_name_acts_at_once_too(susan_client, susan, john):
    john.rename("johnny")
    susan_client.post("/@john/follow/")
    assert Follow.objects.filter(follower=susan, followed=john).exists()


@pytest.mark.any_database
def test_it_leads_back_to_the_page_of_this_site_it_came_from(susan_client, john):
    here = {"Referer": "http://testserver/explore/?before=7"}
    assertRedirects(susan_client.post("/@john/follow/", headers=here), "/explore/?before=7")
    elsewhere = {"Referer": "https://evil.example/explore/"}
    assertRedirects(susan_client.post("/@john/follow/", headers=elsewhere), "/@john/")


@pytest.mark.any_database
def test_a_script_gets_the_button_for_the_way_back(susan_client, john):
    response = susan_client.post("/@john/follow/", headers=AJAX)
    assert response.status_code == 200
    assertTemplateUsed(response, "social/_follow.html")
    assert "/@john/unfollow/" in response.text
    assert "<html" not in response.text
    assert "/@john/follow/" in susan_client.post("/@john/unfollow/", headers=AJAX).text


@pytest.mark.any_database
def test_a_script_gets_the_new_number_of_followers(susan_client, john):
    assertContains(susan_client.post("/@john/follow/", headers=AJAX), "<strong>1</strong> follower", count=1)
    assertContains(susan_client.post("/@john/unfollow/", headers=AJAX), "<strong>0</strong> followers", count=2)


@pytest.mark.any_database
def test_a_script_gets_one_s_own_number_too(susan_client, susan, john):
    response = susan_client.post("/@john/follow/", headers=AJAX)
    assertContains(response, f'<ul class="counts" id="counts-{susan.pk}">')
    assertContains(response, "<strong>1</strong> following", count=1)


@pytest.mark.any_database
def test_unfollowing_can_be_undone_unless_one_would_have_to_ask(susan_client, john):
    susan_client.post("/@john/follow/")
    response = susan_client.post("/@john/unfollow/", follow=True)
    assertContains(response, "You no longer follow @john.")
    assertContains(response, 'formaction="/@john/follow/">Undo</button>')
    assertNotContains(susan_client.post("/@john/unfollow/", follow=True), "You no longer follow")
    susan_client.post("/@john/follow/")
    User.objects.filter(pk=john.pk).update(approve_followers=True)
    response = susan_client.post("/@john/unfollow/", follow=True)
    assertContains(response, "To follow them again, you&#x27;ll have to ask.")
    assertNotContains(response, "Undo")
    susan_client.post("/@john/follow/")
    assertContains(susan_client.post("/@john/unfollow/", follow=True), "withdrawn your request to follow @john.")


@pytest.mark.any_database
@pytest.mark.parametrize("act", ["follow", "unfollow"])
def test_a_get_leads_to_the_profile_and_changes_nothing(susan_client, john, act):
    assertRedirects(susan_client.get(f"/@john/{act}/"), "/@john/")
    assert not Follow.objects.exists()


@pytest.mark.any_database
@pytest.mark.parametrize("act", ["follow", "unfollow"])
def test_strangers_log_in_first_and_come_back_to_where_they_were(client, john, act):
    response = client.post(f"/@john/{act}/", headers={"Referer": "http://testserver/@john/"})
    assertRedirects(response, "/login/?next=/%40john/")
    assert client.post(f"/@john/{act}/", headers=AJAX).status_code == 401


def test_deleting_a_follow_elsewhere_counts_it_out(susan, john):
    Follow.objects.follow(susan, john)
    follow = Follow.objects.get()
    assert follow.delete() == (1, {"social.Follow": 1})
    assert follow.delete() == (0, {"social.Follow": 0})
    assert counters(susan, john) == [(0, 0), (0, 0)]


@pytest.mark.any_database
@pytest.mark.parametrize("referer", ["nonsense", "nonsense/", "?", "#", "http:", "http://testserver"])
def test_a_referer_that_is_no_address_breaks_nothing(susan_client, john, referer):
    assert susan_client.post("/@john/follow/", headers={"Referer": referer}).status_code == 302
