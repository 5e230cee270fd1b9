"""Posts that are saved to go on with later, on every device."""

import uuid

import pytest
from django.test import Client
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from accounts.models import User
from accounts.tests.factories import PASSWORD
from posts.drafts.models import MOST
from posts.models import Draft, Post
from posts.tests.factories import PostFactory
from social.models import Block
from tests.forms import Browser
from tests.races import at_once

AJAX = {"X-Requested-With": "XMLHttpRequest"}
TEXT = "The ferry is late again."


@pytest.fixture
def post(john):
    return PostFactory(author=john, body="Where is the ferry?")


def save(client, body=TEXT, headers=None, **fields):
    return client.post("/drafts/", {"body": body, **fields}, headers=headers or {})


def form_of(client, draft):
    return client.get(f"/compose/?draft={draft.pk}").context["form"]


def sent_by(form):
    """What a browser sends of this form."""
    fields = ["body", *form.further, "content_warning", "language", "visibility"]
    return {name: form[name].value() or "" for name in (*fields, "in_reply_to", "quote", "draft", "submission")}


def test_a_draft_holds_all_that_a_post_would(susan_client, susan, post):
    written = {"body_2": "And again.", "content_warning": "Ferries", "language": "fr", "visibility": "followers"}
    assertRedirects(save(susan_client, in_reply_to=post.pk, quote=post.pk, **written), "/drafts/")
    draft = susan.drafts.get()
    assert draft.texts == [TEXT, "And again."]
    form = form_of(susan_client, draft)
    assert {name: form[name].value() for name in written} == written
    assert (form["body"].value(), form.answered, form.quoted) == (TEXT, post, post)
    assert susan.posts.count() == 0


@pytest.mark.any_database
def test_the_list_shows_what_there_is_to_go_on_with(susan_client, susan, post):
    save(susan_client, in_reply_to=post.pk, content_warning="Ferries", language="fr", visibility="followers")
    draft = susan.drafts.get()
    page = susan_client.get("/drafts/")
    for shown in (TEXT, "Ferries", "French", "Followers only", post.get_absolute_url()):
        assertContains(page, shown)
    assertContains(page, f'href="/compose/?draft={draft.pk}"')
    assertContains(page, f'formaction="/drafts/{draft.pk}/delete/"')
    assertContains(susan_client.get("/compose/"), 'href="/drafts/"', count=2)  # in the menu, too


def test_the_one_saved_last_comes_first(susan_client, susan, later):
    for body in ("First", "Second"):
        save(susan_client, body)
        later(seconds=1)
    save(susan_client, "First, renewed", draft=susan.drafts.first().pk)
    page = susan_client.get("/drafts/").text
    assert page.index("First, renewed") < page.index("Second")
    assert susan.drafts.count() == 2


def test_the_list_takes_as_many_queries_for_many_as_for_one(
    susan_client, susan, post, django_assert_num_queries, django_assert_max_num_queries
):
    def write(number):
        for _number in range(number):
            Draft.objects.keep(susan, texts=[TEXT], in_reply_to=PostFactory().pk, quote=post.pk)

    write(1)
    with django_assert_max_num_queries(20) as few:
        susan_client.get("/drafts/")
    write(20)
    with django_assert_num_queries(len(few)):
        susan_client.get("/drafts/")


# Nothing is lost


@pytest.mark.any_database
@pytest.mark.parametrize("body", ["", " \n", "\u200b"])
def test_a_draft_of_nothing_is_refused(susan_client, susan, body):
    response = save(susan_client, body)
    assert response.context["form"].errors["body"]
    assert not susan.drafts.exists()


def test_what_is_too_long_for_a_post_can_be_saved(susan_client, susan):
    save(susan_client, "x" * 501, body_2="é" * 10_000)
    draft = susan.drafts.get()
    assert [len(text) for text in draft.texts] == [501, 10_000]
    response = susan_client.post("/posts/", sent_by(form_of(susan_client, draft)))
    assert set(response.context["form"].errors) == {"body", "body_2"}
    assert (susan.drafts.count(), susan.posts.count()) == (1, 0)


def test_what_no_column_holds_is_an_error_that_keeps_the_text(susan_client, susan):
    for fields in ({"body": "x" * 10_001}, {"body": "x\0y"}, {"content_warning": "x" * 101}, {"language": "x"}):
        response = save(susan_client, **{"body": TEXT, "body_2": "And again."} | fields)
        assertContains(response, "And again.</textarea>")
        assertContains(response, 'data-maximum="500"')
        assert set(response.context["form"].errors) == {next(iter(fields))}
    assert not susan.drafts.exists()


@pytest.mark.any_database
@pytest.mark.parametrize("role", ["in_reply_to", "quote"])
def test_what_it_is_about_may_be_gone_and_it_never_turns_into_something_else(susan_client, susan, john, post, role):
    save(susan_client, **{role: post.pk})
    save(susan_client, "Odd", **{role: "x"})
    post.delete()
    for draft in susan.drafts.all():
        assertContains(susan_client.get("/drafts/"), "isn't available.", count=2)
        page = susan_client.get(f"/compose/?draft={draft.pk}")
        assertContains(page, "isn&#x27;t available.")
        assertContains(page, f"{draft.texts[0]}</textarea>")
        response = susan_client.post("/posts/", sent_by(page.context["form"]))
        assert "available" in response.context["form"].errors["body"][0]
        assertContains(response, f'<input type="hidden" name="draft" value="{draft.pk}">')
        assertRedirects(susan_client.post("/drafts/", sent_by(page.context["form"])), "/drafts/")
    assert (susan.drafts.count(), susan.posts.count()) == (2, 0)


@pytest.mark.any_database
def test_of_what_one_may_not_see_any_more_a_draft_tells_nothing(susan_client, susan, john, post):
    save(susan_client, in_reply_to=post.pk)
    Block.objects.block(john, susan)
    for path in ("/drafts/", f"/compose/?draft={susan.drafts.get().pk}"):
        assertNotContains(susan_client.get(path), "john")


@pytest.mark.any_database
def test_a_draft_about_a_repost_is_one_about_the_original(susan_client, susan, john, post):
    Post.objects.repost(susan, post)
    save(susan_client, in_reply_to=Post.objects.get(repost_of=post).pk)
    assert susan.drafts.get().in_reply_to == post.pk


@pytest.mark.any_database
def test_the_audience_that_was_not_chosen_stays_that_of_the_preference(susan_client, susan):
    save(susan_client)
    User.objects.filter(pk=susan.pk).update(default_visibility="followers")
    assert form_of(susan_client, susan.drafts.get())["visibility"].value() == "followers"


@pytest.mark.any_database
def test_people_who_may_not_write_or_reached_the_limit_can_save_what_they_wrote(susan_client, susan, settings, limit):
    limit("write", person=(1, 600))
    for _time in range(2):
        susan_client.post("/posts/", {"body": "Hi"})
    settings.CONFIRM_EMAIL = "required"
    User.objects.filter(pk=susan.pk).update(email_confirmed_at=None)
    assertRedirects(save(susan_client), "/drafts/")
    assertContains(susan_client.get("/drafts/"), TEXT)
    page = susan_client.get(f"/compose/?draft={susan.drafts.get().pk}")
    assertContains(page, "Confirm your e-mail address first")
    assertContains(page, f"{TEXT}</textarea>")
    assert susan_client.post("/posts/", sent_by(page.context["form"])).context["form"].errors
    assert susan.drafts.exists()


def test_one_too_many_is_an_error_that_keeps_the_text(susan_client, susan):
    Draft.objects.bulk_create(Draft(author=susan, texts=["Old"]) for _number in range(MOST))
    for headers, status in (({}, 200), (AJAX, 422)):
        response = save(susan_client, headers=headers, body_2="And again.")
        assertContains(response, "You have 50 drafts. Delete one to save another.", status_code=status)
        for text in (TEXT, "And again."):
            assertContains(response, f"{text}</textarea>", status_code=status)
    assertRedirects(save(susan_client, draft=susan.drafts.first().pk), "/drafts/")
    assert susan.drafts.count() == MOST


@pytest.mark.django_db(transaction=True)
def test_many_at_once_are_no_more_than_there_may_be(susan, john):
    Draft.objects.bulk_create(Draft(author=susan, texts=["Old"]) for _number in range(MOST - 5))

    def send(_number):
        client = Client()
        client.force_login(User.objects.get(pk=susan.pk))
        return save(client).status_code

    assert sorted(at_once(send)) == [200] * 7 + [302] * 5
    assert susan.drafts.count() == MOST


@pytest.mark.django_db(transaction=True)
def test_the_same_form_saved_many_times_at_once_is_one_draft(susan):
    sent = {"submission": uuid.uuid4()}

    def send(_number):
        client = Client()
        client.force_login(User.objects.get(pk=susan.pk))
        return save(client, headers=AJAX, **sent).text

    assert len({answer.split(">")[0] for answer in at_once(send, times=4)}) == 1
    assert susan.drafts.count() == 1


# A draft becomes a post


@pytest.mark.any_database
@pytest.mark.parametrize("headers", [{}, AJAX])
def test_publishing_a_draft_removes_it_and_no_other(susan_client, susan, headers):
    for body in (TEXT, "Another"):
        save(susan_client, body)
    draft = susan.drafts.get(texts=[TEXT])
    susan_client.post("/posts/", sent_by(form_of(susan_client, draft)), headers=headers)
    assert susan.posts.get().body == TEXT
    assert susan.drafts.get().texts == ["Another"]


@pytest.mark.any_database
def test_a_form_that_was_saved_and_then_sent_leaves_no_draft(susan_client, susan):
    sent = {"submission": uuid.uuid4()}
    save(susan_client, headers=AJAX, **sent)
    susan_client.post("/posts/", {"body": TEXT, **sent})
    assert (susan.posts.count(), susan.drafts.count()) == (1, 0)


@pytest.mark.any_database
def test_a_draft_continued_in_two_tabs_is_published_once(susan_client, susan):
    save(susan_client, submission=uuid.uuid4())
    tabs = [sent_by(form_of(susan_client, susan.drafts.get())) for _tab in range(2)]
    for tab in tabs:
        assertRedirects(susan_client.post("/posts/", tab), "/")
    assert susan.posts.count() == 1


@pytest.mark.any_database
def test_errors_keep_the_draft(susan_client, susan):
    save(susan_client)
    sent = sent_by(form_of(susan_client, susan.drafts.get()))
    response = susan_client.post("/posts/", sent | {"body": "x" * 501})
    assertContains(response, f'<input type="hidden" name="draft" value="{sent["draft"]}">')
    response = susan_client.post("/posts/", sent | {"add": "1"})
    assertContains(response, f'<input type="hidden" name="draft" value="{sent["draft"]}">')


@pytest.mark.any_database
def test_somebody_else_s_draft_is_not_there(susan_client, john, susan):
    draft = Draft.objects.keep(john, texts=["Only John's"])
    assert susan_client.get(f"/compose/?draft={draft.pk}").status_code == 404
    assert susan_client.post(f"/drafts/{draft.pk}/delete/").status_code == 404
    assertNotContains(susan_client.get("/drafts/"), "Only John")
    save(susan_client, draft=draft.pk)
    susan_client.post("/posts/", {"body": TEXT, "draft": draft.pk})
    draft.refresh_from_db()
    assert draft.texts == ["Only John's"]
    assert susan.drafts.get().texts == [TEXT]


@pytest.mark.any_database
@pytest.mark.parametrize("pk", ["", "x", "0", "-1", "9" * 30, "7"])
def test_a_draft_that_there_is_not_is_not_found(susan_client, susan, pk):
    assert susan_client.get(f"/compose/?draft={pk}").status_code == 404
    assertRedirects(save(susan_client, draft=pk), "/drafts/")
    assert susan.drafts.count() == 1


# Deleting


@pytest.mark.any_database
def test_deleting_one_twice_is_harmless(susan_client, susan):
    draft, _other = (Draft.objects.keep(susan, texts=[text]) for text in ("Old", "New"))
    for _time in range(2):
        assertRedirects(susan_client.post(f"/drafts/{draft.pk}/delete/"), "/drafts/")
    assertRedirects(susan_client.get(f"/drafts/{draft.pk}/delete/"), "/drafts/")
    assert susan.drafts.get().texts == ["New"]


# Scripts


@pytest.mark.any_database
def test_a_script_learns_the_number_of_the_draft_and_renews_it(susan_client, susan):
    answer = save(susan_client, headers=AJAX)
    draft = susan.drafts.get()
    assertContains(answer, f'<input type="hidden" name="draft" value="{draft.pk}">')
    assertContains(answer, "Your draft has been saved.")
    save(susan_client, "It came.", headers=AJAX, draft=draft.pk)
    assert susan.drafts.get().texts == ["It came."]
    assertContains(susan_client.post(f"/drafts/{draft.pk}/delete/", headers=AJAX), "Your draft has been deleted.")


# A form that could not be taken


@pytest.fixture
def susans(susan):
    return Browser(susan)


def log_out_and_in(susans):
    susans.post("/logout/", susans.open("/"))
    susans.post("/login/", susans.open("/login/") | {"username": "susan", "password": PASSWORD})


@pytest.mark.any_database
@pytest.mark.parametrize("path", ["/posts/", "/drafts/"])
def test_a_form_opened_before_a_log_in_comes_back_with_all_texts_and_its_draft(susans, susan, path):
    draft = Draft.objects.keep(susan, texts=[TEXT, "And again."], submission=uuid.uuid4())
    page = f"/compose/?draft={draft.pk}"
    fields = susans.open(page) | {"body": "New", "body_2": "", "body_3": "Newest"}
    log_out_and_in(susans)
    response = susans.post(path, fields, headers={"Referer": f"http://testserver{page}"}, follow=True)
    form = response.context["form"]
    assert [text.value() for text in form.texts] == ["New", "", "Newest"]
    assert str(form["draft"].value()) == str(draft.pk)
    assertContains(response, "Newest</textarea>")
    assert susans.post("/drafts/", sent_by(form) | susans.open(page)).status_code == 302
    assertNotContains(susans.get("/drafts/"), "</textarea>")


@pytest.mark.any_database
def test_a_draft_whose_session_ended_waits_where_it_was_written(susans, susan, post):
    page = f"/compose/?in_reply_to={post.pk}"
    fields = susans.open(page) | {"body": TEXT, "body_2": "And again."}
    susan.sessions.all().delete()
    susans.post("/drafts/", fields, headers={"Referer": f"http://testserver{page}"})
    susans.force_login(susan)
    assert [text.value() for text in susans.get(page).context["form"].texts] == [TEXT, "And again."]


def test_drafts_go_with_the_account(susan, john):
    Draft.objects.keep(susan, texts=[TEXT])
    kept = Draft.objects.keep(john, texts=[TEXT])
    susan.delete()
    assert Draft.objects.get() == kept
