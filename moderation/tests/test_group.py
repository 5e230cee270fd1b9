import pytest
from django.contrib.auth.models import Group, Permission
from django.core.management import call_command
from django.urls import reverse
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects, assertTemplateUsed

from moderation.group import GROUP

pytestmark = pytest.mark.any_database

ACTS = ("view", "add", "change", "delete")
RIGHTS = {
    "accounts.view_user",
    "accounts.moderate_user",
    *(f"accounts.{act}_{model}" for act in ACTS for model in ("blockeddomain", "blockedname")),
    *(f"accounts.{right}_blockeddomain" for right in ("view", "add", "change", "delete")),
    *(f"accounts.{right}_blockedname" for right in ("view", "add", "change", "delete")),
    "posts.view_post",
    "posts.moderate_post",
    "posts.view_translation",
    "posts.delete_translation",
    "social.view_follow",
    "moderation.view_report",
    "moderation.moderate_report",
    "admin.view_logentry",
}
LISTS = ["accounts_user", "posts_post", "social_follow", "moderation_report", "admin_logentry"]


def test_strangers_log_in_like_everybody_else(client, db):
    response = client.get(reverse("admin:posts_post_changelist"), follow=True)
    assert response.request["PATH_INFO"] == reverse("login")
    assert response.context["next"] == reverse("admin:posts_post_changelist")


def test_the_log_in_of_the_admin_leads_to_that_of_the_site(client, db):
    response = client.get(reverse("admin:login"), {"next": "/admin/posts/post/"})
    assertRedirects(response, "/login/?next=/admin/posts/post/")


@pytest.mark.parametrize("page", ["https://evil.example/", "//evil.example/", "", "nowhere", "javascript:alert(1)"])
def test_it_leads_to_no_other_site(client, moderator_client, page):
    assertRedirects(client.get(reverse("admin:login"), {"next": page}), "/login/?next=/admin/")
    assertRedirects(moderator_client.get(reverse("admin:login"), {"next": page}), "/admin/")


@pytest.mark.parametrize("name", ["admin:index", "admin:posts_post_changelist", "admin:login"])
def test_people_without_business_here_are_turned_away(susan_client, name):
    response = susan_client.get(reverse(name), follow=True)
    assert response.status_code == 403
    assertTemplateUsed(response, "403.html")


def test_moderators_see_what_they_need_and_nothing_else(moderator_client):
    response = moderator_client.get(reverse("admin:index"))
    shown = {model["model"].__name__ for app in response.context["app_list"] for model in app["models"]}
    kept = {"User", "Post", "Translation", "Follow", "Report", "LogEntry"}
    assert shown == kept | {"BlockedDomain", "BlockedName"}
    assertContains(response, "Microblog")


@pytest.mark.parametrize("model", LISTS)
def test_moderators_look_but_add_and_delete_nothing(moderator_client, model):
    page = moderator_client.get(reverse(f"admin:{model}_changelist"))
    assert page.status_code == 200
    assertNotContains(page, "delete_selected")
    assert moderator_client.get(reverse(f"admin:{model}_add")).status_code == 403


def test_the_groups_and_tasks_are_for_superusers(moderator_client, boss_client):
    for name in ("auth_group", "django_ox_oxtask"):
        assert moderator_client.get(reverse(f"admin:{name}_changelist")).status_code == 403
        assert boss_client.get(reverse(f"admin:{name}_changelist")).status_code == 200


def test_the_password_is_changed_where_everybody_changes_it(moderator_client):
    assertRedirects(moderator_client.get(reverse("admin:password_change")), reverse("password_change"))


def rights():
    return {
        f"{right.content_type.app_label}.{right.codename}" for right in Group.objects.get(name=GROUP).permissions.all()
    }


def test_moderators_have_exactly_the_rights_they_need(db):
    assert rights() == RIGHTS


def test_every_migration_gives_the_group_its_rights_back(db):
    group = Group.objects.get(name=GROUP)
    group.permissions.set(Permission.objects.filter(codename="delete_user"))
    call_command("migrate", verbosity=0)
    assert rights() == RIGHTS
    group.delete()
    call_command("migrate", verbosity=0)
    assert rights() == RIGHTS
