from datetime import timedelta

import pytest
from django.db import IntegrityError
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects, assertTemplateUsed

from accounts.personal_data.tasks import prune
from posts.tests.factories import PostFactory
from social.models import Block, Follow, Mute
from tests.races import at_once

AJAX = {"X-Requested-With": "XMLHttpRequest"}
HOUR = timedelta(hours=1)


def end(mute):
    """Let the mute expire."""
    Mute.objects.filter(pk=mute.pk).update(until=timezone.now() - timedelta(seconds=1))


def test_muting_and_unmuting(susan_client, susan, john):
    assertRedirects(susan_client.post("/@john/mute/"), "/@john/")
    assert (mute := Mute.objects.get()).until is None
    assert (mute.muter, mute.muted) == (susan, john)
    assertRedirects(susan_client.post("/@john/unmute/"), "/@john/")
    assert not Mute.objects.exists()


def test_both_are_safe_to_send_twice(susan_client, john):
    for _click in range(2):
        assert susan_client.post("/@john/mute/").status_code == 302
    assert Mute.objects.count() == 1
    for _click in range(2):
        assert susan_client.post("/@john/unmute/").status_code == 302
    assert not Mute.objects.exists()


@pytest.mark.any_database
@pytest.mark.parametrize("days", [1, 7, 30])
def test_a_mute_can_last_for_a_day_a_week_or_a_month(susan_client, john, days):
    susan_client.post("/@john/mute/", {"days": days})
    assert abs(Mute.objects.get().until - timezone.now() - timedelta(days=days)) < HOUR


@pytest.mark.any_database
@pytest.mark.parametrize("days", ["", "0", "2", "-1", "1.0", " 7", "٧", "x", "\0", "9" * 5000])
def test_any_other_number_of_days_is_for_ever(susan_client, john, days):
    susan_client.post("/@john/mute/", {"days": days})
    assert Mute.objects.get().until is None


def test_the_last_word_counts(susan_client, john):
    susan_client.post("/@john/mute/", {"days": 1})
    susan_client.post("/@john/mute/", {"days": 30})
    assert Mute.objects.get().until > timezone.now() + timedelta(days=29)
    susan_client.post("/@john/mute/")
    assert Mute.objects.get().until is None


def test_nobody_mutes_themself(susan_client, susan):
    assert susan_client.post("/@susan/mute/").status_code == 302
    assert not Mute.objects.exists()
    assert Mute.objects.mute(susan, susan) is False
    with pytest.raises(IntegrityError):
        Mute.objects.create(muter=susan, muted=susan)


def test_a_mute_ends_no_follow(susan, john):
    Follow.objects.follow(susan, john)
    Mute.objects.mute(susan, john)
    assert Follow.objects.filter(follower=susan, followed=john).exists()


def test_only_mutes_whose_time_has_not_come_are_current(susan, john):
    Mute.objects.mute(susan, john, timezone.now() + HOUR)
    assert Mute.objects.current().get().muted == john
    end(Mute.objects.get())
    assert not Mute.objects.current().exists()
    assert Mute.objects.find(susan, john) is None


@pytest.mark.parametrize("path", ["/", "/explore/"])
def test_timelines_leave_out_whom_i_muted_until_it_ends(susan_client, susan, john, path):
    Follow.objects.follow(susan, john)
    PostFactory(author=john, body="Goal!")
    Mute.objects.mute(susan, john, timezone.now() + HOUR)
    assertNotContains(susan_client.get(path), "Goal!")
    end(Mute.objects.get())
    assertContains(susan_client.get(path), "Goal!")


def test_profile_and_post_stay_as_they_are(susan_client, susan, john):
    post = PostFactory(author=john, body="Goal!")
    Mute.objects.mute(susan, john)
    assertContains(susan_client.get("/@john/"), "Goal!")
    assertContains(susan_client.get(post.get_absolute_url()), "Goal!")


def test_a_mute_is_no_concern_of_others(susan, john, client, john_client):
    PostFactory(author=susan, body="From Susan")
    PostFactory(author=john, body="From John")
    Mute.objects.mute(susan, john)
    for reader in (client, john_client):
        assertContains(reader.get("/explore/"), "From John")
        assertContains(reader.get("/explore/"), "From Susan")


@pytest.mark.any_database
def test_a_profile_offers_to_mute_or_unmute(susan_client, susan, john, client):
    response = susan_client.get("/@john/")
    assertContains(response, 'formaction="/@john/mute/"', count=4)
    assertContains(response, f'<li id="mute-{john.pk}" hidden>')
    Mute.objects.mute(susan, john, timezone.now() + HOUR)
    response = susan_client.get("/@john/")
    assertContains(response, 'formaction="/@john/unmute/"', count=1)
    assertNotContains(response, 'formaction="/@john/mute/"')
    assertContains(response, f'<li id="mute-{john.pk}">')
    for person in (susan_client.get("/@susan/"), client.get("/@john/")):
        assertNotContains(person, "person-menu")


@pytest.mark.any_database
def test_messages_say_for_how_long(susan_client, john):
    answers = {
        "": "You won&#x27;t see @john&#x27;s posts in your timelines.",
        "1": "You won&#x27;t see @john&#x27;s posts in your timelines for 1 day.",
        "7": "You won&#x27;t see @john&#x27;s posts in your timelines for 7 days.",
    }
    for days, text in answers.items():
        assertContains(susan_client.post("/@john/mute/", {"days": days}, follow=True), text)
    assertContains(
        susan_client.post("/@john/unmute/", follow=True), "You&#x27;ll see @john&#x27;s posts in your timelines again."
    )


@pytest.mark.any_database
def test_it_leads_back_to_the_page_of_this_site_it_came_from(susan_client, john):
    here = {"Referer": "http://testserver/explore/?before=7"}
    assertRedirects(susan_client.post("/@john/mute/", headers=here), "/explore/?before=7")


@pytest.mark.any_database
def test_a_script_gets_the_menu_as_it_is_now(susan_client, john):
    response = susan_client.post("/@john/mute/", {"days": 7}, headers=AJAX)
    assertTemplateUsed(response, "social/_person_menu.html")
    assertContains(response, "/@john/unmute/")
    assertContains(response, f'<li id="mute-{john.pk}">')
    assertContains(susan_client.post("/@john/unmute/", headers=AJAX), "/@john/mute/")


@pytest.mark.any_database
def test_what_undoes_it_is_offered_where_it_is_the_same_again(susan_client, john):
    undo = 'formaction="/@john/%s/">Undo</button>'
    for days, is_offered in (("", True), ("7", False)):
        assertContains(susan_client.post("/@john/mute/", {"days": days}, follow=True), undo % "unmute")
        again = susan_client.post("/@john/unmute/", follow=True)
        assertContains(again, undo % "mute", count=int(is_offered))


def test_somebody_blocked_either_way_cannot_be_muted(susan, john, susan_client, john_client):
    Block.objects.block(susan, john)
    assert susan_client.post("/@john/mute/").status_code == 404
    assert john_client.post("/@susan/mute/").status_code == 404
    assert not Mute.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_twelve_at_once_leave_one_mute_or_none(susan, john):
    assert set(at_once(lambda _number: Mute.objects.mute(susan, john))) == {True}
    assert Mute.objects.count() == 1
    acts = [Mute.objects.mute, Mute.objects.unmute]
    at_once(lambda number: acts[number % 2](susan, john))
    assert Mute.objects.count() <= 1


def test_a_mute_that_is_over_is_deleted_some_day(susan, john, moderator):
    Mute.objects.mute(susan, john, timezone.now() - HOUR)
    Mute.objects.mute(susan, moderator, timezone.now() + HOUR)
    Mute.objects.mute(john, susan)
    prune.call()
    assert set(Mute.objects.values_list("muted__username", flat=True)) == {"marta", "susan"}
