"""Names and addresses are the same in any case, whatever the locale of the database: in Turkish, I is no capital i."""

import pytest
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.test import Client
from django.urls import reverse

from accounts.models import BlockedDomain, BlockedName, FormerUsername, User
from tests import databases

from .factories import PASSWORD, UserFactory
from .test_login import is_logged_in, log_in

pytestmark = pytest.mark.postgresql

TURKISH = "LOCALE 'C.UTF-8' LOCALE_PROVIDER icu ICU_LOCALE 'tr-TR'"
BEFORE = [("accounts", "0002_wording")]


@pytest.fixture(scope="module")
def turkish(django_db_setup, django_db_blocker, tmp_path_factory):
    """Tests run on a database in Turkish, in which two people had one name when it was upgraded."""
    with (
        django_db_blocker.unblock(),
        databases.empty_database("turkish", tmp_path_factory.mktemp("turkish"), TURKISH) as config,
        databases.running_on(config),
    ):
        executor = MigrationExecutor(connection)
        executor.migrate(BEFORE)
        fill(executor.loader.project_state(BEFORE).apps)
        call_command("migrate", verbosity=0)
        yield


def fill(apps):
    def make(model, **values):
        return apps.get_model("accounts", model).objects.create(**values)

    for name in ("ISIK", "isik", "ADIL"):
        make("User", username=name, email=f"{name}@mail.example", email_confirmed_at="2026-01-01T00:00Z")
    for name in ("ILK", "ilk"):
        make("FormerUsername", username=name, user=apps.get_model("accounts", "User").objects.first())
        make("BlockedDomain", domain=f"{name}.example")
        make("BlockedName", word=name)


@pytest.fixture
def site(turkish, db):
    with connection.cursor() as cursor:
        cursor.execute("SELECT lower('I')")
        assert cursor.fetchone() == ("ı",)


@pytest.mark.usefixtures("site")
def test_an_upgrade_leaves_a_name_and_an_address_to_the_one_who_could_use_them():
    assert list(User.objects.order_by("pk").values_list("username", flat=True)) == ["ISIK-1", "isik", "ADIL"]
    assert User.objects.confirmed().with_email("ISIK@mail.example").get().username == "isik"
    assert User.objects.named("adil").get().email == "ADIL@mail.example"
    assert [model.objects.count() for model in (FormerUsername, BlockedDomain, BlockedName)] == [1, 1, 1]


@pytest.mark.usefixtures("site")
@pytest.mark.parametrize("typed", ["ISTANBUL_I", "istanbul_i", "ISTANBUL_I@EXAMPLE.ORG", "istanbul_i@example.org"])
def test_people_log_in_by_name_or_address_in_any_case(client, typed):
    UserFactory(username="ISTANBUL_I")
    log_in(client, typed)
    assert is_logged_in(client)


@pytest.mark.usefixtures("site")
@pytest.mark.parametrize(("first", "second"), [("ISTANBUL", "istanbul"), ("istanbul", "ISTANBUL")])
def test_a_name_is_free_to_one(client, first, second):
    passwords = {"password1": PASSWORD, "password2": PASSWORD}
    sign_up = {"username": first, "email": "i@example.org"} | passwords
    assert client.post(reverse("register"), sign_up).status_code == 302
    response = Client().post(reverse("register"), sign_up | {"username": second})
    assert response.context["form"].errors.keys() == {"username"}
    assert client.get(f"/@{second}/", follow=True).status_code == 200


@pytest.mark.usefixtures("site")
def test_blocked_names_and_domains_are_blocked_in_any_case(client):
    BlockedName.objects.create(word="Kirli")
    BlockedDomain.objects.create(domain="Kirli.example")
    data = {"username": "KIRLI", "email": "a@KIRLI.example", "password1": PASSWORD, "password2": PASSWORD}
    assert client.post(reverse("register"), data).context["form"].errors.keys() == {"username", "email"}


@pytest.mark.usefixtures("site")
@pytest.mark.parametrize("typed", ["ista", "ISTA"])
def test_administrators_find_people_in_any_case(client, typed):
    people = UserFactory(username="Istanbul"), UserFactory(email="ISTANBUL@mail.example")
    client.force_login(UserFactory(is_staff=True, is_superuser=True))
    found = client.get(reverse("admin:accounts_user_changelist"), {"q": typed}).context["cl"].queryset
    assert set(found) == set(people)
    BlockedDomain.objects.create(domain="istanbul.example")
    assert client.get(reverse("admin:accounts_blockeddomain_changelist"), {"q": typed}).context["cl"].result_count == 1
