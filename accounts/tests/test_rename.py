from datetime import timedelta

import pytest
from django.db import IntegrityError
from django.urls import reverse
from django.utils import timezone
from pytest_django.asserts import assertFormError, assertRedirects

from accounts.models import FormerUsername, User

from .factories import UserFactory


def rename(client, username):
    return client.post(reverse("settings_profile"), {"username": username, "display_name": "", "about_me": ""})


def former_names(person):
    return list(person.former_usernames.values_list("username", flat=True))


def expire_holds(settings):
    FormerUsername.objects.update(given_up_at=timezone.now() - timedelta(days=settings.FORMER_USERNAME_DAYS))


def test_a_new_name_counts_at_once_and_the_old_one_leads_to_it(susan, susan_client):
    assertRedirects(rename(susan_client, "sue"), reverse("settings_profile"))
    susan.refresh_from_db()
    assert susan.username == "sue"
    assert User.objects.formerly_named("SUSAN").get() == susan
    assert not User.objects.named("susan").exists()


def test_nobody_else_can_take_the_old_name_for_90_days(susan_client, john_client, settings):
    rename(susan_client, "sue")
    assertFormError(rename(john_client, "Susan").context["form"], "username", "This name is taken. Choose another one.")
    expire_holds(settings)
    rename(john_client, "susan")
    assert User.objects.named("susan").get().email == "john@example.org"


def test_the_old_name_leads_on_for_90_days(susan, susan_client, settings):
    rename(susan_client, "sue")
    FormerUsername.objects.update(given_up_at=timezone.now() - timedelta(days=89))
    assert User.objects.formerly_named("susan").exists()
    expire_holds(settings)
    assert not User.objects.formerly_named("susan").exists()


def test_one_may_take_back_an_old_name(susan, susan_client):
    rename(susan_client, "sue")
    rename(susan_client, "susan")
    assert former_names(susan) == ["sue"]


def test_another_spelling_is_no_new_name(susan, susan_client):
    rename(susan_client, "SuSan")
    susan.refresh_from_db()
    assert susan.username == "SuSan"
    assert former_names(susan) == []


def test_several_old_names_lead_to_the_newest(susan, susan_client):
    for name in ("sue", "susie", "suzy"):
        rename(susan_client, name)
    assert set(former_names(susan)) == {"susan", "sue", "susie"}
    assert {User.objects.formerly_named(name).get().username for name in former_names(susan)} == {"suzy"}


def test_a_name_whose_hold_ran_out_can_be_given_up_again(susan, susan_client, john_client, john, settings):
    rename(susan_client, "sue")
    expire_holds(settings)
    rename(john_client, "susan")
    rename(john_client, "johnny")
    assert User.objects.formerly_named("susan").get() == john


def test_a_name_taken_between_the_check_and_the_writing_is_refused(susan, susan_client, monkeypatch):
    """As in a race: the query says that the name is free, the database knows better."""
    UserFactory(username="sue")
    answers = iter([False])
    monkeypatch.setattr("accounts.models.people.PeopleManager.is_taken", lambda *args, **kwargs: next(answers))
    assertFormError(rename(susan_client, "Sue").context["form"], "username", "This name is taken. Choose another one.")
    susan.refresh_from_db()
    assert susan.username == "susan"
    assert former_names(susan) == []


def test_a_name_held_between_the_check_and_the_writing_is_refused(susan, john):
    FormerUsername.objects.hold("sue", john)
    with pytest.raises(IntegrityError):
        susan.rename("sue")
    susan.refresh_from_db()
    assert susan.username == "susan"
    assert former_names(susan) == []
