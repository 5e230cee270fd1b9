"""A form that cannot be taken comes back filled in: opened before a log-in, in a second tab, or without its session."""

import time
from unittest import mock

import pytest
from django.urls import reverse
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from accounts.models import Session, User
from accounts.tests.factories import PASSWORD
from accounts.tests.pictures import picture, upload
from accounts.tests.two_factor import code_of, switch_on
from microblog_site.limits import rate_limits
from posts.tests.factories import PostFactory

from .forms import Browser

pytestmark = pytest.mark.any_database

TEXT = "The ferry is late again."
PUBLISH = reverse("post_create")
SENTENCE = "This page was opened before you logged in or out"
ENDED = "You&#x27;re no longer logged in."
AJAX = {"X-Requested-With": "XMLHttpRequest"}


def log_in(browser, name="susan"):
    return browser.post("/login/", browser.open("/login/") | {"username": name, "password": PASSWORD})


def log_out(browser):
    return browser.post("/logout/", browser.open("/"))


def opened_before(browser, page, name="susan"):
    """The fields of a page that stays open in another tab while somebody logs out there and `name` logs in."""
    fields = browser.open(page)
    log_out(browser)
    log_in(browser, name)
    return fields


@pytest.fixture
def susans(susan, john):
    """Susan is logged in with it."""
    browser = Browser()
    log_in(browser)
    return browser


def composer(browser):
    return composer_on(browser, "/")


def composer_on(browser, page):
    return browser.get(page).context["form"]["body"].value()


# Opened before a log-in


FORMS = {
    "settings_profile": {"username": "sue", "display_name": "Sue", "about_me": "Half Irish"},
    "settings_preferences": {"theme": "dark", "language": "de", "read_languages": ["fr", "pl"]},
    "settings_account": {"email": "new@example.org"},
    "report": {"reason": "spam", "comment": "Look at this"},
    "post_edit": {"body": TEXT, "language": "fr", "content_warning": "Ferries"},
    "password_reset": {"email": "susan@mail.example"},
}


@pytest.mark.parametrize("name", FORMS)
def test_a_form_opened_before_a_log_in_comes_back_filled(susans, susan, john, name):
    post = PostFactory(author=susan)
    page = {"report": f"/report/?user={john.pk}", "post_edit": f"/posts/{post.pk}/edit/"}.get(name) or reverse(name)
    stale = opened_before(susans, page)
    response = susans.post(page, stale | FORMS[name] | {"password": PASSWORD})
    assertContains(response, SENTENCE)
    assertNotContains(response, PASSWORD)
    assert "no-store" in response["Cache-Control"]
    form = response.context["form"]
    assert {field: form[field].value() for field in FORMS[name]} == FORMS[name]
    again = susans.open(page)
    assert susans.post(page, again | FORMS[name] | {"password": PASSWORD}).status_code == 302
    assertNotContains(susans.get("/"), SENTENCE)


def test_a_box_that_was_unticked_stays_unticked(susans, susan):
    page = reverse("settings_preferences")
    stale = opened_before(susans, page)
    form = susans.post(page, stale | {"theme": "dark"}).context["form"]
    assert susan.mail_new_devices
    assert form["mail_new_devices"].value() is False


def test_passwords_codes_and_files_are_never_kept(susans, susan):
    for page, typed in (
        (reverse("password_change"), {"old_password": PASSWORD, "new_password1": "seven purple kettles"}),
        (reverse("two_factor"), {"code": "123456", "password": PASSWORD}),
        (reverse("settings_profile"), {"username": "sue", "avatar": upload(picture())}),
    ):
        assertContains(susans.post(page, opened_before(susans, page) | typed), SENTENCE)
    kept = str([session.get_decoded().get("typed") for session in Session.objects.all()])
    assert "'sue'" in kept
    assert not [secret for secret in (PASSWORD, "kettles", "123456", "csrf", "avatar") if secret in kept]


def test_a_button_leads_back_to_where_it_was(susans, john):
    stale = opened_before(susans, "/@john/followers/")
    for path in ("/@john/follow/", "/language/", "/logout/"):
        response = susans.post(path, stale, headers={"Referer": "http://testserver/@john/followers/"})
        assertRedirects(response, "/@john/followers/", fetch_redirect_response=False)
        assertContains(susans.get(response.url), SENTENCE)
    assert not john.followers.exists()


@pytest.mark.parametrize("page", ["/login/", "/register/"])
def test_a_second_tab_of_log_in_or_sign_up_leads_on(susan, page):
    browser = Browser()
    stale = browser.open(page)
    log_in(browser)
    response = browser.post(page, stale | {"username": "sue", "email": "a@example.org"})
    assertRedirects(response, "/")
    assertNotContains(browser.get("/"), SENTENCE)
    assert browser.is_logged_in()


# Only from this site


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "none"},
        {"Sec-Fetch-Site": "cross-site", "Origin": "http://testserver"},
        {"Sec-Fetch-Site": "same-origin", "Origin": "http://evil.example"},
        {"Origin": "http://evil.example"},
        {"Origin": "http://testserver.evil.example"},
        {"Origin": "https://testserver"},
        {"Origin": "null"},
        {"Referer": "http://testserver/"},
        {"Sec-Fetch-Dest": "document"},
    ],
)
def test_no_other_site_plants_text(susans, headers):
    stale = opened_before(susans, "/")
    susans.defaults = {}
    response = susans.post(PUBLISH, stale | {"body": "Buy my coins"}, headers=headers)
    assertContains(response, "Please send that again", status_code=403)
    assert not composer(susans)


def test_the_origin_vouches_where_the_browser_says_nothing_else(susans):
    stale = opened_before(susans, "/")
    susans.defaults = {}
    susans.post(PUBLISH, stale | {"body": TEXT}, headers={"Origin": "http://testserver"})
    assert composer(susans) == TEXT


def test_scripts_and_the_admin_are_refused_as_before(susans, boss):
    stale = opened_before(susans, "/", "brenda")
    assert susans.post(PUBLISH, stale | {"body": TEXT}, headers=AJAX).status_code == 403
    assert susans.post(reverse("admin:accounts_blockedname_add"), stale | {"word": "casino"}).status_code == 403
    assert not composer(susans)


# The text of a post


def end_session(browser):
    Session.objects.filter(pk=browser.sees()[0]).delete()


@pytest.mark.parametrize("headers", [{}, AJAX])
def test_a_post_waits_in_the_composer_until_it_is_published(susans, susan, headers):
    fields = susans.open("/")
    end_session(susans)
    answer = susans.post(PUBLISH, fields | {"body": TEXT, "language": "fr"}, headers=headers)
    assert answer.status_code == (401 if headers else 302)
    assertContains(susans.get("/login/"), ENDED)
    susans.post("/language/", susans.open("/login/") | {"language": "en"})
    log_in(susans)
    for page in ("/", "/explore/", "/", "/@susan/"):
        susans.get(page)
    page = susans.get("/")
    assert "no-store" in page["Cache-Control"]
    assertContains(page, TEXT, count=1)
    assert page.context["form"]["language"].value() == "fr"
    assert not susan.posts.exists()
    susans.post(PUBLISH, susans.open("/") | {"body": TEXT}, headers=headers)
    assert susan.posts.get().body == TEXT
    assert not composer(susans)


WRITTEN = {"body": TEXT, "language": "fr", "content_warning": "Ferries", "visibility": "followers"}


def shown(browser, page):
    """What the composer on `page` is filled with."""
    form = browser.get(page).context["form"]
    return {name: form[name].value() for name in (*WRITTEN, "in_reply_to", "quote")}


@pytest.mark.parametrize("role", ["in_reply_to", "quote"])
def test_an_answer_or_a_quote_waits_where_it_was_written(susans, susan, john, role):
    post, other = PostFactory(author=john), PostFactory(author=john)
    page = f"/compose/?{role}={post.pk}"
    fields = opened_before(susans, page) | WRITTEN
    response = susans.post(PUBLISH, fields, headers={"Referer": f"http://testserver{page}"})
    assertRedirects(response, page, fetch_redirect_response=False)
    about = {"in_reply_to": "", "quote": "", role: str(post.pk)}
    assert shown(susans, page) == WRITTEN | about
    for another in ("/compose/", f"/compose/?{role}={other.pk}"):
        assert not composer_on(susans, another)
    assert susans.post(PUBLISH, susans.open(page) | WRITTEN).status_code == 302
    assert susan.posts.get().in_reply_to == (post if role == "in_reply_to" else None)
    assert not composer_on(susans, page)


def test_an_answer_waits_on_the_page_of_what_it_answers_too(susans, susan, john):
    post, other = PostFactory(author=john), PostFactory(author=john)
    page = post.get_absolute_url()
    fields = opened_before(susans, page) | WRITTEN
    assertRedirects(susans.post(PUBLISH, fields, headers={"Referer": f"http://testserver{page}"}), page)
    assert composer_on(susans, page) == TEXT
    assert not composer_on(susans, other.get_absolute_url())
    susans.post(PUBLISH, susans.open(page) | WRITTEN)
    assert susan.posts.get().in_reply_to == post


def test_without_a_page_to_go_back_to_it_waits_at_home_as_the_answer_that_it_is(susans, susan, john):
    post = PostFactory(author=john)
    susans.post(PUBLISH, opened_before(susans, "/") | WRITTEN | {"in_reply_to": post.pk})
    page = susans.get("/")
    assertContains(page, TEXT)
    assertContains(page, 'Your reply to <a href="/@john/')
    susans.post(PUBLISH, susans.open("/") | WRITTEN)
    assert susan.posts.get().in_reply_to == post


def test_it_survives_a_post_that_is_refused(susans):
    susans.post(PUBLISH, opened_before(susans, "/") | {"body": TEXT})
    assert susans.post(PUBLISH, susans.open("/") | {"body": ""}).status_code == 200
    assert composer(susans) == TEXT


def test_it_is_kept_for_an_hour(susans):
    susans.post(PUBLISH, opened_before(susans, "/") | {"body": TEXT})
    assert composer(susans) == TEXT
    with mock.patch("time.time", return_value=time.time() + 61 * 60):
        assert not composer(susans)


def test_other_readers_see_nothing_of_it(susans, john_client):
    susans.post(PUBLISH, opened_before(susans, "/") | {"body": TEXT})
    assert composer(susans) == TEXT
    assertNotContains(john_client.get("/"), TEXT)


@pytest.mark.parametrize("token_says_whose", [True, False])
def test_it_is_dropped_when_another_account_logs_in(susans, token_says_whose):
    fields = susans.open("/")
    if not token_says_whose:
        fields["csrfmiddlewaretoken"] = susans.cookies["csrftoken"].value
    end_session(susans)
    susans.post(PUBLISH, fields | {"body": TEXT})
    log_in(susans, "john")
    assert not composer(susans)
    assert TEXT not in str([session.get_decoded() for session in Session.objects.all()])


@pytest.mark.parametrize("token_says_whose", [True, False])
def test_it_is_carried_through_the_log_in_of_whoever_used_this_browser_last(susans, token_says_whose):
    fields = susans.open("/")
    if not token_says_whose:
        fields["csrfmiddlewaretoken"] = susans.cookies["csrftoken"].value
    end_session(susans)
    susans.post(PUBLISH, fields | {"body": TEXT})
    log_in(susans)
    assert composer(susans) == TEXT


def test_it_never_gets_to_the_account_that_is_logged_in_meanwhile(susans):
    """Susan's tab is still open when John has logged in."""
    susans.post(PUBLISH, opened_before(susans, "/", "john") | {"body": TEXT})
    assert not composer(susans)


def test_signing_up_drops_it_too(susans):
    fields = susans.open("/")
    end_session(susans)
    susans.post(PUBLISH, fields | {"body": TEXT})
    new = {"username": "ada", "email": "ada@example.org", "password1": PASSWORD, "password2": PASSWORD}
    susans.post("/register/", susans.open("/register/") | new)
    assert User.objects.filter(username="ada").exists()
    assert not composer(susans)


def test_a_form_of_the_settings_comes_back_after_log_in_too(susans):
    page = reverse("settings_profile")
    fields = susans.open(page)
    end_session(susans)
    response = susans.post(page, fields | {"display_name": "Sue"}, headers={"Referer": f"http://testserver{page}"})
    assertRedirects(response, f"/login/?next={page}")
    log_in(susans)
    assert susans.get(page).context["form"]["display_name"].value() == "Sue"


def test_it_is_carried_through_two_step_log_in(susans, susan):
    switch_on(susan)
    fields = susans.open("/")
    end_session(susans)
    susans.post(PUBLISH, fields | {"body": TEXT})
    log_in(susans)
    susans.post("/login/code/", susans.open("/login/code/") | {"code": code_of(susan)})
    assert composer(susans) == TEXT


@pytest.mark.parametrize("path", ["/@john/mute/", "/admin/accounts/blockedname/add/"])
def test_nothing_is_promised_that_no_page_would_show_again(susans, path):
    fields = susans.open("/")
    end_session(susans)
    assert susans.post(path, fields | {"days": "7", "word": "casino"}).status_code == 302
    assertNotContains(susans.get("/login/"), ENDED)
    assert not Session.objects.exists()


# It takes little room


def test_too_much_is_not_kept_and_leaves_the_rest(susans):
    susans.post(PUBLISH, opened_before(susans, "/") | {"body": TEXT})
    page = reverse("settings_profile")
    assertContains(susans.post(page, opened_before(susans, page) | {"about_me": "x" * 70_000}), SENTENCE)
    assert "x" * 100 not in susans.get(page).content.decode()


def test_strangers_can_fill_the_table_only_so_far(db, monkeypatch):
    monkeypatch.setattr(rate_limits, "KEPT_OF_STRANGERS", (2, 3600))
    for number in range(4):
        stranger = Browser()
        stranger.post("/password/reset/", {"email": f"{number}@example.org"})
    assert Session.objects.count() == 2


def test_of_a_stranger_it_is_gone_after_an_hour(db):
    stranger = Browser()
    stranger.post("/password/reset/", {"email": "susan@example.org"})
    assert Session.objects.get().expire_date.timestamp() < time.time() + 3601
