"""A form sent twice has one effect, and the repeat gets the redirect that the first got."""

import time
from base64 import b32decode
from datetime import timedelta
from unittest import mock

import pytest
from django.apps import apps
from django.core import mail
from django.urls import reverse
from django.utils import timezone
from django_ox.models import OxTask

from accounts.models import Session, User
from accounts.personal_data.tasks import prune
from accounts.tests.factories import PASSWORD, UserFactory
from accounts.tests.pictures import picture, upload
from accounts.tests.test_email_confirmation import link_for
from accounts.tests.test_email_undo import change_address
from accounts.tests.two_factor import code_for, code_of, switch_on
from microblog_site.limits import rate_limits
from microblog_site.submissions import middleware
from microblog_site.submissions.models import Submission
from microblog_site.submissions.tokens import Token, mark_of, token_for
from microblog_site.tests.test_database_down import database_down
from posts.models import Draft
from posts.tests.factories import PostFactory
from social.models import Follow

from .forms import Browser
from .races import at_once

NEW_PASSWORD = "seven purple kettles"
FORMS = {}


def form(build):
    """Register a form: for the cast, the browser it is sent with, its page, where it goes, and what is typed."""
    FORMS[build.__name__] = build
    return build


@form
def sign_up(susan, **cast):
    typed = {"username": "ada", "email": "ada@example.org", "password1": PASSWORD, "password2": PASSWORD}
    return Browser(), "/register/", "/register/", typed


@form
def log_in(susan, **cast):
    return Browser(), "/login/", "/login/", {"username": "susan", "password": PASSWORD, "remember_me": "on"}


@form
def password_before_the_code(susan, **cast):
    switch_on(susan)
    return Browser(), "/login/", "/login/", {"username": "susan", "password": PASSWORD}


@form
def code_of_log_in(susan, **cast):
    switch_on(susan)
    browser = Browser()
    browser.post("/login/", browser.open("/login/") | {"username": "susan", "password": PASSWORD})
    return browser, "/login/code/", "/login/code/", {"code": code_of(susan)}


@form
def log_out(susan, **cast):
    return Browser(susan), "/", "/logout/", {}


@form
def password_change(susan, **cast):
    typed = {"old_password": PASSWORD, "new_password1": NEW_PASSWORD, "new_password2": NEW_PASSWORD}
    return Browser(susan), "/password/change/", "/password/change/", typed


@form
def password_reset(susan, **cast):
    return Browser(), "/password/reset/", "/password/reset/", {"email": susan.email}


@form
def new_password(susan, run_tasks, **cast):
    Browser().post("/password/reset/", Browser().open("/password/reset/"))
    browser = Browser()
    browser.post("/password/reset/", browser.open("/password/reset/") | {"email": susan.email})
    run_tasks()
    link = mail.outbox.pop().body.partition("http://127.0.0.1:8000")[2].split()[0]
    path = browser.get(link).url
    return browser, path, path, {"new_password1": NEW_PASSWORD, "new_password2": NEW_PASSWORD}


@form
def email_change(susan, **cast):
    page = reverse("settings_account")
    return Browser(susan), page, page, {"email": "new@example.org", "password": PASSWORD}


@form
def confirm_address(susan, **cast):
    sue = UserFactory(email_confirmed_at=None)
    link = link_for(sue)
    return Browser(sue), link, link, {}


@form
def undo_email_change(susan, **cast):
    link = change_address(susan, "evil@example.org")
    return Browser(susan), link, link, {}


@form
def send_confirmation_again(susan, **cast):
    return Browser(UserFactory(email_confirmed_at=None)), "/", reverse("email_confirm_send"), {}


@form
def two_factor_on(susan, **cast):
    browser, page = Browser(susan), reverse("two_factor")
    key = b32decode(browser.get(page).context["setup"].text.replace(" ", "")).hex()
    return browser, page, page, {"code": code_for(key), "password": PASSWORD}


@form
def new_recovery_codes(susan, **cast):
    switch_on(susan)
    page = reverse("two_factor_codes")
    return Browser(susan), page, page, {"code": code_of(susan), "password": PASSWORD}


@form
def two_factor_off(susan, **cast):
    switch_on(susan)
    page = reverse("two_factor_off")
    return Browser(susan), page, page, {"code": code_of(susan), "password": PASSWORD}


@form
def profile(susan, **cast):
    page = reverse("settings_profile")
    return Browser(susan), page, page, {"username": "sue", "avatar": lambda: upload(picture())}


@form
def preferences(susan, **cast):
    page = reverse("settings_preferences")
    return Browser(susan), page, page, {"language": "de", "theme": "dark"}


@form
def account_deletion(susan, **cast):
    page = reverse("account_delete")
    return Browser(susan), page, page, {"password": PASSWORD}


@form
def publish(susan, **cast):
    return Browser(susan), "/", reverse("post_create"), {"body": "Good morning"}


@form
def reply(susan, john, **cast):
    page = f"{reverse('compose')}?in_reply_to={PostFactory(author=john).pk}"
    return Browser(susan), page, reverse("post_create"), {"body": "Good morning", "content_warning": "Breakfast"}


@form
def quote(susan, john, **cast):
    page = f"{reverse('compose')}?quote={PostFactory(author=john).pk}"
    return Browser(susan), page, reverse("post_create"), {"body": "Good morning", "visibility": "followers"}


@form
def thread(susan, john, **cast):
    typed = {"body": "One", "body_2": "Two", "in_reply_to": PostFactory(author=john).pk}
    return Browser(susan), "/", reverse("post_create"), typed


@form
def draft(susan, **cast):
    return Browser(susan), "/", reverse("drafts"), {"body": "One", "body_2": "Two"}


@form
def draft_deletion(susan, **cast):
    draft = Draft.objects.keep(susan, texts=["One"])
    return Browser(susan), reverse("drafts"), reverse("draft_delete", args=[draft.pk]), {}


@form
def unquote(susan, john, **cast):
    post = PostFactory(author=john, quote_of=PostFactory(author=susan))
    return Browser(susan), "/", reverse("post_unquote", args=[post.pk]), {}


@form
def post_edit(susan, **cast):
    page = reverse("post_edit", args=[PostFactory(author=susan).pk])
    return Browser(susan), page, page, {"body": "Hi again"}


@form
def post_deletion(susan, **cast):
    page = reverse("post_delete", args=[PostFactory(author=susan).pk])
    return Browser(susan), page, page, {}


@form
def report(susan, john, **cast):
    page = f"{reverse('report')}?user={john.pk}"
    return Browser(susan), page, page, {"reason": "spam", "comment": "Look at this."}


@form
def follow(susan, john, **cast):
    return Browser(susan), "/@john/", "/@john/follow/", {}


@form
def like(susan, john, **cast):
    return Browser(susan), "/explore/", f"/posts/{PostFactory(author=john).pk}/like/", {}


@form
def repost(susan, john, **cast):
    return Browser(susan), "/explore/", f"/posts/{PostFactory(author=john).pk}/repost/", {}


@form
def block(susan, john, **cast):
    return Browser(susan), "/@john/", "/@john/block/", {}


@form
def mute(susan, john, **cast):
    return Browser(susan), "/@john/", "/@john/mute/", {"days": "7"}


@form
def end_of_a_session(susan, **cast):
    other = Browser()
    other.post("/login/", other.open("/login/") | {"username": "susan", "password": PASSWORD})
    page, session = reverse("settings_account"), susan.sessions.get()
    return Browser(susan), page, reverse("session_end"), {"session": session.handle}


@form
def end_of_other_sessions(susan, **cast):
    Browser(susan)
    return Browser(susan), reverse("settings_account"), reverse("sessions_end_others"), {}


@form
def language(**cast):
    return Browser(), "/explore/", "/language/", {"language": "de"}


@form
def admin_action(susan, boss, **cast):
    page = reverse("admin:accounts_user_changelist")
    return Browser(boss), page, page, {"action": "suspend", "_selected_action": [susan.pk], "reason": "Because"}


@form
def admin_save(boss, **cast):
    page = reverse("admin:accounts_blockedname_add")
    return Browser(boss), page, page, {"word": "casino", "_save": "Save"}


def typed_now(data):
    """What was typed, with files that can be read again."""
    return {name: value() if callable(value) else value for name, value in data.items()}


def everything():
    """All that the site keeps: mails to send and counts of limits, too; but not sessions, whose keys change."""
    models = [model for model in apps.get_models() if model not in (Session, Submission)]
    return {model: sorted(map(str, model.objects.values_list())) for model in models}


@pytest.fixture
def cast(susan, john, boss, run_tasks):
    return {"susan": susan, "john": john, "boss": boss, "run_tasks": run_tasks}


@pytest.mark.any_database
@pytest.mark.parametrize("name", FORMS)
def test_a_form_sent_twice_has_one_effect(name, cast):
    browser, page, path, data = FORMS[name](**cast)
    fields, fields_of_second_tab = browser.open(page), browser.open(page)
    if "submission" in fields:  # the number of a post's form: two of them are two posts
        fields_of_second_tab["submission"] = fields["submission"]
    before_the_answer = browser.twin()

    first = browser.post(path, fields | typed_now(data))
    done, session, told = everything(), browser.sees(), messages(first)
    assert first.status_code == 302

    for again, sent in ((before_the_answer, fields), (browser, fields), (browser, fields_of_second_tab)):
        second = again.post(path, sent | typed_now(data))
        assert (second.status_code, second.url) == (302, first.url)
        assert everything() == done
        assert again.sees() == session
        assert {*again.cookies} == {*browser.cookies}
        assert messages(again.get(second.url, follow=True)) == told


def messages(response):
    return [str(message) for message in response.wsgi_request._messages]


def sent(browser, name, **cast):
    """Send the form `name` with this browser, from a page just opened."""
    _browser, page, path, data = FORMS[name](**cast)
    return browser.post(path, browser.open(page) | typed_now(data))


# What is no repeat


def test_a_page_opened_after_the_effect_starts_a_new_one(susan, john):
    browser = Browser(susan)
    for deed in ("follow", "unfollow", "follow"):
        browser.post(f"/@john/{deed}/", browser.open("/@john/"))
        assert Follow.objects.is_following(susan, john) == (deed == "follow")


def test_another_reset_mail_can_be_asked_for_from_a_new_page(susan):
    browser = Browser()
    for _time in range(2):
        sent(browser, "password_reset", susan=susan)
    assert OxTask.objects.count() == 2


def test_only_the_last_one_is_remembered(susan, john):
    browser = Browser(susan)
    fields = browser.open("/@john/")
    for deed in ("follow", "unfollow", "follow"):
        browser.post(f"/@john/{deed}/", fields)
    assert Follow.objects.is_following(susan, john)


def test_something_else_in_the_same_form_is_no_repeat(susan):
    browser, page = Browser(susan), reverse("settings_profile")
    fields = browser.open(page)
    for name in ("Sue", "Suzy"):
        browser.post(page, fields | {"username": "susan", "display_name": name})
    susan.refresh_from_db()
    assert susan.display_name == "Suzy"


def test_another_picture_is_no_repeat(susan):
    browser, page = Browser(susan), reverse("settings_profile")
    fields, seen = browser.open(page), set()
    for color in ("red", "blue"):
        browser.post(page, fields | {"username": "susan", "avatar": upload(picture(color=color))})
        susan.refresh_from_db()
        seen.add(susan.avatar)
    assert len(seen) == 2


def test_what_had_no_effect_can_be_sent_again(susan):
    browser = Browser()
    fields = browser.open("/login/") | {"username": "susan", "password": "wrong"}
    assert [browser.post("/login/", fields).status_code for _time in range(5)] == [200] * 4 + [429]
    assert not Submission.objects.exists()


def test_scripts_and_programs_are_let_through(susan, john):
    browser = Browser(susan)
    token = browser.open("/@john/")["csrfmiddlewaretoken"]
    browser.post("/@john/follow/", {"csrfmiddlewaretoken": token}, headers={"X-Requested-With": "XMLHttpRequest"})
    browser.post("/@john/follow/", headers={"X-CSRFToken": token})
    assert not Submission.objects.exists()


def test_a_button_that_leads_back_does_so_on_every_page(db):
    """Two tabs, opened before either of them was used."""
    browser = Browser()
    tabs = [(f"http://testserver{page}", browser.open(page)) for page in ("/explore/", "/about/")]
    for page, fields in tabs:
        answer = browser.post("/language/", fields | {"language": "de"}, headers={"Referer": page})
        assert page.endswith(answer.url)


# The token


def test_a_token_says_when_and_for_whom_its_page_was_rendered(susan, john, rf):
    secret, tokens = "s" * 32, []
    for person in (susan, john, john):
        page = rf.get("/")
        page.META["CSRF_COOKIE"], page.user = secret, person
        tokens.append(token_for(page))
        token = Token.of(rf.post("/", {"csrfmiddlewaretoken": tokens[-1]}))
        assert (token.secret, token.mark) == (secret, mark_of(person))
        assert abs(token.opened_at - time.time() * 1000) < 60_000
    assert len({token[:32] for token in tokens}) == len({token[16:32] for token in tokens}) == 3


@pytest.mark.parametrize("token", ["", "x", "a" * 32, "a" * 64, "é" * 64, "0" * 5000])
def test_other_tokens_say_nothing(rf, token):
    said = Token.of(rf.post("/", {"csrfmiddlewaretoken": token}))
    assert said is None or (said.opened_at, said.mark) == (None, None)


# At once


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("name", ["sign_up", "log_in", "password_change", "two_factor_on", "profile"])
def test_a_double_click_has_one_effect(name, cast):
    browser, page, path, data = FORMS[name](**cast)
    fields = browser.open(page)
    browsers = [browser.twin() for _click in range(3)]
    answers = at_once(lambda number: browsers[number].post(path, fields | typed_now(data)), times=3)
    assert [answer.status_code for answer in answers] == [302] * 3
    assert len({answer.url for answer in answers}) == len({browser.sees() for browser in browsers}) == 1
    assert all(browser.is_logged_in() for browser in browsers)
    assert User.objects.filter(username="ada").count() == (name == "sign_up")


def begin(browser, fields, seconds_ago):
    """Leave the row as a process does that began that long ago and hasn't finished."""
    browser.post("/@john/follow/", fields)
    started_at = int((timezone.now() - timedelta(seconds=seconds_ago)).timestamp() * 1000)
    Submission.objects.update(started_at=started_at, finished_at=None)
    Follow.objects.all().delete()


@pytest.mark.parametrize(("seconds_ago", "status"), [(1, 503), (31, 302)])
def test_what_never_ended_is_done_again_after_half_a_minute(susan, john, monkeypatch, seconds_ago, status):
    monkeypatch.setattr(middleware, "PATIENCE", 0)
    browser = Browser(susan)
    fields = browser.open("/@john/")
    begin(browser, fields, seconds_ago)
    assert browser.post("/@john/follow/", fields).status_code == status
    assert Follow.objects.is_following(susan, john) == (status == 302)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("refused", "path", "typed", "status"),
    [("UPDATE", "/@john/follow/", {}, 302), ("DELETE FROM", "/posts/", {"body": " "}, 200)],
)
def test_what_became_of_it_is_kept_once_the_database_is_back(susan, john, refused, path, typed, status):
    browser = Browser(susan)
    fields = browser.open("/@john/") | typed
    with database_down(refused=f'{refused} "submissions_'):
        assert browser.post(path, fields).status_code == status
    assert browser.post(path, fields).status_code == status
    assert User.objects.get(pk=john.pk).followers_count == (status == 302)


# Who gets what


def test_a_form_alone_logs_nobody_in(susan, cast):
    """Whoever got hold of what was sent, the password included, has to log in as everybody else."""
    browser, page, path, data = FORMS["log_in"](**cast)
    fields = browser.open(page) | data
    browser.post(path, fields)
    stranger, other = Browser(), Browser()
    other.open("/login/")
    for thief in (stranger, other):
        thief.post(path, fields)
        assert not thief.is_logged_in()


def test_another_site_logs_nobody_in(susan, cast):
    """Not even one that knows the browser's token, as a neighbour on the same domain might that sets cookies there."""
    browser, page, path, data = FORMS["log_in"](**cast)
    fields, victim = browser.open(page) | data, browser.twin()
    browser.post(path, fields)
    from_elsewhere = {"Origin": "http://evil.example", "Sec-Fetch-Site": "same-site"}
    assert victim.post(path, fields, headers=from_elsewhere).status_code == 403
    assert not victim.is_logged_in()


def test_a_repeat_after_logging_out_does_not_log_in(susan, cast):
    browser, page, path, data = FORMS["log_in"](**cast)
    fields, early = browser.open(page) | data, browser.twin()
    browser.post(path, fields)
    browser.post("/logout/", browser.open("/"))
    for again in (browser, early):
        again.post(path, fields)
        assert not again.is_logged_in()


def test_a_repeat_does_not_take_the_place_of_another_session(susan, john, cast):
    browser, page, path, data = FORMS["log_in"](**cast)
    fields, early = browser.open(page) | data, browser.twin()
    browser.post(path, fields)
    early.force_login(john)
    early.post(path, fields)
    assert early.sees()[1] == john.pk


def test_strangers_can_fill_the_table_only_so_far(susan, monkeypatch):
    monkeypatch.setattr(rate_limits, "KEPT_OF_STRANGERS", (2, 3600))
    for _time in range(3):
        sent(Browser(), "password_reset", susan=susan)
    assert Submission.objects.count() == 2


def test_the_table_holds_digests_and_forgets_after_a_day(susan, cast):
    browser, page, path, data = FORMS["log_in"](**cast)
    fields = browser.open(page) | data
    browser.post(path, fields)
    row = str(Submission.objects.values_list().get())
    assert not [text for text in (PASSWORD, "susan", fields["csrfmiddlewaretoken"]) if text in row]
    prune.call()
    assert Submission.objects.exists()
    with mock.patch("django.utils.timezone.now", return_value=timezone.now() + timedelta(hours=25)):
        prune.call()
    assert not Submission.objects.exists()


def test_a_program_that_sends_what_the_cookie_holds_is_taken_at_its_word_each_time(susan, john):
    browser = Browser(susan)
    browser.get("/")
    token = {"csrfmiddlewaretoken": browser.cookies["csrftoken"].value}
    for _time in range(2):
        browser.post("/@john/follow/", token)
        Follow.objects.unfollow(susan, john)
    browser.post("/@john/follow/", token)
    assert Follow.objects.filter(follower=susan).exists()
