"""A site in a former state, upgraded to the current one: nothing is lost, and it works.

`python -m tests.upgrade <name>` saves the current state, to upgrade from later.
"""

import json
from collections import Counter
from contextlib import ExitStack
from io import BytesIO
from zipfile import ZipFile

import pytest
from django.apps import apps
from django.contrib import admin
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.test import Client
from django.urls import reverse
from pytest_django.asserts import assertContains

from accounts.models import Authenticator, Session, User
from accounts.tests.factories import PASSWORD
from posts import counters
from posts.models import Post

from . import databases
from .upgrade import states

TURNED_ROUND = "\u202eJohnny\u200f B.\u2069"
YEAR = 365 * 24 * 60 * 60  # seconds
REFILLED = {"auth_permission", "auth_group_permissions", "django_content_type"}  # by Django, as models come and go


@pytest.fixture(scope="module", params=states.NAMES)
def upgraded(request, django_db_setup, django_db_blocker, tmp_path_factory):
    """Tests run on a database that was in one of the states, which this returns, and has been upgraded."""
    state = states.State(request.param)
    with django_db_blocker.unblock(), ExitStack() as stack:
        config = stack.enter_context(databases.empty_database("upgraded", tmp_path_factory.mktemp("upgraded")))
        stack.enter_context(databases.running_on(config))
        state.restore()
        with connection.cursor() as cursor:
            cursor.execute("UPDATE accounts_user SET display_name = %s WHERE username = %s", [TURNED_ROUND, "johnny"])
        call_command("migrate", verbosity=0)
        yield state


@pytest.fixture
def site(upgraded, db):
    return upgraded


@pytest.fixture
def susan_client(site, settings):
    """The browser in which she was logged in before the upgrade, however long ago that was."""
    settings.SESSION_COOKIE_AGE = 100 * YEAR
    client = Client()
    client.cookies[settings.SESSION_COOKIE_NAME] = Session.objects.get(user__username="susan").pk
    return client


@pytest.mark.parametrize("name", states.NAMES)
def test_migrations_are_never_rewritten(name):
    present = states.migrations()
    changed = {name for name, digest in states.State(name).migrations.items() if present.get(name) != digest}
    assert not changed, f"{', '.join(changed)}: migrations are never rewritten: add a new one"


def test_no_migration_is_missing(site):
    executor = MigrationExecutor(connection)
    assert executor.migration_plan(executor.loader.graph.leaf_nodes()) == []


def test_no_row_is_lost(site):
    before = Counter(table for table, _row in site.rows if table not in REFILLED)
    after = {model._meta.db_table: model._base_manager.count() for model in apps.get_models(include_auto_created=True)}
    assert {table: after.get(table) for table in before} == before


def test_rows_fit_together(site):
    connection.check_constraints()
    assert counters.recount() == (User.objects.count(), 0)


def test_who_was_away_is_away(site):
    away = User.objects.exclude(pk__in=User.objects.active()).values_list("username", flat=True)
    assert set(away) == {"mallory", "lea", "deleted-7"}


@pytest.mark.parametrize("upgraded", ["initial"], indirect=True, scope="module")
def test_keys_of_two_factor_log_in_are_encrypted_and_the_same(site):
    [before] = [row["key"] for table, row in site.rows if table == "otp_totp_totpdevice"]
    app = Authenticator.objects.get()
    assert app.key != before == app.bin_key.hex()


@pytest.mark.parametrize("upgraded", ["initial"], indirect=True, scope="module")
def test_names_turn_nothing_round(site):
    assert User.objects.get(username="johnny").display_name == "Johnny B."


def test_no_number_is_given_twice(site, susan_client):
    susan_client.post(reverse("post_create"), {"body": "🌊", "language": "en"})
    assert Post.objects.newest() > site.numbers["posts_post"]
    names = {"username": "newcomer", "email": "newcomer@example.org"}
    Client().post(reverse("register"), {**names, "password1": PASSWORD, "password2": PASSWORD})
    assert User.objects.get(username="newcomer").pk > site.numbers["accounts_user"]


def test_people_find_their_pages(site, susan_client):
    names = ["home", "explore", "about", "settings_account", "settings_profile", "settings_preferences"]
    posts = Post.objects.visible_to(User.objects.get(username="susan")).select_related("author")
    things = [*User.objects.active(), *posts]
    paths = [*map(reverse, names), *(thing.get_absolute_url() for thing in things)]
    assert unanswered(susan_client, paths) == {}
    assertContains(susan_client.get(reverse("home")), "שלום")


def test_moderators_find_theirs(site):
    paths = []
    for model in admin.site._registry:
        page = f"admin:{model._meta.app_label}_{model._meta.model_name}"
        paths += [reverse(f"{page}_changelist"), reverse(f"{page}_change", args=[model.objects.first().pk])]
    client = Client()
    client.force_login(User.objects.get(username="boss"))
    assert unanswered(client, paths) == {}


def unanswered(client, paths):
    answers = {path: client.get(path).status_code for path in paths}
    return {path: status for path, status in answers.items() if status != 200}


def test_people_get_their_data(site, susan_client):
    susan_client.post(reverse("password_again"), {"password": PASSWORD})
    download = susan_client.post(reverse("account_download"))
    with ZipFile(BytesIO(download.getvalue())) as archive:
        data = json.loads(archive.read("data.json"))
    assert data["profile"]["display_name"] == "Susan 🐚"
    assert "Says @susan." in [post["text"] for post in data["posts"]]
