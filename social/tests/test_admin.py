import pytest
from django.contrib.auth import get_user_model
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.tests.factories import UserFactory
from social.models import Follow

FOLLOWS = reverse("admin:social_follow_changelist")


def counts(person):
    person = get_user_model().objects.get(pk=person.pk)
    return person.followers_count, person.following_count


@pytest.fixture
def follow(susan, john):
    Follow.objects.follow(susan, john)
    return Follow.objects.get()


def test_follows_are_found_by_either_person(moderator_client, follow, boss):
    def found(term):
        return list(moderator_client.get(FOLLOWS, {"q": term}).context["cl"].result_list)

    assert found("susan") == found("@JOHN") == found("") == [follow]
    assert found(boss.username) == found("nobody") == found("sus") == []


def test_the_list_asks_the_same_few_queries_for_any_number_of_follows(moderator_client, follow, susan):
    def queries():
        with CaptureQueriesContext(connection) as captured:
            moderator_client.get(FOLLOWS)
        return captured.captured_queries

    few = queries()
    for person in UserFactory.create_batch(60):
        Follow.objects.follow(susan, person)
    many = queries()
    assert len(many) == len(few) <= 7
    assert not [query["sql"] for query in many if "COUNT(" in query["sql"]]


def test_deleting_a_follow_counts_it_out(boss_client, follow, susan, john):
    boss_client.post(reverse("admin:social_follow_delete", args=[follow.pk]), {"post": "yes"})
    assert not Follow.objects.exists()
    assert (counts(susan), counts(john)) == ((0, 0), (0, 0))


def test_deleting_several_counts_each_out(boss_client, follow, susan, john):
    Follow.objects.follow(john, susan)
    chosen = list(Follow.objects.values_list("pk", flat=True))
    boss_client.post(FOLLOWS, {"action": "delete_selected", "_selected_action": chosen, "post": "yes"})
    assert not Follow.objects.exists()
    assert (counts(susan), counts(john)) == ((0, 0), (0, 0))


@pytest.mark.any_database
def test_nobody_follows_in_the_name_of_others(boss_client, follow, boss):
    change = {"follower": boss.pk, "followed": follow.followed_id, "_save": "Save"}
    assert boss_client.post(reverse("admin:social_follow_change", args=[follow.pk]), change).status_code == 403
    assert boss_client.get(reverse("admin:social_follow_add")).status_code == 403
