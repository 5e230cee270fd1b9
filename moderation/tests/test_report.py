import pytest
from django.test import Client
from django.urls import reverse
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from accounts.models import User
from moderation.models import Report, ReportAddition
from posts.models import Post
from posts.tests.factories import PostFactory
from social.models import Block, Follow, Mute

pytestmark = pytest.mark.any_database

AJAX = {"X-Requested-With": "XMLHttpRequest"}
SPAM = {"reason": "spam", "comment": "The third time today"}


def about(thing):
    return f"/report/?{'post' if isinstance(thing, Post) else 'user'}={thing.pk}"


@pytest.fixture
def post(john):
    return PostFactory(author=john, body="Cheap pills here")


def test_it_has_the_address_that_was_promised():
    assert reverse("report") == "/report/"


def test_a_post_is_reported(susan_client, susan, john, post):
    assertRedirects(susan_client.post(about(post), SPAM), "/@john/")
    report = Report.objects.get()
    assert (report.reporter, report.person, report.post, report.is_about_post) == (susan, john, post, True)
    assert (report.reason, report.comment, report.snapshot) == ("spam", "The third time today", "Cheap pills here")
    assert report.closed_at is None


def test_a_person_is_reported(susan_client, susan, john):
    john.display_name, john.about_me = "John Doe", "I sell pills"
    john.save()
    assertRedirects(susan_client.post(about(john), {"reason": "impersonation", "comment": ""}), "/@john/")
    report = Report.objects.get()
    assert (report.reporter, report.person, report.post, report.is_about_post) == (susan, john, None, False)
    assert report.snapshot == "John Doe (@john)\n\nI sell pills"


def test_the_page_shows_what_is_reported(susan_client, john, post):
    assertContains(susan_client.get(about(post)), "Cheap pills here")
    john.about_me = "I sell <pills>"
    john.save()
    assertContains(susan_client.get(about(john)), "I sell &lt;pills&gt;")


def test_the_reporter_is_thanked_and_told_of_other_ways(susan_client, john, post):
    response = susan_client.post(about(post), SPAM, follow=True)
    assertContains(response, "Thank you. The moderators will look at it and e-mail you the outcome.")
    assertContains(response, 'formaction="/@john/mute/">Mute @john</button>')
    assertContains(response, 'formaction="/@john/block/">Block @john</button>')


def test_whoever_is_reported_what_was_done_before_is_not_offered(susan_client, susan, john):
    Mute.objects.mute(susan, john)
    response = susan_client.post(about(john), SPAM, headers=AJAX)
    assertNotContains(response, "/mute/")
    assertContains(response, "/block/")
    Block.objects.block(susan, john)
    assertNotContains(susan_client.post(about(john), SPAM, headers=AJAX), "/block/")


def test_it_leads_back_to_the_page_it_was_asked_for_on(susan_client, post):
    explore = "http://testserver/explore/?before=9000"
    page = susan_client.get(about(post), headers={"Referer": explore})
    assertContains(page, '<input type="hidden" name="next" value="/explore/?before=9000">')
    response = susan_client.post(about(post), SPAM | {"next": "/explore/?before=9000"})
    assertRedirects(response, "/explore/?before=9000")
    assertRedirects(susan_client.post(about(post), SPAM | {"next": "https://evil.example/"}), "/@john/")


def test_a_script_gets_the_form_its_errors_and_the_thanks(susan_client, post):
    asked = susan_client.get(about(post), headers=AJAX)
    assertContains(asked, "Cheap pills here")
    assertContains(asked, f'action="{about(post)}"')
    assertNotContains(asked, "<html")
    refused = susan_client.post(about(post), {"reason": ""}, headers=AJAX)
    assertContains(refused, "Choose the closest match.", status_code=422)
    assertNotContains(refused, "<html", status_code=422)
    taken = susan_client.post(about(post), SPAM, headers=AJAX)
    assertContains(taken, "Thank you.")
    assertNotContains(taken, "<html")


def test_the_report_keeps_the_post_as_it_was(susan_client, post):
    susan_client.post(about(post), SPAM)
    post.edit("I love birds")
    assert Report.objects.get().snapshot == "Cheap pills here"
    post.delete()
    report = Report.objects.get()
    assert (report.post, report.is_about_post, report.snapshot) == (None, True, "Cheap pills here")


def test_a_repost_stands_for_its_original(susan_client, john, post):
    Post.objects.repost(john, post)
    susan_client.post(about(post.reposts.get()), SPAM)
    assert Report.objects.get().post == post


def test_who_reads_a_post_for_followers_can_report_it(susan_client, susan, john):
    private = PostFactory(author=john, for_followers=True)
    assert susan_client.get(about(private)).status_code == 404
    Follow.objects.follow(susan, john)
    susan_client.post(about(private), SPAM)
    assert Report.objects.get().post == private


def test_a_blocked_person_s_public_posts_can_still_be_reported_but_no_others(susan_client, susan, john, post):
    private = PostFactory(author=john, for_followers=True)
    Follow.objects.follow(susan, john)
    Block.objects.block(susan, john)
    assert susan_client.get(about(post)).status_code == 200
    assert susan_client.get(about(private)).status_code == 404


def test_what_remains_of_a_deleted_post_is_not_reported_and_reports_about_it_say_so(
    susan_client, moderator_client, john, post
):
    susan_client.post(about(post), SPAM)
    PostFactory(author=john, in_reply_to=post)
    place = post.pk
    post.delete()
    assert susan_client.get(f"/report/?post={place}").status_code == 404
    report = Report.objects.get()
    assert (report.post, report.is_about_post) == (None, True)
    assertContains(moderator_client.get(f"/admin/moderation/report/{report.pk}/change/"), "Deleted.")


# Again


def test_a_report_sent_twice_is_kept_once(susan_client, john, post):
    for thing in (john, post):
        answers = [susan_client.post(about(thing), SPAM) for _time in range(2)]
        assert {(answer.status_code, answer.url) for answer in answers} == {(302, "/@john/")}
    assert Report.objects.count() == 2
    assert not ReportAddition.objects.exists()


def test_what_is_said_later_is_added_to_the_open_report(susan_client, john, post):
    for thing in (john, post):
        susan_client.post(about(thing), SPAM)
        assertContains(susan_client.get(about(thing)), "added to your report")
        threat = {"reason": "violence", "comment": "Now he threatens me"}
        for _time in range(2):
            response = susan_client.post(about(thing), threat, follow=True)
            assertContains(response, "Thank you.")
        susan_client.post(about(thing), SPAM)
    assert set(Report.objects.values_list("reason", "comment")) == {tuple(SPAM.values())}
    assert [(one.reason, one.comment) for one in ReportAddition.objects.all()] == [tuple(threat.values())] * 2
    assert Report.objects.count() == 2


def test_the_same_about_a_text_edited_meanwhile_is_added_with_the_new_text(susan_client, john, post):
    susan_client.post(about(post), SPAM)
    susan_client.post(about(john), SPAM)
    post.edit("I know where you live")
    User.objects.filter(pk=john.pk).update(about_me="I know where you live")
    susan_client.post(about(post), SPAM)
    susan_client.post(about(john), SPAM)
    assert [one.snapshot.split("\n")[-1] for one in ReportAddition.objects.all()] == ["I know where you live"] * 2


def test_once_a_report_is_closed_the_same_can_be_reported_again(susan_client, moderator, john, post):
    for thing in (john, post):
        susan_client.post(about(thing), SPAM)
        for number in (1, 2):
            assert Report.objects.open().get().close(moderator, "dismissed", "Harmless")
            assertNotContains(susan_client.get(about(thing)), "already reported")
            susan_client.post(about(thing), {"reason": "violence", "comment": f"{number}"})
            assert Report.objects.open().get().comment == f"{number}"
        Report.objects.open().get().close(moderator, "dismissed", "Harmless")
    assert Report.objects.count() == 6
    assert not ReportAddition.objects.exists()


def test_additions_have_the_limits_of_reports(susan_client, post, settings, limit):
    settings.REPORT_COMMENT_MAX_LENGTH = 10
    susan_client.post(about(post), SPAM | {"comment": ""})
    response = susan_client.post(about(post), {"reason": "hate", "comment": "x" * 11})
    assertContains(response, "1 character too long")
    assertContains(response, "x" * 11)
    limit("report", person=(4, 60 * 60))
    answers = [susan_client.post(about(post), {"reason": "hate", "comment": f"{number}"}) for number in range(3)]
    assert [answer.status_code for answer in answers] == [302, 302, 429]
    assertContains(answers[-1], "2</textarea>", status_code=429)
    assert ReportAddition.objects.count() == 2


def test_one_may_report_several_posts_of_a_person_and_the_person(susan_client, john):
    for thing in (*PostFactory.create_batch(2, author=john), john):
        susan_client.post(about(thing), SPAM)
    assert Report.objects.count() == 3


def test_several_people_may_report_the_same(susan_client, moderator_client, post):
    for client in (susan_client, moderator_client):
        client.post(about(post), SPAM)
    assert Report.objects.count() == 2


# Who and what can be reported


def is_found(client, thing):
    answers = {client.get(about(thing)).status_code, client.post(about(thing), SPAM).status_code}
    assert answers in ({200, 302}, {404})
    return answers != {404}


def test_nobody_reports_themself_or_their_own_post(john_client, john, post):
    assert not is_found(john_client, john)
    assert not is_found(john_client, post)
    assert not Report.objects.exists()


def test_what_cannot_be_seen_is_not_found(susan_client, john, post):
    hidden = PostFactory(author=john, hidden=True)
    assert not is_found(susan_client, hidden)
    john.suspend()
    assert not is_found(susan_client, john)
    assert not is_found(susan_client, post)
    assert not Report.objects.exists()


@pytest.mark.parametrize("value", ["", "0", "-1", "x", "1.5", "²", "9" * 19, "9" * 5000, "\x00", "999999"])
@pytest.mark.parametrize("kind", ["post", "user"])
def test_what_there_is_not_is_not_found(susan_client, kind, value):
    assert susan_client.get("/report/", {kind: value}).status_code == 404
    assert susan_client.get("/report/").status_code == 404


def test_who_is_blocked_cannot_report_what_they_cannot_see(susan_client, susan, john, post):
    Block.objects.block(john, susan)
    assert not is_found(susan_client, john)
    assert not is_found(susan_client, post)
    assert not Report.objects.exists()


def test_who_blocked_somebody_can_still_report_them(susan_client, susan, john, post):
    Block.objects.block(susan, john)
    assertRedirects(susan_client.post(about(john), SPAM), "/")
    response = susan_client.post(about(post), SPAM, follow=True)
    assertRedirects(response, "/")
    assertContains(response, "Thank you.")
    assertNotContains(response, "mute or block")
    assert Report.objects.count() == 2


def test_who_muted_somebody_can_report_them(susan_client, susan, john, post):
    Mute.objects.mute(susan, john)
    assert is_found(susan_client, post)


def test_a_post_deleted_just_now_is_not_found(susan, john, post):
    pk = post.pk
    post.delete()
    post.pk = pk
    with pytest.raises(Post.DoesNotExist):
        Report.objects.file(susan, john, post, reason="spam")
    assert not Report.objects.exists()


# What is typed


def test_a_reason_is_asked_and_nothing_typed_is_lost(susan_client, post):
    response = susan_client.post(about(post), {"comment": "Look <here>"})
    assert response.status_code == 200
    assertContains(response, "Choose the closest match.")
    assertContains(response, 'aria-describedby="id_reason_error"')
    assertContains(response, "Look &lt;here&gt;")
    assert susan_client.post(about(post), {"reason": "dislike"}).context["form"].errors.keys() == {"reason"}
    assert not Report.objects.exists()


def test_the_comment_has_an_end(susan_client, post, settings):
    settings.REPORT_COMMENT_MAX_LENGTH = 10
    response = susan_client.post(about(post), {"reason": "spam", "comment": "x" * 11})
    assertContains(response, "1 character too long")
    script = {"X-Requested-With": "XMLHttpRequest"}
    response = susan_client.post(about(post), {"reason": "spam", "comment": "nul\x00"}, headers=script)
    assert response.status_code == 422
    susan_client.post(about(post), {"reason": "spam", "comment": "x" * 10})
    assert Report.objects.get().comment == "x" * 10


# Permissions


def test_strangers_log_in_first(client, post):
    assertRedirects(client.get(about(post)), f"/login/?next=/report/%3Fpost%3D{post.pk}")
    assert client.post(about(post), SPAM).status_code == 302
    assert not Report.objects.exists()


def test_one_cannot_report_without_end(susan_client, john, settings):
    settings.LIMITS = {**settings.LIMITS, "report": {"person": (2, 60)}}
    answers = [susan_client.post(about(post), SPAM) for post in PostFactory.create_batch(3, author=john)]
    assert [answer.status_code for answer in answers] == [302, 302, 429]
    assert Report.objects.count() == 2
    assertContains(answers[-1], "That was a lot in a short time. Your text is still here.", status_code=429)
    assertContains(answers[-1], "The third time today</textarea>", status_code=429)
    assert answers[-1].context["form"]["reason"].value() == "spam"


def test_where_addresses_must_be_confirmed_others_cannot_report(susan_client, susan, post, settings):
    settings.CONFIRM_EMAIL = "required"
    susan.email_confirmed_at = None
    susan.save()
    assert susan_client.post(about(post), SPAM).status_code == 302
    assert not Report.objects.exists()


def test_a_report_needs_a_token(susan, post):
    client = Client(enforce_csrf_checks=True)
    client.force_login(susan)
    assert client.post(about(post), SPAM).status_code == 403


def test_nobody_else_learns_of_it(john_client, susan_client, post):
    susan_client.post(about(post), SPAM)
    for path in ("/", "/@john/", post.get_absolute_url(), "/settings/account/"):
        assertNotContains(john_client.get(path), "susan")
