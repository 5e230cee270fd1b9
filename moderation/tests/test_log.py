import pytest
from django.contrib import admin
from django.contrib.admin.models import ADDITION, CHANGE, LogEntry
from django.contrib.auth.models import Group
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from pytest_django.asserts import assertContains, assertNotContains

from accounts.tests.factories import UserFactory
from moderation.models import Report
from posts.tests.factories import PostFactory

LOG = reverse("admin:admin_logentry_changelist")
ACTS = {"suspend": "accounts_user", "restore": "accounts_user", "hide": "posts_post", "show": "posts_post"}


def moderate(client, action, *things):
    data = {"action": action, "_selected_action": [thing.pk for thing in things], "reason": f"Because of {action}"}
    client.post(reverse(f"admin:{ACTS[action]}_changelist"), data)


def close(client, report, note):
    client.post(reverse("admin:moderation_report_change", args=[report.pk]), {"outcome": "dismissed", "note": note})


def read(client, **query):
    """The entries of the log, newest first: who did what."""
    entries = client.get(LOG, query).context["cl"].result_list
    return [(entry.user.username, entry.get_change_message()) for entry in entries]


@pytest.fixture
def post(john):
    return PostFactory(author=john, body="Cheap pills here")


def test_it_tells_what_moderators_did_and_why_newest_first(moderator_client, boss_client, john, post):
    Report.objects.file(UserFactory(), john, reason="spam")
    moderate(moderator_client, "hide", post)
    moderate(moderator_client, "show", post)
    moderate(boss_client, "suspend", john)
    moderate(boss_client, "restore", john)
    close(moderator_client, Report.objects.get(), "Just birds")
    assert read(moderator_client) == [
        ("marta", "No action: Just birds"),
        ("brenda", "Restored: Because of restore"),
        ("brenda", "Suspended: Because of suspend"),
        ("marta", "Shown again: Because of show"),
        ("marta", "Hidden: Because of hide"),
    ]


@pytest.mark.any_database
def test_it_leads_to_what_it_is_about(moderator_client, john, post):
    moderate(moderator_client, "suspend", john)
    moderate(moderator_client, "hide", post)
    page = moderator_client.get(LOG)
    assertContains(page, f'person <a href="/admin/accounts/user/{john.pk}/change/">@john</a>')
    assertContains(page, f'post <a href="/admin/posts/post/{post.pk}/change/">Cheap pills here</a>')


@pytest.mark.any_database
def test_it_is_found_under_its_name(moderator_client):
    assertContains(moderator_client.get(reverse("admin:index")), f'<a href="{LOG}">Moderation log</a>')
    assertContains(moderator_client.get(LOG), "<h1>Moderation log</h1>")


def test_it_is_searched_by_who_did_it_and_to_whom(moderator_client, boss_client, john, susan, post):
    Report.objects.file(UserFactory(), john, reason="spam")
    moderate(moderator_client, "hide", post)
    moderate(boss_client, "suspend", susan)
    close(boss_client, Report.objects.get(), "Just birds")
    hidden, suspended = ("marta", "Hidden: Because of hide"), ("brenda", "Suspended: Because of suspend")
    dismissed = ("brenda", "No action: Just birds")
    assert read(moderator_client, q="@John") == [dismissed, hidden]
    assert read(moderator_client, q="susan") == [suspended]
    assert read(moderator_client, q="brenda") == [dismissed, suspended]
    assert read(moderator_client, q="nobody") == []


def test_the_log_of_a_person_is_found_under_their_new_name(moderator_client, john, post):
    moderate(moderator_client, "suspend", john)
    john.rename("johnny")
    assert read(moderator_client, q="johnny") == [("marta", "Suspended: Because of suspend")]
    assert read(moderator_client, q="john") == []


# Nobody edits it


@pytest.mark.any_database
@pytest.mark.parametrize("client_name", ["moderator_client", "boss_client"])
def test_nobody_adds_changes_or_deletes_an_entry(request, client_name, moderator_client, john):
    client = request.getfixturevalue(client_name)
    moderate(moderator_client, "suspend", john)
    entry = LogEntry.objects.get()
    before = list(LogEntry.objects.values())
    assert client.get(reverse("admin:admin_logentry_add")).status_code == 403
    for name in ("change", "delete"):
        url = reverse(f"admin:admin_logentry_{name}", args=[entry.pk])
        assert client.post(url, {"post": "yes", "change_message": "Nothing", "_save": "Save"}).status_code == 403
    assertNotContains(client.get(LOG), "delete_selected")
    client.post(LOG, {"action": "delete_selected", "_selected_action": entry.pk, "post": "yes"})
    assert list(LogEntry.objects.values()) == before


@pytest.mark.any_database
def test_no_other_list_takes_entries_away(boss_client, boss, moderator_client, john, post):
    """Entries are deleted with their author's account, so no list may delete accounts; they are deleted with nothing
    else.
    """
    cascades = {relation.related_model for relation in LogEntry._meta.get_fields() if relation.many_to_one}
    deletable = {
        model
        for model, model_admin in admin.site._registry.items()
        if model_admin.has_delete_permission(boss_client.get(reverse("admin:index")).wsgi_request)
    }
    assert cascades & deletable == set()
    moderate(moderator_client, "hide", post)
    boss_client.post(reverse("admin:posts_post_delete", args=[post.pk]), {"post": "yes"})
    boss_client.post(reverse("admin:auth_group_delete", args=[Group.objects.get().pk]), {"post": "yes"})
    assert ("marta", "Hidden: Because of hide") in read(boss_client)


# Permissions


@pytest.mark.any_database
def test_others_do_not_read_it(susan_client, client):
    client.force_login(UserFactory(is_staff=True))
    for stranger in (susan_client, client):
        assert stranger.get(LOG).status_code in (302, 403)


def test_moderators_read_of_nothing_that_they_do_not_see(moderator_client, boss_client, boss, john):
    LogEntry.objects.log_actions(boss.pk, [Group.objects.create(name="Friends of John")], ADDITION, "")
    assert len(read(boss_client)) == 1
    assert read(moderator_client) == []


def test_moderators_do_not_read_what_is_about_themselves(moderator_client, moderator, boss_client, john):
    other = UserFactory(username="otto", is_superuser=True, is_staff=True)
    Report.objects.file(john, moderator, reason="hate")
    LogEntry.objects.log_actions(other.pk, [Report.objects.get()], CHANGE, "No action: john is wrong")
    post = PostFactory(author=moderator)
    LogEntry.objects.log_actions(other.pk, [post], CHANGE, "Hidden: john is right")
    LogEntry.objects.log_actions(other.pk, [moderator], CHANGE, "Warned: john is right")
    LogEntry.objects.log_actions(other.pk, [john], CHANGE, "Warned: john is wrong")
    assert read(moderator_client) == [("otto", "Warned: john is wrong")]
    assert len(read(boss_client)) == 4
    for name, thing in (("accounts_user", moderator), ("posts_post", post)):
        history = reverse(f"admin:{name}_history", args=[thing.pk])
        assert moderator_client.get(history).status_code == 403
        assertContains(boss_client.get(history), "john is right")
    assert moderator_client.get(reverse("admin:accounts_user_history", args=[john.pk])).status_code == 200


def test_it_asks_the_same_few_queries_for_any_number_of_entries(moderator_client, moderator):
    def queries():
        with CaptureQueriesContext(connection) as captured:
            assert moderator_client.get(LOG).status_code == 200
        return captured.captured_queries

    people = UserFactory.create_batch(40)
    LogEntry.objects.log_actions(moderator.pk, people[:1], CHANGE, "Hello")
    moderator_client.get(LOG)
    few = queries()
    LogEntry.objects.log_actions(moderator.pk, people, CHANGE, "Hello")
    LogEntry.objects.log_actions(moderator.pk, [PostFactory(), *PostFactory.create_batch(5)], CHANGE, "Hello")
    many = queries()
    assert len(many) == len(few) <= 7
    assert not [query["sql"] for query in many if "COUNT(" in query["sql"]]
