import re

import pytest
from django.contrib.auth.hashers import MD5PasswordHasher
from django.urls import reverse
from pytest_django.asserts import assertContains, assertFormError, assertNotContains, assertRedirects

from .factories import PASSWORD, UserFactory

pytestmark = pytest.mark.any_database

UNKNOWN = "Wrong user name, e-mail address or password."
SUSPENDED = "This account is suspended. To find out why, ask the people who run this site."


def log_in(client, username="susan", password=PASSWORD, **data):
    return client.post(reverse("login"), {"username": username, "password": password, **data})


def is_logged_in(client):
    return "_auth_user_id" in client.session


@pytest.mark.every_database
@pytest.mark.parametrize("name", ["susan", "SUSAN", " susan ", "@susan", "susan@example.org", "Susan@Example.ORG"])
def test_people_log_in_by_name_or_address(client, susan, name):
    assertRedirects(log_in(client, name), reverse("home"), fetch_redirect_response=False)
    assert is_logged_in(client)


@pytest.mark.every_database
@pytest.mark.parametrize("name", ["john", "john@example.org", "susan@", "@", "\u212a", "x" * 10_000])
def test_an_unknown_name_and_a_wrong_password_get_the_same_answer(client, susan, name):
    assertFormError(log_in(client, name).context["form"], None, UNKNOWN)
    assertFormError(log_in(client, password="wrong").context["form"], None, UNKNOWN)
    assert not is_logged_in(client)


@pytest.mark.every_database
@pytest.mark.django_db
@pytest.mark.parametrize("field", ["username", "password"])
def test_control_characters_are_refused(client, field):
    response = log_in(client, **{field: "a\x00b"})
    assert response.status_code == 200
    assert field in response.context["form"].errors


class CountingHasher(MD5PasswordHasher):
    runs = 0

    def encode(self, password, salt):
        type(self).runs += 1
        return super().encode(password, salt)


@pytest.mark.parametrize(
    ("name", "runs"),
    [("susan", 1), ("nobody", 1), ("susan@example.org", 4), ("shared@example.org", 4), ("nobody@example.org", 4)],
)
def test_a_log_in_takes_as_long_for_an_unknown_account(client, susan, settings, name, runs):
    UserFactory.create_batch(9, email="shared@example.org", email_confirmed_at=None)
    settings.PASSWORD_HASHERS = [f"{__name__}.CountingHasher"]
    CountingHasher.runs = 0
    log_in(client, name, "wrong")
    assert CountingHasher.runs == runs


@pytest.mark.django_db
def test_so_it_does_for_one_of_many_with_the_right_password(client, settings):
    settings.PASSWORD_HASHERS = [f"{__name__}.CountingHasher"]
    UserFactory(email="shared@example.org", email_confirmed_at=None, password="seven purple kettles")
    UserFactory.create_batch(9, email="shared@example.org", email_confirmed_at=None)
    CountingHasher.runs = 0
    assert log_in(client, "shared@example.org", "seven purple kettles").status_code == 302
    assert CountingHasher.runs == 4


@pytest.mark.parametrize("email", ["susan@example.org", "free@mail.example"])
def test_logging_in_does_not_tell_whether_somebody_else_confirmed_an_address(client, susan, email):
    claimant = UserFactory(email=email, email_confirmed_at=None, password="seven purple kettles")
    assert log_in(client, email, "seven purple kettles").status_code == 302
    assert client.get("/").context["user"] == claimant


def test_a_claim_to_an_address_does_not_keep_its_owner_out(client, susan):
    UserFactory(email=susan.email, email_confirmed_at=None, password="seven purple kettles")
    assert log_in(client, susan.email).status_code == 302
    assert client.get("/").context["user"] == susan


@pytest.mark.every_database
@pytest.mark.django_db
@pytest.mark.parametrize("number", [0, 1, 2, 3])
def test_each_who_claims_an_address_logs_in_by_it(client, number):
    people = [
        UserFactory(email="shared@example.org", email_confirmed_at=None, password=f"{count} kettles")
        for count in range(4)
    ]
    log_in(client, "shared@example.org", f"{number} kettles")
    assert client.get("/").context["user"] == people[number]


@pytest.mark.every_database
@pytest.mark.django_db
@pytest.mark.parametrize(("number", "gets_in"), [(0, True), (2, True), (29, True), (15, False)])
def test_of_very_many_the_first_and_the_last_do_and_the_others_by_name(client, number, gets_in):
    people = UserFactory.create_batch(30, email="shared@example.org", email_confirmed_at=None)
    person = people[number]
    person.set_password("seven purple kettles")
    person.save()
    log_in(client, "shared@example.org", "seven purple kettles")
    assert is_logged_in(client) is gets_in
    log_in(client, person.username, "seven purple kettles")
    assert is_logged_in(client)


def test_an_account_without_a_usable_password_has_no_password(client, susan):
    susan.set_unusable_password()
    susan.save()
    log_in(client, password=susan.password)
    log_in(client, password="None")
    assert not is_logged_in(client)


def test_the_session_ends_with_the_browser(client, susan):
    assert log_in(client).cookies["sessionid"]["max-age"] == ""


def test_browsers_are_offered_to_stay_logged_in(client, db):
    box = re.search(r'<input[^>]*name="remember_me"[^>]*>', client.get(reverse("login")).content.decode())[0]
    assert " checked" in box


def test_remember_me_keeps_the_session_for_30_days(client, susan):
    assert log_in(client, remember_me="on").cookies["sessionid"]["max-age"] == 30 * 24 * 3600


def test_the_session_gets_a_new_key(client, susan):
    client.cookies["sessionid"] = "planted0by0somebody0else00000000"
    assert log_in(client).cookies["sessionid"].value != "planted0by0somebody0else00000000"


def test_next_leads_to_the_page_wanted(client, susan):
    page = client.get(reverse("login"), {"next": "/explore/?after=7"})
    assertContains(page, '<input type="hidden" name="next" value="/explore/?after=7">', html=True)
    assertContains(log_in(client, password="wrong", next="/explore/"), 'value="/explore/"')
    assertRedirects(log_in(client, next="/explore/?after=7"), "/explore/?after=7", fetch_redirect_response=False)


ELSEWHERE = [
    "https://evil.example/",
    "//evil.example/",
    "///evil.example/",
    "/\\evil.example/",
    "javascript:alert(1)",
    "\x00//evil.example",
    "http:///evil.example/",
    "explore",
    "nowhere",
    "/login/",
    "/login/?next=/login/",
    "/logout/",
]


@pytest.mark.any_database
@pytest.mark.parametrize("url", ELSEWHERE)
def test_next_leads_nowhere_else(client, susan, url):
    assertRedirects(log_in(client, next=url), reverse("home"), fetch_redirect_response=False)
    assertRedirects(
        client.get(reverse("login"), {"next": url}), reverse("home"), fetch_redirect_response=False
    )  # logged in by now


def test_somebody_logged_in_is_led_on(susan_client):
    assertRedirects(susan_client.get(reverse("login")), reverse("home"), fetch_redirect_response=False)
    assertRedirects(
        susan_client.get(reverse("login"), {"next": "/explore/"}), "/explore/", fetch_redirect_response=False
    )


def test_only_the_right_password_tells_that_an_account_is_suspended(client, susan):
    susan.suspend()
    assertFormError(log_in(client, password="wrong").context["form"], None, UNKNOWN)
    assertFormError(log_in(client).context["form"], None, SUSPENDED)
    assert not is_logged_in(client)


@pytest.mark.every_database
def test_suspension_ends_open_sessions(susan, susan_client):
    assert susan_client.get(reverse("settings_profile")).status_code == 200
    susan.suspend()
    assertRedirects(
        susan_client.get(reverse("settings_profile")),
        "/login/?next=/settings/profile/",
        fetch_redirect_response=False,
    )


@pytest.mark.django_db
def test_the_page_names_the_site_not_the_host(client, settings):
    settings.SITE_NAME = "Our Town"
    page = client.get(reverse("login"), headers={"Host": "localhost"})
    assertContains(page, "Our Town")
    assertNotContains(page, "localhost")


@pytest.mark.django_db
def test_a_long_address_fits_in(client):
    assertNotContains(client.get(reverse("login")), "maxlength")


@pytest.mark.django_db
def test_a_script_is_told_with_422(client):
    data = {"username": "susan", "password": "wrong"}
    assert client.post(reverse("login"), data, headers={"X-Requested-With": "XMLHttpRequest"}).status_code == 422
