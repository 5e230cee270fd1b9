import re

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Group, Permission
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django_otp.plugins.otp_totp.models import TOTPDevice
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from accounts.models import User
from accounts.tests.factories import UserFactory
from microblog_site.admin import BoundedPaginator
from tests.races import AT_ONCE, at_once

PEOPLE = reverse("admin:accounts_user_changelist")

pytestmark = pytest.mark.any_database


def page_of(person):
    return reverse("admin:accounts_user_change", args=[person.pk])


def found(client, **query):
    return {person.username for person in client.get(PEOPLE, query).context["cl"].result_list}


def moderate(client, action, *people, reason=None, **extra):
    """Select people in the list and an action for them; with a reason, also answer the page that asks for it."""
    data = {"action": action, "_selected_action": [person.pk for person in people], **extra}
    if reason is None:
        return client.post(PEOPLE, {**data, "index": 0})
    return client.post(PEOPLE, {**data, "reason": reason}, follow=True)


def is_suspended(person):
    return not User.objects.get(pk=person.pk).is_active


def history_of(person):
    entries = LogEntry.objects.filter(object_id=person.pk).order_by("pk")
    return [(entry.user.username, entry.get_change_message()) for entry in entries]


# The list


@pytest.fixture
def clerk(db):
    """Somebody of the staff with every right, who is no superuser."""
    clerk = UserFactory(username="clerk", is_staff=True)
    clerk.user_permissions.set(Permission.objects.all())
    clerk.groups.set([Group.objects.create(name="Clerks")])
    return clerk


@pytest.fixture
def crowd(susan, john):
    susan.display_name = "Susan Green"
    susan.save()
    UserFactory(username="susanne", email="other@mail.example")


@pytest.mark.every_database
@pytest.mark.parametrize("term", ["sus", "@SUSAN", "susan"])
def test_people_are_found_by_how_their_name_begins(moderator_client, crowd, term):
    assert found(moderator_client, q=term) == {"susan", "susanne"}


@pytest.mark.every_database
@pytest.mark.parametrize(("term", "people"), [("susan gr", {"susan"}), ("green", set()), ("s_s", set()), ("%", set())])
def test_the_whole_beginning_counts(moderator_client, crowd, term, people):
    assert found(moderator_client, q=term) == people


@pytest.mark.every_database
def test_superusers_find_people_by_address_too(boss_client, crowd):
    assert found(boss_client, q="Other@mail") == {"susanne"}


@pytest.mark.every_database
def test_people_are_filtered(moderator_client, moderator, susan, john):
    everybody = found(moderator_client)
    john.suspend()
    susan.request_deletion()
    assert found(moderator_client, state="suspended") == {"john"}
    assert found(moderator_client, state="leaving") == {"susan"}
    assert found(moderator_client, state="email") == found(moderator_client) == everybody
    assert found(moderator_client, is_staff__exact="1") == {moderator.username}


def test_the_list_asks_the_same_few_queries_for_any_number_of_people(boss_client):
    def queries():
        with CaptureQueriesContext(connection) as captured:
            boss_client.get(PEOPLE)
        return captured.captured_queries

    few = queries()
    UserFactory.create_batch(60)
    many = queries()
    assert len(many) == len(few) <= 5
    assert not [query["sql"] for query in many if "COUNT(" in query["sql"] or "DISTINCT" in query["sql"]]


@pytest.mark.every_database
def test_the_list_ends_where_nobody_pages_any_more(boss_client, monkeypatch):
    monkeypatch.setattr(BoundedPaginator, "MAX_COUNT", 100)
    UserFactory.create_batch(110)
    assertContains(boss_client.get(PEOPLE), "at least")
    assert len(boss_client.get(PEOPLE, {"p": 2}).context["cl"].result_list) == 50
    assert boss_client.get(PEOPLE, {"p": 3}).url.endswith("?e=1")


# What moderators may see


def test_moderators_see_no_address(moderator_client, susan):
    for url in (PEOPLE, page_of(susan), reverse("admin:accounts_user_history", args=[susan.pk])):
        response = moderator_client.get(url)
        assert response.status_code == 200
        assertNotContains(response, "susan@example.org")


@pytest.mark.every_database
@pytest.mark.parametrize(
    "lookup", ["email__startswith", "password__startswith", "sessions__session_key__startswith", "date_joined__year"]
)
def test_moderators_cannot_guess_at_what_they_do_not_see(moderator_client, susan, lookup):
    assert moderator_client.get(PEOPLE, {lookup: "s"}).status_code == 400
    assert found(moderator_client, q="susan@") == set()


def test_moderators_change_no_field(moderator_client, moderator, susan):
    for person in (susan, moderator):
        change = {"email": "mine@mail.example", "is_superuser": "on", "is_staff": "on", "_save": "Save"}
        assert moderator_client.post(page_of(person), change).status_code == 403
        assert moderator_client.get(reverse("admin:auth_user_password_change", args=[person.pk])).status_code == 403
    assert not User.objects.filter(is_superuser=True).exists()


def test_nobody_deletes_people_here(boss_client, susan):
    assert boss_client.get(reverse("admin:accounts_user_delete", args=[susan.pk])).status_code == 403
    assertNotContains(boss_client.get(PEOPLE), "delete_selected")


# Suspending and restoring


def test_suspending_asks_for_a_reason(moderator_client, susan):
    response = moderate(moderator_client, "suspend", susan)
    assertContains(response, "@susan")
    assertContains(response, "Reason")
    assert not is_suspended(susan)


@pytest.mark.parametrize("reason", ["", "  ", "x" * 501, "nul\x00"])
def test_no_reason_no_suspension(moderator_client, susan, reason):
    response = moderate(moderator_client, "suspend", susan, reason=reason)
    assert response.context["form"].errors
    assert not is_suspended(susan)


def test_a_suspended_person_is_out_at_once(moderator_client, susan, susan_client, john):
    response = moderate(moderator_client, "suspend", susan, reason="Sells pills")
    assertRedirects(response, PEOPLE)
    assertContains(response, "Done, and recorded in the history.")
    assert is_suspended(susan)
    assert not susan.sessions.exists()
    assert susan_client.get(reverse("settings_profile")).status_code == 302
    assert not is_suspended(john)


def test_the_history_tells_who_did_it_and_why(moderator_client, moderator, susan):
    moderate(moderator_client, "suspend", susan, reason="Sells pills")
    moderate(moderator_client, "restore", susan, reason="Sorry, wrong Susan")
    assert history_of(susan) == [
        (moderator.username, "Suspended: Sells pills"),
        (moderator.username, "Restored: Sorry, wrong Susan"),
    ]
    history = moderator_client.get(reverse("admin:accounts_user_history", args=[susan.pk]))
    assertContains(history, "Sorry, wrong Susan")
    assert not is_suspended(susan)


def test_several_people_at_once(moderator_client, susan, john):
    moderate(moderator_client, "suspend", susan, john, reason="Sell pills together")
    assert is_suspended(susan)
    assert is_suspended(john)
    assert len(history_of(susan)) == len(history_of(john)) == 1


def test_only_those_ticked_are_suspended(moderator_client, susan, john):
    moderate(moderator_client, "suspend", susan, reason="Sells pills", select_across="1")
    assert not is_suspended(john)


def test_the_same_from_a_person_s_own_page(moderator_client, susan):
    chosen = {"CHANGE_FORM-action": "suspend", "_selected_action": susan.pk}
    assertContains(moderator_client.get(page_of(susan)), "Suspend this person")
    question = moderator_client.post(page_of(susan), {**chosen, "index": 0})
    assertContains(question, 'name="CHANGE_FORM-action" value="suspend"')
    answer = moderator_client.post(page_of(susan), {**chosen, "reason": "Sells pills"})
    assertRedirects(answer, page_of(susan))
    assert is_suspended(susan)


def test_moderators_cannot_act_on_themselves_or_the_staff(moderator_client, moderator, boss, susan):
    colleague = UserFactory(is_staff=True)
    response = moderate(moderator_client, "suspend", moderator, boss, colleague, reason="A coup")
    assertContains(response, "Some were skipped")
    assert not any(map(is_suspended, (moderator, boss, colleague)))
    moderate(moderator_client, "suspend", colleague, susan, reason="Sells pills")
    assert not is_suspended(colleague)
    assert is_suspended(susan)


@pytest.mark.every_database
@pytest.mark.parametrize("chosen", ["", "abc", "\x00", "-1", "9" * 30])
def test_what_is_no_row_is_a_bad_request(moderator_client, susan, chosen):
    for url, field in ((PEOPLE, "action"), (page_of(susan), "CHANGE_FORM-action")):
        data = {field: "suspend", "_selected_action": [susan.pk, chosen], "index": 0, "reason": "Sells pills"}
        assert moderator_client.post(url, data).status_code == 400
    assert not is_suspended(susan)


def test_superusers_suspend_staff_but_not_themselves(boss_client, boss, moderator):
    moderate(boss_client, "suspend", moderator, boss, reason="Left the team")
    assert is_suspended(moderator)
    assert not is_suspended(boss)


def test_staff_without_the_right_are_offered_no_action(client, susan):
    staff = UserFactory(is_staff=True)
    client.force_login(staff)
    assert client.get(PEOPLE).status_code == 403
    assert moderate(client, "suspend", susan, reason="Because").status_code == 403
    assert not is_suspended(susan)


# Logging somebody out everywhere


def test_moderators_end_sessions_with_a_reason_and_nothing_else_changes(
    moderator_client, moderator, susan, susan_client
):
    assertContains(moderate(moderator_client, "end_sessions", susan), "Reason")
    assert susan.sessions.exists()
    moderate(moderator_client, "end_sessions", susan, reason="Her laptop was stolen")
    assert susan_client.get(reverse("settings_profile")).status_code == 302
    assert not is_suspended(susan)
    assert history_of(susan) == [(moderator.username, "Logged out everywhere: Her laptop was stolen")]


def test_those_of_the_staff_are_ended_by_superusers_alone(moderator_client, moderator, boss_client, boss):
    colleague = UserFactory(is_staff=True)
    Client().force_login(colleague)
    moderate(moderator_client, "end_sessions", colleague, boss, moderator, reason="A coup")
    assert all(person.sessions.exists() for person in (colleague, boss, moderator))
    moderate(boss_client, "end_sessions", colleague, reason="Left the team")
    assert not colleague.sessions.exists()


# The staff


def test_superusers_add_staff(boss_client):
    form = {"username": "greta", "email": "greta@example.org", "usable_password": "true"}
    form |= {"password1": "seven purple kettles", "password2": "seven purple kettles"}
    boss_client.post(reverse("admin:accounts_user_add"), form)
    greta = User.objects.get(username="greta")
    assert greta.check_password("seven purple kettles")
    change = {"email": "greta@example.org", "display_name": "", "about_me": "", "is_staff": "on"}
    assertRedirects(boss_client.post(page_of(greta), change), PEOPLE)
    assert User.objects.get(username="greta").is_staff


@pytest.mark.every_database
def test_only_superusers_give_rights(client, clerk, susan):
    client.force_login(clerk)
    data = {"username": "susan", "email": "new@example.org", "is_staff": "on", "is_superuser": "on"}
    data |= {"user_permissions": [Permission.objects.first().pk], "groups": [clerk.groups.get().pk]}
    assertRedirects(client.post(page_of(susan), data), PEOPLE)
    susan.refresh_from_db()
    assert susan.email == "new@example.org"
    assert (susan.is_staff, susan.is_superuser) == (False, False)
    assert [*susan.user_permissions.all(), *susan.groups.all()] == []
    group = reverse("admin:auth_group_change", args=[clerk.groups.get().pk])
    assert client.post(group, {"name": "Clerks", "permissions": [1]}).status_code == 403
    assert client.get(reverse("admin:auth_group_add")).status_code == 403


def test_only_superusers_change_the_staff(client, clerk, boss, moderator):
    client.force_login(clerk)
    new = {"password1": "a new and long one", "password2": "a new and long one", "usable_password": "true"}
    for person in (clerk, moderator, boss):
        url = reverse("admin:auth_user_password_change", args=[person.pk])
        assert client.post(url, new).status_code == 403
        assert client.post(page_of(person), {"email": "new@example.org", "is_superuser": "on"}).status_code == 403
        password = person.password
        person.refresh_from_db()
        assert (person.password, person.email != "new@example.org") == (password, True)


def test_a_name_given_up_lately_is_not_given_to_somebody_else(boss_client, susan):
    susan.rename("zoe")
    form = {"username": "susan", "email": "greta@example.org", "usable_password": "true"}
    form |= {"password1": "seven purple kettles", "password2": "seven purple kettles"}
    assert boss_client.post(reverse("admin:accounts_user_add"), form).status_code == 200
    assert not User.objects.named("susan").exists()


@pytest.mark.parametrize("wrong", [{"username": "SUSAN"}, {"email": "susan"}, {"username": "a b"}])
def test_names_and_addresses_are_checked_as_at_sign_up(boss_client, susan, wrong):
    form = {"username": "greta", "email": "greta@example.org", "usable_password": "true"}
    form |= {"password1": "seven purple kettles", "password2": "seven purple kettles"}
    response = boss_client.post(reverse("admin:accounts_user_add"), form | wrong)
    assert response.status_code == 200
    assert response.context["errors"]
    assert User.objects.count() == 2


def test_an_address_written_by_staff_is_only_a_claim(boss_client, susan):
    form = {"username": "greta", "email": "Susan@example.org", "usable_password": "true"}
    form |= {"password1": "seven purple kettles", "password2": "seven purple kettles"}
    boss_client.post(reverse("admin:accounts_user_add"), form)
    assert User.objects.get(username="greta").email_confirmed_at is None
    assert User.objects.with_email("susan@example.org").first() == susan


NEW_PASSWORD = {"usable_password": "true", "password1": "seven purple kettles", "password2": "seven purple kettles"}


def test_superusers_give_a_new_password(boss_client, susan, susan_client):
    susan.claim_email("evil@example.org")
    boss_client.post(reverse("admin:auth_user_password_change", args=[susan.pk]), NEW_PASSWORD)
    susan.refresh_from_db()
    assert susan.check_password("seven purple kettles")
    assert susan.pending_email == ""
    assert susan_client.get(reverse("settings_profile")).status_code == 302


def test_superusers_take_a_password_away(boss_client, susan):
    form = {"usable_password": "false", "unset-password": ""}
    boss_client.post(reverse("admin:auth_user_password_change", args=[susan.pk]), form)
    susan.refresh_from_db()
    assert not susan.has_usable_password()


@pytest.mark.parametrize(
    "form",
    [
        {"usable_password": "false", "set-password": ""},  # the two contradict each other
        NEW_PASSWORD | {"usable_password": "false"},
        NEW_PASSWORD | {"password2": "eight purple kettles"},
        {},
    ],
)
def test_a_password_form_that_changes_nothing_logs_nobody_out(boss_client, susan, susan_client, form):
    boss_client.post(reverse("admin:auth_user_password_change", args=[susan.pk]), form)
    assert User.objects.get(pk=susan.pk).password == susan.password
    assert susan_client.get(reverse("settings_profile")).status_code == 200
    assert history_of(susan) == []


@pytest.mark.parametrize("pk", ["999999", "x", "_31"])
def test_nobody_s_password_is_not_found(boss_client, pk):
    assert boss_client.post(f"/admin/accounts/user/{pk}/password/", NEW_PASSWORD).status_code == 404


def test_saving_a_person_unchanged_is_no_entry_in_the_history(boss_client, susan, susan_client):
    assertRedirects(boss_client.post(page_of(susan), {"email": susan.email}), PEOPLE)
    assert history_of(susan) == []
    boss_client.post(page_of(susan), {"email": susan.email, "display_name": "Sue"})
    assert len(history_of(susan)) == 1
    assert susan_client.get(reverse("settings_profile")).status_code == 200


def test_the_second_tab_does_nothing_once_more(moderator_client, boss_client, susan):
    for number, action in enumerate(["suspend", "restore"]):
        answers = [moderate(moderator_client, action, susan, reason="Sells pills") for _time in range(2)]
        assert len(history_of(susan)) == number + 1
        assertContains(answers[1], "Some were skipped")
        assertNotContains(answers[1], "Done")


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("action", ["suspend", "remove_two_factor"])
def test_of_many_at_once_one_does_it(boss, susan, action):
    TOTPDevice.objects.create(user=susan)
    clients = [Client() for _number in range(AT_ONCE)]
    for client in clients:
        client.force_login(boss)
    answers = at_once(lambda number: moderate(clients[number], action, susan, reason="Because"))
    assert len(history_of(susan)) == 1
    assert sum("Done, and recorded" in answer.content.decode() for answer in answers) == 1


@pytest.mark.parametrize(
    ("url", "form", "written"),
    [
        ("admin:accounts_user_change", {"display_name": "Sue"}, {"display_name"}),
        (
            "admin:accounts_user_change",
            {"email": "sue@example.org"},
            {"email", "email_confirmed_at", "pending_email"},
        ),
        ("admin:auth_user_password_change", NEW_PASSWORD, {"password", "pending_email"}),
    ],
)
def test_what_happens_to_a_person_meanwhile_is_not_written_over(boss_client, susan, url, form, written):
    with CaptureQueriesContext(connection) as queries:
        boss_client.post(reverse(url, args=[susan.pk]), {"email": susan.email, **form})
    (update,) = [query["sql"] for query in queries if query["sql"].startswith('UPDATE "accounts_user"')]
    assert set(re.findall(r'"(\w+)" = ', update.partition(" WHERE ")[0])) == written


def test_a_form_suspends_nobody_without_a_reason(boss_client, susan):
    boss_client.post(page_of(susan), {"email": susan.email, "is_active": "", "username": "renamed"})
    susan.refresh_from_db()
    assert (susan.is_active, susan.username) == (True, "susan")
