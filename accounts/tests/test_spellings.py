"""A password is the same however a keyboard composes its accents, and an address however its domain is written."""

import unicodedata

import pytest
from django.contrib.auth.hashers import make_password
from django.core import mail
from django.test import Client
from django.urls import reverse

from accounts.models import User

from .factories import UserFactory
from .test_login import CountingHasher, is_logged_in, log_in
from .test_password_change import change
from .test_password_reset import ask_for_link

pytestmark = pytest.mark.any_database

TYPED = "Zürich, Malmö, Łódź"
COMPOSED, DECOMPOSED = (unicodedata.normalize(form, TYPED) for form in ("NFC", "NFD"))
SPELLINGS = pytest.mark.parametrize(("first", "second"), [(COMPOSED, DECOMPOSED), (DECOMPOSED, COMPOSED)])


def sign_up(client, password, again, email="susan@example.org"):
    passwords = {"password1": password, "password2": again}
    return client.post(reverse("register"), {"username": "susan", "email": email} | passwords)


@pytest.mark.django_db
@SPELLINGS
def test_each_spelling_of_a_password_is_the_password(first, second):
    assert sign_up(Client(), first, second).status_code == 302
    for password in (first, second):
        client = Client()
        log_in(client, password=password)
        assert is_logged_in(client)


@SPELLINGS
def test_so_it_is_where_a_password_is_asked_for(susan, susan_client, first, second):
    susan.set_password(first)
    susan.save()
    susan_client.force_login(susan)
    assert susan_client.post(reverse("settings_account"), {"email": "s@example.org", "password": second}).url
    assert change(susan_client, second, second, first).url
    assert susan_client.post(reverse("account_delete"), {"password": second}).url


@SPELLINGS
def test_so_it_is_where_an_administrator_sets_it(susan, boss_client, first, second):
    page = reverse("admin:auth_user_password_change", args=[susan.pk])
    boss_client.post(page, {"usable_password": "true", "password1": first, "password2": first})
    susan.refresh_from_db()
    assert susan.check_password(second)


@pytest.mark.parametrize("kept", [COMPOSED, DECOMPOSED])
@pytest.mark.parametrize("typed", [COMPOSED, DECOMPOSED])
def test_so_it_is_where_it_was_stored_as_it_came(client, susan, kept, typed):
    User.objects.update(password=make_password(kept))
    log_in(client, password=typed)
    assert is_logged_in(client)


def test_the_time_tells_nothing_but_how_it_was_typed(susan, settings):
    settings.PASSWORD_HASHERS = [f"{CountingHasher.__module__}.CountingHasher"]
    susan.set_password(COMPOSED)
    susan.save()
    runs = []
    for name, password in [("susan", DECOMPOSED), ("susan", "Zürich"), ("nobody", "Zürich")]:
        CountingHasher.runs = 0
        log_in(Client(), name, password)
        runs.append(CountingHasher.runs)
    assert runs == [2, 2, 2]


# Domains, by IDNA 2008: ß is no ss, and may be in another owner's domain


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("email", "kept"),
    [
        ("susan@straße.example", "susan@xn--strae-oqa.example"),
        ("susan@STRASSE.example", "susan@strasse.example"),
        ("susan@βόλος.example", "susan@xn--nxasmm1c.example"),
        ("susan@☃.example", "susan@☃.example"),
        ("susan@r3---sn.example", "susan@r3---sn.example"),
    ],
)
def test_an_address_keeps_the_domain_that_was_meant(client, email, kept):
    sign_up(client, TYPED, TYPED, email)
    assert User.objects.get().email == kept


@pytest.mark.django_db
@pytest.mark.parametrize("email", ["susan@a\u200db.example", "susan@☃Ｂ.example", f"susan@{'ü' * 300}.example"])
def test_a_domain_that_is_none_is_refused_and_not_mended(client, email):
    assert sign_up(client, TYPED, TYPED, email).context["form"].errors.keys() == {"email"}


@pytest.mark.django_db
def test_so_does_one_that_an_administrator_or_a_command_gives(boss_client):
    User.objects.create_superuser("first", "first@STRAßE.example")
    data = {"username": "second", "email": "second@xn--bcher-kva.example", "usable_password": "false"}
    boss_client.post(reverse("admin:accounts_user_add"), data)
    assert User.objects.get(username="first").email == "first@xn--strae-oqa.example"
    assert User.objects.get(username="second").email == "second@bücher.example"


@pytest.mark.django_db
def test_blocking_a_domain_blocks_no_other_one(client, boss_client):
    boss_client.post(reverse("admin:accounts_blockeddomain_add"), {"domain": "straße.example"})
    assert sign_up(client, TYPED, TYPED, "susan@xn--strae-oqa.example").status_code == 200
    assert sign_up(client, TYPED, TYPED, "susan@strasse.example").status_code == 302


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("kept", "typed"),
    [
        ("susan@bücher.example", "susan@BÜCHER.example"),
        ("susan@bücher.example", "Susan@xn--bcher-kva.example"),
        ("susan@xn--strae-oqa.example", "susan@straße.example"),
        ("susan@☃.example", "susan@xn--n3h.example"),
    ],
)
def test_every_spelling_of_an_address_logs_in_and_resets(client, run_tasks, kept, typed):
    UserFactory(email=kept)
    ask_for_link(client, typed)
    run_tasks()
    assert [message.to for message in mail.outbox] == [[kept]]
    log_in(client, typed)
    assert is_logged_in(client)
