"""Every rate limit applies to all of its forms, and to nothing else."""

import pytest
from django.conf import settings as site_settings
from django.core import mail
from django.test import Client
from django.urls import reverse

from accounts.models import User
from accounts.tests.factories import PASSWORD, UserFactory
from accounts.tests.two_factor import give_password, switch_on
from conftest import logged_in
from posts.tests.factories import PostFactory

TIMES = 2
WRONG = {"password": "wrong", "old_password": "wrong", "new_password1": "wrong", "new_password2": "wrong"}
NEW = {"username": "sue", "email": "sue@example.org", "password1": PASSWORD, "password2": "wrong"}

# The forms of each action: the name of a URL, and the input.
FORMS = {
    "log_in": [("login", {"username": "susan", "password": "wrong"})],
    "code": [("login_code", {"code": "000000"})],
    "password": [
        ("password_change", WRONG),
        ("settings_account", {"email": "sue@example.org", "password": "wrong"}),
        ("account_delete", WRONG),
        ("two_factor", {"code": "000000", "password": "wrong"}),
    ],
    "register": [("register", NEW)],
    "confirm": [("email_confirm_send", {})],
    "write": [("post_create", {"body": "Hi"}), ("post_edit", {"body": "Hi"})],
    "follow": [("follow", {})],
    "like": [("post_like", {}), ("post_bookmark", {}), ("post_pin", {})],
    "repost": [("post_repost", {})],
    "block": [("block", {}), ("mute", {}), ("post_mute", {})],
    "report": [("report", {"reason": "no such reason"})],
    "download": [("account_download", {})],
}
# Over these limits people get the usual response, and no e-mail is sent.
SILENT = {("reset", "address"), ("reset", "email"), ("confirm", "email"), ("new_device", "person")}
AT_THE_FIELD = {("rename", "person")}
# Counted in characters, and reported in place of the translation: posts/translation/tests/test_budget.py.
IN_PLACE = {("translate", "person"), ("translate", "site")}

pytestmark = pytest.mark.any_database


def all_limits():
    return {(action, kind) for action, limits in site_settings.LIMITS.items() for kind in limits}


def cases(kinds):
    """Each limit with each of its forms."""
    return [
        (action, kind, *form)
        for action, kind in sorted(all_limits() - SILENT - AT_THE_FIELD - IN_PLACE)
        if kind in kinds
        for form in FORMS[action]
    ]


@pytest.fixture
def only(settings):
    """A function that leaves one limit and lifts all others."""

    def leave(action, kind):
        lifted = {name: dict.fromkeys(limits) for name, limits in settings.LIMITS.items()}
        settings.LIMITS = lifted | {action: lifted[action] | {kind: (TIMES, 600)}}

    return leave


@pytest.fixture
def john_post(john):
    return PostFactory(author=john)


def browser_of(person, action):
    """A browser in which `person` has opened the form of `action`."""
    if action in ("log_in", "register"):
        return Client()
    if action == "code":
        person.confirm_email(person.email)
        switch_on(person)
        client = Client()
        give_password(client, person.username)
        return client
    return logged_in(person)


def act(client, name, data, john_post, address="192.0.2.1"):
    if name in ("post_edit", "post_pin"):
        author = User.objects.get(pk=client.session["_auth_user_id"])
        url = reverse(name, args=[PostFactory(author=author).pk])
    elif name in ("follow", "block", "mute"):
        url = reverse(name, args=["john"])
    elif name.startswith("post_") and name != "post_create":
        url = reverse(name, args=[john_post.pk])
    elif name == "report":
        url = f"{reverse(name)}?post={john_post.pk}"
    else:
        url = reverse(name)
    response = client.post(url, data, REMOTE_ADDR=address)
    if response.streaming:
        response.getvalue()
    return response.status_code


def unconfirmed(username):
    return UserFactory(username=username, email_confirmed_at=None)


@pytest.mark.parametrize(("action", "kind", "name", "data"), cases({"person", "account"}))
def test_limit_of_a_person_holds_from_every_address(only, john_post, action, kind, name, data):
    only(action, kind)
    susan = unconfirmed("susan")
    client = browser_of(susan, action)
    answers = [act(client, name, data, john_post, f"192.0.2.{number}") for number in range(TIMES + 1)]
    assert (answers[0] != 429, answers[-1]) == (True, 429)
    other = dict(data, username="somebody_else") if kind == "account" else data
    assert act(browser_of(unconfirmed("sue"), action), name, other, john_post) != 429


@pytest.mark.parametrize(("action", "kind", "name", "data"), cases({"address"}))
def test_limit_of_an_address_holds_for_all_who_come_from_it(only, john_post, action, kind, name, data):
    only(action, kind)
    susan, sue = unconfirmed("susan"), unconfirmed("sue2")
    clients = [browser_of(person, action) for person in (susan, susan, sue)]
    answers = [act(client, name, data, john_post) for client in clients]
    assert (answers[0] != 429, answers[-1]) == (True, 429)
    assert act(clients[-1], name, data, john_post, "192.0.2.2") != 429


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("email_confirm_send", {}),
        ("settings_account", {"email": "susan@sub.example", "password": PASSWORD}),
        ("register", NEW | {"email": "susan@sub.example", "password2": PASSWORD}),
    ],
)
def test_limit_of_mails_to_one_address_holds_for_all_who_claim_it(only, run_tasks, name, data):
    only("confirm", "email")
    for number in range(TIMES + 1):
        person = UserFactory(username=f"susan{number}", email="susan@town.example", email_confirmed_at=None)
        response = browser_of(person, name).post(reverse(name), data | {"username": f"sue{number}"})
        assert response.status_code == 302
    run_tasks()
    assert len(mail.outbox) == TIMES


@pytest.mark.parametrize("kind", ["address", "email"])
def test_limit_of_resets_does_not_show(only, susan, john, run_tasks, kind):
    only("reset", kind)
    asked = [("susan@example.org", 1), ("SUSAN@example.org", 2), ("susan@example.org", 3)]
    if kind == "address":
        asked = [("susan@example.org", 1), ("john@example.org", 1), ("susan@example.org", 1)]
    answers = []
    for email, host in asked:
        response = Client().post(reverse("password_reset"), {"email": email}, REMOTE_ADDR=f"192.0.2.{host}")
        texts = [str(message) for message in response.wsgi_request._messages]
        answers.append((response.status_code, response["Location"], texts))
    assert answers == answers[:1] * 3
    run_tasks()
    assert len(mail.outbox) == TIMES


def test_limit_of_renames_is_told_at_the_field_and_nothing_typed_is_lost(only, susan, susan_client):
    only("rename", "person")
    for number in range(TIMES):
        assert susan_client.post(reverse("settings_profile"), {"username": f"sue{number}"}).status_code == 302
    typed = {"username": "sally", "about_me": "Likes boats"}
    form = susan_client.post(reverse("settings_profile"), typed).context["form"]
    assert form.errors.keys() == {"username"}
    assert form["about_me"].value() == "Likes boats"
    assert susan_client.post(reverse("settings_profile"), typed | {"username": "sue1"}).status_code == 302


def test_all_limits_are_tested():
    tested = {(action, kind) for action, kind, *_form in cases({"person", "account", "address"})}
    assert tested | SILENT | AT_THE_FIELD | IN_PLACE == all_limits()
