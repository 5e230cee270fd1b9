"""Twelve requests at once: one report, one action, and no error page."""

from collections import Counter

import pytest
from django.contrib.admin.models import LogEntry
from django.core import mail
from django.test import Client
from django.urls import reverse

from accounts.models import User
from accounts.tests.factories import UserFactory
from moderation.models import Report, ReportAddition
from posts.models import Post
from posts.tests.factories import PostFactory
from tests.races import AT_ONCE, at_once

pytestmark = pytest.mark.django_db(transaction=True)


def client_of(person):
    client = Client()
    client.force_login(person)
    return client


@pytest.fixture
def post(john):
    return PostFactory(author=john)


@pytest.fixture
def reports(john, post):
    for reporter in UserFactory.create_batch(AT_ONCE):
        Report.objects.file(reporter, john, post, reason="spam")
    return list(Report.objects.all())


def close(client, report, outcome):
    data = {"outcome": outcome, "note": f"By {report.pk}"}
    return client.post(reverse("admin:moderation_report_change", args=[report.pk]), data)


@pytest.mark.parametrize("kind", ["post", "user"])
def test_equal_reports_leave_one(susan, john, post, kind):
    clients = [client_of(susan) for _number in range(AT_ONCE)]
    path = f"/report/?{kind}={post.pk if kind == 'post' else john.pk}"
    assert set(at_once(lambda number: clients[number].post(path, {"reason": "spam"}).status_code)) == {302}
    assert Report.objects.count() == 1


@pytest.mark.parametrize("kind", ["post", "user"])
def test_different_ones_are_all_kept_in_one(susan, john, post, kind):
    clients = [client_of(susan) for _number in range(AT_ONCE)]
    path = f"/report/?{kind}={post.pk if kind == 'post' else john.pk}"

    def act(number):
        return clients[number].post(path, {"reason": "spam", "comment": f"{number // 2}"}).status_code

    assert set(at_once(act)) == {302}
    said = [Report.objects.get().comment, *ReportAddition.objects.values_list("comment", flat=True)]
    assert sorted(said) == sorted(f"{number}" for number in range(AT_ONCE // 2))


def test_what_is_said_while_moderators_decide_is_added_or_a_new_report(susan, john, moderator):
    Report.objects.file(susan, john, reason="spam")

    def act(number):
        if number % 3 == 0:
            for report in Report.objects.open():
                report.close(moderator, "dismissed", "Harmless")
        else:
            Report.objects.file(susan, john, reason="hate", comment=f"{number}")

    at_once(act)
    said = [(one.reason, one.comment) for report in Report.objects.all() for one in report.statements]
    assert sorted(said) == sorted([("spam", ""), *(("hate", f"{number}") for number in range(AT_ONCE) if number % 3)])


def test_reporting_what_is_being_deleted_breaks_nothing(post):
    clients = [client_of(person) for person in UserFactory.create_batch(AT_ONCE)]

    def act(number):
        if number == 0:
            Post.objects.get(pk=post.pk).delete()
            return 302
        return clients[number].post(f"/report/?post={post.pk}", {"reason": "spam"}).status_code

    assert set(at_once(act)) <= {302, 404}
    assert not Report.objects.exclude(post=None).exists()


def test_nothing_is_reported_of_a_post_that_only_left_its_place(susan, john, post):
    PostFactory(in_reply_to=post)
    Post.objects.get(pk=post.pk).delete()
    with pytest.raises(Post.DoesNotExist):
        Report.objects.file(susan, john, post, reason="spam")


def test_hiding_a_reply_while_its_author_writes_the_next_waits_for_nobody_in_a_circle(boss, susan, john, post):
    for _round in range(8):
        reply = PostFactory(author=susan, in_reply_to=post)
        report = Report.objects.file(john, susan, reply, reason="spam")
        acts = [
            lambda report=report: report.close(boss, "hidden", ""),
            lambda: PostFactory(author=susan, in_reply_to=post),
        ]
        at_once(lambda number, acts=acts: acts[number](), times=2)
        reply.refresh_from_db()
        assert reply.hidden


def test_of_many_moderators_one_acts(boss, reports, post, run_tasks):
    clients = [client_of(boss) for _number in range(AT_ONCE)]
    outcomes = ["hidden", "dismissed", "suspended"]
    answers = at_once(lambda number: close(clients[number], reports[number], outcomes[number % 3]))
    queue = reverse("admin:moderation_report_changelist")
    assert Counter(answer.url == queue for answer in answers) == {True: 1, False: AT_ONCE - 1}
    outcome = Report.objects.values_list("outcome", "note").distinct().get()[0]
    assert Post.objects.get().hidden is (outcome == "hidden")
    assert User.objects.get(pk=post.author_id).is_active is (outcome != "suspended")
    assert LogEntry.objects.count() == (1 if outcome == "dismissed" else 2)
    run_tasks()
    assert len(mail.outbox) == AT_ONCE


def test_closing_while_the_post_is_deleted_and_reported_keeps_the_counters(boss, reports, john, post):
    clients = [client_of(boss) for _number in range(AT_ONCE)]
    late = UserFactory.create_batch(AT_ONCE)

    def act(number):
        if number == 0:
            return Post.objects.get(pk=post.pk).delete()
        if number % 3 == 0:
            try:
                return Report.objects.file(late[number], john, post, reason="hate")
            except Post.DoesNotExist:
                return None
        return close(clients[number], reports[number], "hidden").status_code

    at_once(act)
    assert User.objects.get(pk=john.pk).posts_count == 0
    assert not Report.objects.exclude(post=None).exists()
