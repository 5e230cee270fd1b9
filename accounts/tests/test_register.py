from datetime import timedelta

import pytest
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from django_ox.models import OxTask
from pytest_django.asserts import assertContains, assertFormError, assertNotContains, assertRedirects

from accounts.models import FormerUsername, User

from .factories import UserFactory

pytestmark = pytest.mark.any_database

PASSWORD = "seven purple kettles"


def sign_up(client, username="susan", email="susan@example.org", password=PASSWORD, again=None, **extra):
    data = {"username": username, "email": email, "password1": password, "password2": again or password}
    return client.post(reverse("register"), data, **extra)


@pytest.mark.every_database
@pytest.mark.django_db
def test_signing_up_makes_an_account_and_logs_in(client):
    response = sign_up(client, "Susan", "Susan.B@Example.ORG")
    person = User.objects.get()
    assertRedirects(response, reverse("home"), fetch_redirect_response=False)
    assert (person.username, person.email) == ("Susan", "Susan.B@example.org")
    assert person.check_password(PASSWORD)
    assert client.session["_auth_user_id"] == str(person.pk)


@pytest.mark.django_db
def test_next_leads_to_the_page_wanted_also_from_log_in(client, susan):
    page = client.get(reverse("login"), {"next": "/@susan/?before=7"})
    register = f"{reverse('register')}?next=/%40susan/%3Fbefore%3D7"
    assertContains(page, f'href="{register}"')
    assertContains(client.get(register), '<input type="hidden" name="next" value="/@susan/?before=7">', html=True)
    refused = client.post(reverse("register"), {"next": "/@susan/?before=7"})
    assertContains(refused, '<input type="hidden" name="next" value="/@susan/?before=7">', html=True)
    response = sign_up(client, "john", "john@example.org", query_params={"next": "/@susan/?before=7"})
    assertRedirects(response, "/@susan/?before=7", fetch_redirect_response=False)
    assertRedirects(client.get(register), "/@susan/?before=7", fetch_redirect_response=False)  # logged in by now


@pytest.mark.django_db
@pytest.mark.parametrize("url", ["https://evil.example/", "//evil.example/", "/register/", "/login/?next=/login/"])
def test_next_leads_nowhere_else(client, url):
    assertRedirects(sign_up(client, query_params={"next": url}), reverse("home"), fetch_redirect_response=False)


@pytest.mark.django_db
def test_the_page_helps_password_managers_and_phones(client):
    page = client.get(reverse("register"))
    for attribute in (
        'autocomplete="username"',
        'autocapitalize="none"',
        'autocomplete="email"',
        'autocomplete="new-password"',
    ):
        assertContains(page, attribute)


@pytest.mark.every_database
@pytest.mark.django_db
@pytest.mark.parametrize(
    "username",
    ["", " ", "su san", "súsan", "susan!", "@susan", "s" * 31, "susan\x00", "su\x01san", "admin", "Mods_", "\u212a"],
)
def test_a_bad_user_name_is_refused(client, username):
    response = sign_up(client, username)
    assert response.status_code == 200
    assert response.context["form"].errors.keys() == {"username"}
    assert not User.objects.exists()


@pytest.mark.every_database
@pytest.mark.django_db
def test_a_user_name_may_have_30_characters(client):
    sign_up(client, "_" + "9" * 29)
    assert User.objects.named("_" + "9" * 29).exists()


@pytest.mark.every_database
@pytest.mark.django_db
@pytest.mark.parametrize(
    "email",
    [
        "",
        "susan",
        "susan@",
        "susan@example",
        "a b@example.org",
        '"\x01"@example.org',
        "susan\x00@example.org",
        "susan@[192.0.2.7]",
        "susan@evil＠example.org",
        f"susan@{'é' * 60}.example",
    ],
)
def test_a_bad_address_is_refused(client, email):
    assert sign_up(client, email=email).context["form"].errors.keys() == {"email"}
    assert not User.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("email", "kept"),
    [
        ("susan@ＥＸＡＭＰＬＥ.org", "susan@example.org"),
        ("susan@xn--bcher-kva.example", "susan@bücher.example"),
        ("susan@BÜCHER.example", "susan@bücher.example"),
        ("susan@xn--strae-oqa.example", "susan@xn--strae-oqa.example"),
    ],
)
def test_a_mail_domain_has_one_spelling(client, email, kept):
    sign_up(client, email=email)
    assert User.objects.get().email == kept


@pytest.mark.every_database
def test_names_are_unique_without_regard_to_case(client, susan):
    form = sign_up(client, "SUSAN", "sue@example.org").context["form"]
    assertFormError(form, "username", "This name is taken. Choose another one.")
    assert User.objects.get() == susan


@pytest.mark.every_database
def test_nothing_tells_whether_an_address_is_known(susan):
    UserFactory(username="claims", email="claimed@example.org", email_confirmed_at=None)
    UserFactory(username="gone", suspended_at=timezone.now())
    answers, work = [], []
    for number, name in enumerate(("SUSAN", "claimed", "gone", "nobody")):
        client = Client()
        with CaptureQueriesContext(connection) as queries:
            response = sign_up(client, f"sue{number}", f"{name}@example.org")
        answers.append((response.status_code, response["Location"], [str(m) for m in response.wsgi_request._messages]))
        work.append([query["sql"].split(" (")[0] for query in queries if "SAVEPOINT" not in query["sql"]])
    assert answers == answers[:1] * 4
    assert len({len(queries) for queries in work}) == 1
    assert OxTask.objects.count() == 4


@pytest.mark.every_database
@pytest.mark.django_db
def test_many_may_claim_an_address_until_somebody_confirms_it(client):
    for username in ("susan", "sue"):
        sign_up(Client(), username)
    assert list(User.objects.values_list("email", "email_confirmed_at")) == [("susan@example.org", None)] * 2


@pytest.mark.django_db
def test_a_link_to_confirm_the_address_is_mailed(client, run_tasks):
    sign_up(client)
    run_tasks()
    assert [message.to for message in mail.outbox] == [["susan@example.org"]]


def test_the_owner_of_an_address_hears_that_somebody_else_gave_it(client, susan, run_tasks):
    sign_up(client, "sue", "susan@example.org")
    run_tasks()
    assert [message.to for message in mail.outbox] == [["susan@example.org"]]
    assert "@susan" in mail.outbox[0].body


@pytest.mark.django_db
def test_nobody_is_flooded_with_mail_by_sign_ups(run_tasks, limit):
    limit("confirm", email=(2, 3600))
    for number in range(4):
        assert sign_up(Client(), f"susan{number}").status_code == 302
    run_tasks()
    assert len(mail.outbox) == 2


@pytest.mark.every_database
def test_a_name_given_up_lately_is_taken(client, john, settings):
    FormerUsername.objects.hold("Susan", john)
    assertFormError(sign_up(client).context["form"], "username", "This name is taken. Choose another one.")

    FormerUsername.objects.update(given_up_at=timezone.now() - timedelta(days=settings.FORMER_USERNAME_DAYS))
    sign_up(client)
    assert User.objects.named("susan").exists()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("password", "again"),
    [
        ("short", "short"),
        (PASSWORD, PASSWORD + "!"),
        ("password123", "password123"),
        ("2718281828459045", "2718281828459045"),
        ("susan@example", "susan@example"),
        ("nul\x00 in the middle", "nul\x00 in the middle"),
    ],
)
def test_a_bad_password_is_refused(client, password, again):
    response = sign_up(client, password=password, again=again)
    assert response.context["form"].errors.keys() & {"password1", "password2"}
    assert not User.objects.exists()


def test_errors_stand_beside_their_fields_and_nothing_typed_is_lost(client, susan):
    response = sign_up(client, email="sue@example.org")
    assertContains(response, 'value="susan"')
    assertContains(response, 'value="sue@example.org"')
    assertContains(response, 'aria-invalid="true"', count=1)
    assertNotContains(response, PASSWORD)


@pytest.mark.django_db
def test_a_script_is_told_with_422(client):
    assert sign_up(client, username="", headers={"X-Requested-With": "XMLHttpRequest"}).status_code == 422


def test_somebody_logged_in_is_led_home(susan_client):
    assertRedirects(susan_client.get(reverse("register")), reverse("home"), fetch_redirect_response=False)
    assertRedirects(sign_up(susan_client, "sue", "sue@example.org"), reverse("home"), fetch_redirect_response=False)
    assert User.objects.count() == 1


@pytest.mark.django_db
def test_addresses_are_optional_only_for_accounts_that_staff_makes():
    UserFactory.create_batch(2, email="")
    assert not User.objects.with_email("").exists()


@pytest.mark.every_database
def test_an_address_longer_than_the_column_is_refused(client, db):
    response = sign_up(client, email=f"{'a' * 60}@{'.'.join(['b' * 60] * 4)}.org")
    assert response.context["form"].errors["email"]
    assert not User.objects.exists()


@pytest.mark.django_db
def test_the_account_keeps_language_and_time_zone_of_the_browser(client):
    client.cookies["time_zone"] = "Asia/Tokyo"
    sign_up(client, headers={"Accept-Language": "es-MX,es;q=0.9"})
    person = User.objects.get()
    assert (person.language, person.time_zone) == ("es", "Asia/Tokyo")


@pytest.mark.django_db
@pytest.mark.parametrize("zone", ["", "Mars/Olympus", "../../etc/passwd", "x" * 5000])
def test_a_time_zone_there_is_not_is_none(client, zone):
    client.cookies["time_zone"] = zone
    sign_up(client)
    assert User.objects.get().time_zone == ""
