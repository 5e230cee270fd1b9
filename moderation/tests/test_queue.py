from datetime import UTC, datetime

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Permission
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from accounts.models import User
from accounts.tests.factories import UserFactory
from moderation.models import Report, ReportAddition
from posts.models import Post
from posts.tests.factories import PostFactory

REPORTS = reverse("admin:moderation_report_changelist")
INDEX = reverse("admin:index")

pytestmark = pytest.mark.any_database


def page_of(report):
    return reverse("admin:moderation_report_change", args=[report.pk])


def listed(client, **query):
    return [report.pk for report in client.get(REPORTS, query).context["cl"].result_list]


def file(reporter, thing, **what):
    """Let `reporter` report a post or a person."""
    person, post = (thing.author, thing) if isinstance(thing, Post) else (thing, None)
    assert Report.objects.file(reporter, person, post, **{"reason": "spam", **what})
    return Report.objects.get(reporter=reporter, person=person, post=post)


def act(client, report, outcome, note="As the rules say", message="", **extra):
    return client.post(page_of(report), {"outcome": outcome, "note": note, "message": message}, **extra)


def outcome_of(report):
    return Report.objects.get(pk=report.pk).outcome


def buttons(response):
    return [outcome for outcome, _label in response.context["buttons"]]


def log_of(thing):
    entries = LogEntry.objects.filter(object_id=thing.pk, content_type__model=thing._meta.model_name)
    return [(entry.user.username, entry.get_change_message()) for entry in entries.order_by("pk")]


@pytest.fixture
def post(john):
    return PostFactory(author=john, body="Cheap pills here")


@pytest.fixture
def report(susan, post):
    return file(susan, post, comment="The third time today")


@pytest.fixture
def staff(db):
    return UserFactory(username="sabine", is_staff=True)


# What was reported


def test_the_page_shows_the_post_with_its_thread(moderator_client, susan, john):
    first = PostFactory(author=susan, body="Who wants pills?")
    quoted = PostFactory(author=susan, body="Pills are great")
    post = PostFactory(
        author=john, body="I do", in_reply_to=first, quote_of=quoted, content_warning="Eels", for_followers=True
    )
    PostFactory(author=susan, body="Here you are", in_reply_to=post)
    page = moderator_client.get(page_of(file(susan, post)))
    for text in ("Who wants pills?", "Pills are great", "Eels", "Here you are", "For followers only."):
        assertContains(page, text)


# The list


def test_the_open_ones_come_first_the_oldest_of_them_on_top(moderator_client, susan, john, post):
    first, second, third = file(susan, post), file(susan, john), file(john, susan)
    assert listed(moderator_client) == [first.pk, second.pk, third.pk]
    for report in (first, second):
        act(moderator_client, report, "dismissed")
    assert listed(moderator_client) == [third.pk]
    assert listed(moderator_client, state="closed") == [second.pk, first.pk]
    assert listed(moderator_client, state="all") == [third.pk, second.pk, first.pk]
    assert listed(moderator_client, state="nonsense") == [third.pk]


def test_the_list_says_who_reported_whom_what_and_why(moderator_client, report):
    file(UserFactory(), report.post)
    response = moderator_client.get(REPORTS)
    for text in ("@susan", "@john", "Cheap pills here", "Spam or advertising", '<td class="field-open_count">2</td>'):
        assertContains(response, text)


@pytest.mark.every_database
def test_reports_are_found_by_person_post_number_and_reporter(moderator_client, report, susan, john):
    other = file(john, susan)
    assert listed(moderator_client, q="@susan") == [other.pk]
    assert listed(moderator_client, q="JOHN") == listed(moderator_client, reporter=susan.pk) == [report.pk]
    assert listed(moderator_client, q=report.post.get_absolute_url()) == [report.pk]
    assert listed(moderator_client, q=f"#{other.pk}") == [other.pk]
    assert listed(moderator_client, q="nobody") == listed(moderator_client, q="#0") == []


@pytest.mark.every_database
@pytest.mark.parametrize("lookup", ["reporter__email__startswith", "note__icontains", "person__password__startswith"])
def test_there_is_no_other_way_to_search(moderator_client, report, lookup):
    assert moderator_client.get(REPORTS, {lookup: "s"}).status_code == 400


@pytest.mark.every_database
def test_the_list_asks_the_same_few_queries_for_any_number_of_reports(moderator_client, susan):
    def queries():
        with CaptureQueriesContext(connection) as captured:
            assert moderator_client.get(REPORTS).status_code == 200
        return len(captured)

    file(susan, PostFactory())
    moderator_client.get(REPORTS)
    few = queries()
    for post in PostFactory.create_batch(40):
        file(susan, post)
    assert queries() == few <= 7


def test_the_page_asks_the_same_few_queries_however_much_there_is(moderator_client, report, susan, john):
    def queries():
        with CaptureQueriesContext(connection) as captured:
            assert moderator_client.get(page_of(report)).status_code == 200
        return len(captured)

    def history():
        file(UserFactory(), report.post)
        file(UserFactory(), susan)
        act(moderator_client, file(UserFactory(), john), "warned", message="Stop it")

    history()
    moderator_client.get(page_of(report))
    few = queries()
    for _time in range(12):
        history()
    assert queries() == few <= 21


@pytest.mark.every_database
def test_reports_about_the_same_are_counted_together_and_others_not(susan, john):
    post, twin, other = (PostFactory(author=john, body=body) for body in ("Pills", "Pills", "More pills"))
    reporters = UserFactory.create_batch(3)
    about_post = [file(reporter, post) for reporter in reporters]
    about_twin, about_other, about_john = file(susan, twin), file(susan, other), file(susan, john)

    def counts():
        return {report.pk: report.open_count for report in Report.objects.with_open_count()}

    assert [counts()[report.pk] for report in about_post] == [3, 3, 3]
    assert [counts()[report.pk] for report in (about_twin, about_other, about_john)] == [1, 1, 1]
    post.delete()
    assert [counts()[report.pk] for report in about_post] == [3, 3, 3]
    assert counts()[about_twin.pk] == 1


# The page of a report


def test_the_page_tells_who_reported_whom_and_what(moderator_client, report):
    response = moderator_client.get(page_of(report))
    for text in ("@susan", "@john", "Cheap pills here", "Spam or advertising", "The third time today"):
        assertContains(response, text)
    assertContains(response, "Not edited since then.")


def test_the_page_shows_the_post_as_it_was_and_as_it_is(moderator_client, report):
    report.post.edit("I love <birds>")
    response = moderator_client.get(page_of(report))
    assertContains(response, "Cheap pills here")
    assertContains(response, "Edited since then:")
    assertContains(response, "I love &lt;birds&gt;")
    report.post.hide()
    assertContains(moderator_client.get(page_of(report)), "Hidden by the moderators.")
    report.post.delete()
    response = moderator_client.get(page_of(report))
    assertContains(response, "Cheap pills here")
    assertContains(response, "Deleted.")


def test_the_queue_and_the_page_show_what_was_added_and_when(moderator_client, report, susan, john):
    report.post.edit("I know where you live")
    file(susan, report.post, reason="violence", comment="Now a threat")
    ReportAddition.objects.update(created_at=datetime(2026, 11, 29, 12, 34, tzinfo=UTC))
    queue = moderator_client.get(REPORTS)
    assertContains(queue, "Spam or advertising, Violence or threats<br>Last addition: 29 Nov 2026, 12:34")
    response = moderator_client.get(page_of(report))
    for text in ("The third time today", "Violence or threats", "Now a threat", "29 Nov 2026, 12:34"):
        assertContains(response, text)
    assertContains(response, "As it was when reported", count=2)
    other = moderator_client.get(page_of(file(UserFactory(), report.post)))
    assertContains(other, "Spam or advertising, Violence or threats")
    assertContains(other, "<div>Now a threat</div>", html=True)


@pytest.mark.every_database
def test_the_page_tells_the_history_of_both(moderator_client, report, susan, john):
    for outcome, message in (("dismissed", ""), ("dismissed", ""), ("warned", "Be nice")):
        act(moderator_client, file(susan, UserFactory()), outcome, message=message)
        act(moderator_client, file(UserFactory(), PostFactory(author=john)), outcome, message=message)
    response = moderator_client.get(page_of(report))
    people = {person: (made, about) for _title, person, made, about in response.context["people"]}
    ended = [("No action", 2), ("Person warned", 1)]
    assert people == {john: ([], ended), susan: (ended, [])}
    assert len(response.context["earlier"]) == 3
    assertContains(response, "Warned: As the rules say")


def test_the_page_lists_what_others_say_about_the_same(moderator_client, report):
    file(UserFactory(username="anna"), report.post, comment="Me too")
    response = moderator_client.get(page_of(report))
    assert [other.comment for other in response.context["same"]] == ["Me too"]
    assertContains(response, "@anna")


def test_the_history_is_bounded(moderator_client, report, john):
    for _time in range(12):
        file(UserFactory(), report.post)
        act(moderator_client, file(UserFactory(), PostFactory(author=john)), "dismissed")
    response = moderator_client.get(page_of(report))
    assert [len(response.context[name]) for name in ("same", "earlier", "acts")] == [10, 10, 10]


@pytest.mark.every_database
def test_a_report_that_there_is_not_leads_back_to_the_list(moderator_client, report):
    for pk in ("999", "x"):
        assert moderator_client.get(f"{REPORTS}{pk}/change/").status_code == 302


# Actions


def test_a_note_is_asked_and_nothing_typed_is_lost(moderator_client, report, john):
    response = act(moderator_client, report, "warned", note=" ", message="Be <nice>")
    assert response.context["form"].errors.keys() == {"note"}
    assertContains(response, "Be &lt;nice&gt;")
    assert outcome_of(report) == ""


def test_dismissing_changes_nothing_but_the_report(moderator_client, moderator, report, john):
    assertRedirects(act(moderator_client, report, "dismissed", "Just birds"), REPORTS)
    report.refresh_from_db()
    assert (report.outcome, report.note, report.closed_by) == ("dismissed", "Just birds", moderator)
    assert report.closed_at is not None
    assert not report.post.hidden
    assert User.objects.get(pk=john.pk).is_active
    assert log_of(report) == [("marta", "No action: Just birds")]


def test_hiding_the_post(moderator_client, client, report, post, john):
    act(moderator_client, report, "hidden", "An advert")
    assert outcome_of(report) == "hidden"
    assert client.get(post.get_absolute_url()).status_code == 404
    assert User.objects.get(pk=john.pk).posts_count == 0
    assert log_of(report) == [("marta", "Post hidden: An advert")]
    assert log_of(post) == [("marta", "Hidden: An advert")]


def test_suspending_the_person(moderator_client, john_client, report, john):
    act(moderator_client, report, "suspended", "Sells pills")
    assert outcome_of(report) == "suspended"
    assert not User.objects.get(pk=john.pk).is_active
    assert john_client.get(reverse("settings_profile")).status_code == 302
    assert log_of(john) == [("marta", "Suspended: Sells pills")]


def test_what_was_done_before_is_not_logged_as_done_again(moderator_client, report, post, john):
    other = file(UserFactory(), john)
    post.hide()
    john.suspend()
    for closed, outcome in ((report, "hidden"), (other, "suspended")):
        act(moderator_client, closed, outcome)
        assert outcome_of(closed) == outcome
        assert len(log_of(closed)) == 1
    assert log_of(post) == log_of(john) == []


def test_warning_the_person(moderator_client, report, john, run_tasks):
    act(moderator_client, report, "warned", "First time", "No adverts here,\nplease.")
    assert outcome_of(report) == "warned"
    assert log_of(john) == [("marta", "Warned: First time\nE-mailed: No adverts here,\nplease.")]
    run_tasks()
    warning = next(letter for letter in mail.outbox if letter.to == [john.email])
    assert "No adverts here,\nplease." in warning.body
    assert "Cheap pills here" in warning.body


@pytest.mark.parametrize(("outcome", "message"), [("warned", ""), ("dismissed", "Be nice"), ("hidden", "Be nice")])
def test_only_a_warning_carries_a_message(moderator_client, report, outcome, message):
    response = act(moderator_client, report, outcome, message=message)
    assert response.context["form"].errors.keys() == {"message"}
    assert outcome_of(report) == ""


@pytest.mark.every_database
def test_all_open_reports_about_the_same_are_closed_together(moderator_client, report, susan, john, post):
    same = [file(reporter, post) for reporter in UserFactory.create_batch(2)]
    others = [file(susan, john), file(susan, PostFactory(author=john))]
    response = act(moderator_client, report, "hidden", follow=True)
    assertContains(response, "Done for 3 reports")
    assert {outcome_of(other) for other in (report, *same)} == {"hidden"}
    assert {outcome_of(other) for other in others} == {""}


def test_a_report_closed_meanwhile_is_not_acted_on_again(moderator_client, boss_client, report, john):
    act(boss_client, report, "dismissed", "Just birds")
    response = act(moderator_client, report, "suspended", follow=True)
    assertContains(response, "somebody else has dealt with it")
    assertNotContains(response, "What to do")
    assert User.objects.get(pk=john.pk).is_active
    assert Report.objects.get().note == "Just birds"
    assert len(log_of(report)) == 1


# What is possible


def test_what_can_be_done(moderator_client, report, susan, john):
    assert buttons(moderator_client.get(page_of(report))) == ["dismissed", "hidden", "warned", "suspended"]
    about_person = file(susan, john)
    assert buttons(moderator_client.get(page_of(about_person))) == ["dismissed", "warned", "suspended"]
    act(moderator_client, about_person, "hidden")
    assert outcome_of(about_person) == ""


def test_a_deleted_post_cannot_be_hidden(moderator_client, report):
    report.post.delete()
    assert buttons(moderator_client.get(page_of(report))) == ["dismissed", "warned", "suspended"]
    assertContains(act(moderator_client, report, "hidden", follow=True), "Nothing was done")
    act(moderator_client, report, "dismissed")
    assert outcome_of(report) == "dismissed"


def test_who_is_suspended_already_cannot_be_warned(moderator_client, report, john):
    john.suspend()
    suspended_at = john.suspended_at
    assert buttons(moderator_client.get(page_of(report))) == ["dismissed", "hidden", "suspended"]
    act(moderator_client, report, "suspended")
    assert User.objects.get(pk=john.pk).suspended_at == suspended_at


def test_who_cannot_be_reached_by_mail_cannot_be_warned(moderator_client, report, john):
    User.objects.filter(pk=john.pk).update(email_confirmed_at=None)
    assert "warned" in buttons(moderator_client.get(page_of(report)))
    UserFactory(email=john.email)  # with the same address
    assert buttons(moderator_client.get(page_of(report))) == ["dismissed", "hidden", "suspended"]
    assertContains(act(moderator_client, report, "warned", message="Be nice", follow=True), "Nothing was done")


def test_about_somebody_who_left_there_is_nothing_to_do(moderator_client, report, john):
    User.objects.filter(pk=john.pk).update(erased_at=timezone.now(), deletion_requested_at=timezone.now(), email="")
    response = moderator_client.get(page_of(report))
    assertContains(response, "has left")
    assert buttons(response) == ["dismissed"]
    act(moderator_client, report, "suspended")
    assert outcome_of(report) == ""
    act(moderator_client, report, "dismissed")
    assert outcome_of(report) == "dismissed"


def test_who_is_leaving_can_be_suspended_so_that_they_do_not_come_back(moderator_client, report, john):
    User.objects.filter(pk=john.pk).update(deletion_requested_at=timezone.now())
    act(moderator_client, report, "suspended")
    assert User.objects.get(pk=john.pk).suspended_at


# Permissions


def test_moderators_see_reports_about_the_staff_but_do_not_act(moderator_client, susan, staff, boss):
    for person in (staff, boss):
        report = file(susan, person)
        assert report.pk in listed(moderator_client)
        response = moderator_client.get(page_of(report))
        assertContains(response, "Only superusers can act on reports about staff.")
        assert buttons(response) == []
        assert act(moderator_client, report, "suspended").status_code == 403
        assert outcome_of(report) == ""


def test_superusers_act_on_the_staff(boss_client, susan, staff):
    act(boss_client, file(susan, staff), "suspended")
    assert not User.objects.get(pk=staff.pk).is_active


@pytest.mark.parametrize("who", ["moderator", "boss"])
def test_nobody_sees_reports_about_themself(request, who, susan, john):
    person, client = request.getfixturevalue(who), request.getfixturevalue(f"{who}_client")
    reports = [file(susan, person), file(susan, PostFactory(author=person))]
    for query in ({}, {"state": "all"}, {"reporter": susan.pk}, {"q": f"@{person.username}"}):
        assert listed(client, **query) == []
    for report in reports:
        assert client.get(page_of(report)).status_code == 302
        assert client.get(reverse("admin:moderation_report_history", args=[report.pk])).status_code == 302
        assert act(client, report, "dismissed").status_code == 302
        assert outcome_of(report) == ""
    assertNotContains(client.get(INDEX), "open</span>")
    other = client.get(page_of(file(susan, john)))
    assert other.context["people"][1][2:] == ([], [])
    assertNotContains(client.get(reverse("admin:accounts_user_change", args=[person.pk])), "2 reports")


def test_people_without_the_right_see_and_do_nothing(susan_client, report, staff):
    client = Client()
    client.force_login(staff)
    for stranger in (susan_client, client):
        assert stranger.get(REPORTS).status_code in (302, 403)
        assert stranger.get(page_of(report)).status_code in (302, 403)
        assert act(stranger, report, "dismissed").status_code in (302, 403)
    assert outcome_of(report) == ""


def test_who_may_only_read_does_not_act(report, staff):
    staff.user_permissions.add(Permission.objects.get(codename="view_report"))
    client = Client()
    client.force_login(staff)
    assert buttons(client.get(page_of(report))) == []
    assert act(client, report, "dismissed").status_code == 403


def test_acting_on_posts_and_people_needs_the_right_to_that_too(report, staff):
    staff.user_permissions.set(Permission.objects.filter(codename__in=["view_report", "moderate_report"]))
    client = Client()
    client.force_login(staff)
    assert buttons(client.get(page_of(report))) == ["dismissed", "warned"]
    assert act(client, report, "suspended").status_code == 403


def test_nobody_adds_edits_or_deletes_reports_here(boss_client, report):
    assert boss_client.get(reverse("admin:moderation_report_add")).status_code == 403
    assert boss_client.get(reverse("admin:moderation_report_delete", args=[report.pk])).status_code == 403
    boss_client.post(REPORTS, {"action": "delete_selected", "_selected_action": report.pk, "post": "yes"})
    assert boss_client.post(page_of(report), {"comment": "I love it here", "_save": "Save"}).status_code == 403
    assert Report.objects.get().comment == "The third time today"


# The badge, and links to the queue


def test_the_index_says_how_many_are_open(moderator_client, report, susan, john):
    assertContains(moderator_client.get(INDEX), '<span class="badge">1 open</span>', count=1)
    file(susan, john)
    assertContains(moderator_client.get(INDEX), '<span class="badge">2 open</span>', count=1)
    assertContains(moderator_client.get(REPORTS), '<span class="badge">2 open</span>', count=1)
    for other in Report.objects.all():
        act(moderator_client, other, "dismissed")
    assertNotContains(moderator_client.get(INDEX), 'class="badge"')


def test_it_counts_to_99(moderator_client, john):
    for reporter in UserFactory.create_batch(101):
        file(reporter, john)
    assertContains(moderator_client.get(INDEX), '<span class="badge">99+ open</span>')


def test_the_pages_of_people_and_posts_lead_to_their_reports(moderator_client, report, john, post):
    for thing in (john, post):
        page = reverse(f"admin:{thing._meta.label_lower.replace('.', '_')}_change", args=[thing.pk])
        response = moderator_client.get(page)
        assertContains(response, "1 report</a>")
        link = response.text.split("1 report</a>")[0].rsplit('href="', 1)[1].rstrip('">').replace("&amp;", "&")
        found = moderator_client.get(link)
        assert [listed.pk for listed in found.context["cl"].result_list] == [report.pk]
