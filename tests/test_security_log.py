"""The log of security events: what is in it, and what never is."""

import json
import logging
from base64 import b32decode

import pytest
from django.conf import settings as site_settings
from django.contrib.auth.models import Group, Permission
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts import emails
from accounts.models import User
from accounts.personal_data import erasure
from accounts.tests.factories import PASSWORD
from accounts.tests.two_factor import code_for, code_of, give_code, give_password, switch_on
from accounts.tokens import ConfirmationToken, PasswordResetTokenGenerator
from microblog_site import security_log
from microblog_site.logging import LineFormatter, logging_settings
from moderation.group import GROUP
from moderation.models import Report
from posts.tests.factories import PostFactory

pytestmark = pytest.mark.any_database

NEW = "seven purple kettles"
HERE = {"address": "127.0.0.1"}


class Lines(logging.Handler):
    def __init__(self):
        super().__init__()
        self.setFormatter(LineFormatter())
        self.lines = []

    def emit(self, record):
        self.lines.append(self.format(record))

    @property
    def events(self):
        return [json.loads(line.partition("] ")[2]) for line in self.lines]

    def take(self):
        """The events since the last time."""
        events, self.lines = self.events, []
        return events


@pytest.fixture
def log(monkeypatch):
    """What the security log gets from now on."""
    monkeypatch.setattr(security_log, "_last_said", {})
    handler, logger = Lines(), logging.getLogger("security")
    logger.addHandler(handler)
    yield handler
    logger.removeHandler(handler)


def event(name, person, result="ok", **more):
    who = {"person": person.pk, "username": person.username} if person else {}
    return {"event": name, "result": result, **who, **more, **HERE}


def by(person):
    return {"by": person.pk, "by_username": person.username}


def act(client, model, action, *things, reason="Spam"):
    data = {"action": action, "_selected_action": [thing.pk for thing in things], "reason": reason}
    assert client.post(reverse(f"admin:{model}_changelist"), data).status_code == 302


# Logging in and out


def test_logging_in_and_out(log, susan, client):
    give_password(client, remember_me="on")
    client.post(reverse("logout"))
    assert log.take() == [event("log_in", susan, remembered=True), event("log_out", susan)]


def test_it_is_told_from_where(log, susan):
    give_password(Client(REMOTE_ADDR="2001:db8::7"))
    assert log.take()[0]["address"] == "2001:db8::7"


@pytest.mark.parametrize("typed", ["susan", "SUSAN@example.org"])
def test_a_wrong_password(log, susan, client, typed):
    client.post(reverse("login"), {"username": typed, "password": "hunter22"})
    assert log.take() == [event("log_in", susan, "refused", reason="password")]


@pytest.mark.parametrize(
    "typed", ["hunter22", "x\nA forged line", "x\r\n\u2028{}", "\u202ex", "cookie: x", "me@home.example"]
)
def test_what_was_typed_is_not_in_it_however_it_looks(log, db, client, typed):
    """People type passwords into the wrong field."""
    client.post(reverse("login"), {"username": typed, "password": "hunter22"})
    assert log.take() == [event("log_in", None, "refused", reason="password")]


def test_who_is_suspended_comes_not_in(log, susan, client):
    susan.suspend()
    give_password(client)
    assert log.take() == [event("log_in", susan, "refused", reason="suspended")]


def test_the_second_step(log, susan, client):
    codes = switch_on(susan)
    give_password(client)
    give_code(client, "000000")
    give_code(client, codes[0])
    assert log.take() == [
        event("second_step", susan, "refused"),
        event("second_step", susan, factor="recovery_code"),
        event("log_in", susan, remembered=False),
    ]


def test_signing_up(log, db, client):
    names = {"username": "newcomer", "email": "newcomer@example.org"}
    client.post(reverse("register"), {**names, "password1": NEW, "password2": NEW})
    assert log.take() == [event("sign_up", User.objects.get(), remembered=True)]


# What people change


def test_passwords(log, susan, susan_client, client):
    for old in ("wrong", PASSWORD):
        susan_client.post(reverse("password_change"), {"old_password": old, "new_password1": NEW, "new_password2": NEW})
    client.post(reverse("password_reset"), {"email": "susan@example.org"})
    susan.refresh_from_db()
    token = PasswordResetTokenGenerator().make_token(susan)
    uid = emails.urlsafe_base64_encode(str(susan.pk).encode())
    form = client.get(reverse("password_reset_confirm", args=[uid, token]))
    client.post(form["Location"], {"new_password1": NEW, "new_password2": NEW})
    assert log.take() == [
        event("password_change", susan, "refused"),
        event("password_change", susan),
        event("password_reset_asked", None),
        event("password_reset", susan),
    ]


def test_addresses(log, susan, susan_client, client):
    other = {"email": "other@example.org", "password": PASSWORD}
    susan_client.post(reverse("settings_account"), other)
    susan_client.post(reverse("email_cancel"))
    susan_client.post(reverse("settings_account"), other)
    client.post(reverse("email_confirm", args=[ConfirmationToken().make([susan.pk, "other@example.org"])]))
    client.post(reverse("email_undo", args=[emails.UndoToken().make(susan.email_changes.get().pk)]))
    names = [
        "address_claimed",
        "address_claim_cancelled",
        "address_claimed",
        "address_confirmed",
        "address_change_undone",
    ]
    assert log.take() == [event(name, susan) for name in names]


def test_two_step_log_in(log, susan, susan_client):
    switch_on(susan)
    codes, off = reverse("two_factor_codes"), reverse("two_factor_off")
    susan_client.post(codes, {"password": PASSWORD, "code": code_of(susan)})
    susan_client.post(off, {"password": PASSWORD, "code": code_of(susan, 1)})
    page = susan_client.get(reverse("two_factor"))
    code = code_for(b32decode(page.context["setup"].text.replace(" ", "")).hex())
    susan_client.post(reverse("two_factor"), {"password": PASSWORD, "code": code})
    call_command("remove_two_factor", "susan")
    names = ["second_step", "new_recovery_codes", "second_step", "two_factor_off", "two_factor_on", "remove_two_factor"]
    assert [entry["event"] for entry in log.take()] == names


@pytest.mark.parametrize("page", ["settings_account", "account_delete", "two_factor"])
def test_a_wrong_password_in_the_settings(log, susan, susan_client, page):
    susan_client.post(reverse(page), {"email": "other@example.org", "password": "wrong", "code": "123456"})
    assert log.take() == [event("password_again", susan, "refused")]


def test_sessions(log, susan, susan_client):
    other = Client()
    give_password(other)
    log.take()
    susan_client.post(reverse("session_end"), {"session": susan.sessions.exclude(handle=None).get().handle})
    susan_client.post(reverse("sessions_end_others"))
    for password in ("wrong", PASSWORD):
        susan_client.post(reverse("password_again"), {"password": password})
    assert log.take() == [
        event("session_ended", susan),
        event("other_sessions_ended", susan),
        event("password_again", susan, "refused"),
        event("password_again", susan),
    ]


def test_downloads_and_leaving(log, susan, susan_client, client):
    susan_client.post(reverse("account_download")).getvalue()
    susan_client.post(reverse("account_delete"), {"password": PASSWORD})
    give_password(client)
    client.post(reverse("account_delete"), {"password": PASSWORD})
    names = ["download", "deletion_asked", "deletion_cancelled", "log_in", "deletion_asked"]
    assert [entry["event"] for entry in log.take()] == names
    User.objects.update(deletion_requested_at=timezone.now() - timezone.timedelta(days=8))
    erasure.erase(susan.pk)
    gone = {"person": susan.pk, "username": f"deleted-{susan.pk}"}
    assert log.take() == [{"event": "account_deleted", "result": "ok", **gone}]


# Rights, and what moderators do


def test_refused_rights(log, susan, susan_client):
    for _time in range(2):  # once a minute is enough
        assert susan_client.get(reverse("admin:login")).status_code == 403
    assert log.take() == [event("forbidden", susan, "refused", page="admin:login")]


def test_roles(log, susan, boss, boss_client):
    group = Group.objects.get(name=GROUP)
    page = reverse("admin:accounts_user_change", args=[susan.pk])
    boss_client.post(
        page, {"email": susan.email, "display_name": "", "about_me": "", "is_staff": "on", "groups": group.pk}
    )
    [change] = log.take()
    assert change == event("role_change", susan, **by(boss), staff=True, administrator=False, groups=[GROUP], rights=[])
    right = Permission.objects.get(codename="view_post")
    boss_client.post(reverse("admin:auth_group_change", args=[group.pk]), {"name": GROUP, "permissions": right.pk})
    assert log.take() == [event("group_change", boss, group=GROUP, rights=["view_post"])]


def test_a_password_that_the_staff_set(log, susan, boss, boss_client):
    passwords = {"password1": NEW, "password2": NEW, "usable_password": "true"}
    boss_client.post(reverse("admin:auth_user_password_change", args=[susan.pk]), passwords)
    assert log.take() == [event("password_change", susan, **by(boss))]


def test_moderators_acts(log, susan, john, moderator, moderator_client):
    give_password(Client())
    log.take()
    post = PostFactory(author=john)
    for action in ("end_sessions", "suspend", "restore"):
        act(moderator_client, "accounts_user", action, susan)
    for action in ("hide", "show"):
        act(moderator_client, "posts_post", action, post)
    Report.objects.file(susan, john, post, reason="spam")
    report = Report.objects.get()
    page = reverse("admin:moderation_report_change", args=[report.pk])
    moderator_client.post(page, {"outcome": "dismissed", "note": "Fine."})
    about_her, about_it = {"thing": f"user {susan.pk}"}, {"thing": f"post {post.pk}"}
    assert log.take() == [
        *(event(name, susan, **by(moderator), **about_her) for name in ("end_sessions", "suspend", "restore")),
        *(event(name, john, **by(moderator), **about_it) for name in ("hide", "show")),
        event("report_closed", john, **by(moderator), report=report.pk, outcome="dismissed"),
    ]


def test_limits(log, limit, susan, susan_client, client):
    limit("download", person=(1, 60))
    for _time in range(3):
        susan_client.post(reverse("account_download")).getvalue()
    limited = event("rate_limit", susan, "refused", action="download", counted_by="person")
    assert log.take() == [event("download", susan), limited]
    for _time in range(6):
        give_password(client, password="wrong")
    assert log.take()[-1] == event("rate_limit", None, "refused", action="log_in", counted_by="account")


# The file


def test_it_is_a_file_of_its_own_whatever_the_other_one_leaves_out(monkeypatch, tmp_path):
    monkeypatch.setenv("LOG_LEVEL", "ERROR")
    config = logging_settings(tmp_path, debug=False)
    assert config["handlers"]["security"]["filename"] == tmp_path / "log" / "security.log"
    assert config["loggers"]["security"] == {"level": "INFO", "handlers": ["security"], "propagate": False}


def test_a_line_cannot_be_forged_nor_left_out(log, boss):
    security_log.note("group_change", person=boss, group="x\n2026 \u2028\u202e\x1b[2J password=hunter2")
    security_log.note("log_in", person=boss)
    assert all(line.isascii() and "\n" not in line and "\x1b" not in line for line in log.lines)
    assert log.events[1] == {"event": "log_in", "result": "ok", "person": boss.pk, "username": boss.username}


def test_no_secret_and_no_address_of_mail_is_in_it(log, susan, susan_client, client):
    codes = switch_on(susan)
    susan_client.post(reverse("settings_account"), {"email": "other@example.org", "password": PASSWORD})
    give_password(client, "susan@example.org")
    give_code(client, codes[0])
    client.post(reverse("sessions_end_others"))
    client.post(reverse("password_change"), {"old_password": PASSWORD, "new_password1": NEW, "new_password2": NEW})
    assert len(log.lines) == 5
    kept = "\n".join(log.lines)
    for secret in (PASSWORD, NEW, "@example.org", codes[0], *susan.sessions.values_list("pk", flat=True)):
        assert secret not in kept
    assert str(site_settings.SECRET_KEY) not in kept
