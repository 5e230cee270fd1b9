"""Every index serves a query or enforces a rule, and no page scans a growing table.

PostgreSQL reports which indexes it used while everything that reads runs once: pages, acts, admin lists, tasks and
commands. Each index makes writes more expensive: one that the test reports has to be dropped, or listed below with the
reason to keep it.
"""

import re
from datetime import timedelta
from html import unescape

import pytest
from django.contrib import admin
from django.core.management import call_command
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from accounts.models import EmailChange, FormerUsername, Session, User
from accounts.personal_data import erasure, tasks
from accounts.tests.factories import PASSWORD
from microblog_site.limits.models import RateLimitCounter
from microblog_site.submissions.models import Submission
from moderation.models import Report, ReportAddition
from posts.models import Bookmark, Like, Post, Translation
from posts.tests.factories import PostFactory
from social.models import Block, Follow, FollowRequest, Mute

from .site import url_names, url_of

PEOPLE, POSTS = 200, 1_000
FILTER = re.compile(r'href="(\?(?!p=)[^"]+)"')

OUR_APPS = ("accounts", "social", "posts", "moderation", "limits", "submissions", "pages")

# Indexes that may be unused.
EXCUSED = {
    "posts_provider_name_65fa1fcb_like": "Django's own, in a table of three rows",
    "accounts_user_groups_user_id_52b62117": "Django's own, of the moderators",
    "accounts_user_groups_group_id_bd11a704": "Django's own, of the moderators",
    "accounts_user_user_permissions_user_id_e4f0a161": "Django's own, of hardly anybody",
    "accounts_user_user_permissions_permission_id_113bb443": "Django's own, of hardly anybody",
    "post_conversation": "when a post was deleted, PostgreSQL looks at commit whether anything answers it",
}
GROWING = {
    "accounts_session",
    "accounts_user",
    "posts_bookmark",
    "posts_like",
    "posts_post",
    "posts_translation",
    "social_block",
    "social_follow",
    "social_followrequest",
    "social_mute",
}

# Unique indexes enforce a rule, even if no query uses them.
INDEX_SCANS = """
    SELECT indexrelid::regclass::text, pg_stat_get_xact_numscans(indexrelid) FROM pg_index
    WHERE indrelid::regclass::text ~ '^(accounts|social|posts|moderation|limits|submissions|pages)_' AND NOT indisunique
"""
TABLE_SCANS = "SELECT relname, seq_scan FROM pg_stat_xact_user_tables"


pytestmark = pytest.mark.postgresql


@pytest.fixture
def post(john):
    """One of enough posts that indexes pay off; PostgreSQL is told to use them wherever it can."""
    fill()
    post = PostFactory(author=john)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
        cursor.execute("SET LOCAL enable_seqscan = off")
    return post


def fill():
    now = timezone.now()
    people = User.objects.bulk_create(
        User(username=f"p{number}", email=f"p{number}@example.org", email_confirmed_at=now) for number in range(PEOPLE)
    )
    authors = people * (POSTS // PEOPLE)
    posts = Post.objects.bulk_create(
        Post(author=author, body="Hi", html="Hi", hidden=number % 50 == 0) for number, author in enumerate(authors)
    )
    Post.objects.bulk_create(
        Post(author=people[number % 5], repost_of=post, other_author=post.author) for number, post in enumerate(posts)
    )
    hot = {"in_reply_to": posts[0], "conversation": posts[0], "other_author": posts[0].author, "body": "Hi"}
    Post.objects.bulk_create(Post(author=person, **hot) for person in authors)
    Translation.objects.bulk_create(
        Translation(post=post, digest=post.digest, language="es", provider="deepl", body="Hola", made_at=now)
        for post in posts
    )
    for mark in (Like, Bookmark):
        mark.objects.bulk_create(mark(user=people[number % 5], post=post) for number, post in enumerate(posts))
    pairs = [(person, people[number - step]) for step in range(1, 6) for number, person in enumerate(people)]
    Follow.objects.bulk_create(Follow(follower=one, followed=other) for one, other in pairs)
    FollowRequest.objects.bulk_create(FollowRequest(follower=one, followed=other) for one, other in pairs)
    Block.objects.bulk_create(Block(blocker=one, blocked=other) for one, other in pairs)
    Mute.objects.bulk_create(Mute(muter=one, muted=other) for one, other in pairs)
    closed = {"reason": "spam", "outcome": Report.Outcome.DISMISSED, "closed_at": now}
    reports = Report.objects.bulk_create(Report(reporter=one, person=other, **closed) for one, other in pairs)
    ReportAddition.objects.bulk_create(ReportAddition(report=report, reason="hate") for report in reports)
    for person in people:
        FormerUsername(user=person, username=f"former_{person.username}").save()
        EmailChange(user=person, former=f"former_{person.email}").save()
        Session(pk=person.username, user=person, expire_date=now).save()
        RateLimitCounter(key=person.username, number=1, until=person.pk).save()
        Submission(browser=person.username, started_at=person.pk, cookies={}).save()


def numbers(query):
    """The statistics of this transaction so far."""
    with connection.cursor() as cursor:
        cursor.execute(query)
        return dict(cursor.fetchall())


def read_pages(clients, post):
    for client in clients:
        for name in url_names():
            client.get(url_of(name, post))
        for timeline in (reverse("home"), reverse("explore"), post.author.get_absolute_url()):
            client.get(timeline, {"before": post.pk})
            client.get(timeline, {"after": post.pk - 500})


def act(client, post):
    own, john = PostFactory(author=User.objects.get(username="susan")), post.author
    by_button = "follow unfollow accept reject remove hide_reposts mute unmute post_translation email_confirm_send"
    for name in by_button.split():
        client.post(url_of(name, post))
    client.post(url_of("report", post), {"reason": "spam"})
    client.post(f"/report/?user={john.pk}", {"reason": "spam"})
    client.post(url_of("block", post))
    client.post(url_of("unblock", post))
    client.post(reverse("post_create"), {"body": "Hi", "submission": own.submission})
    client.post(url_of("post_edit", own), {"body": "Hi again"})
    client.post(url_of("post_delete", own))
    client.post(reverse("settings_profile"), {"username": "sue"})
    client.post(reverse("settings_account"), {"email": "sue@example.org", "password": PASSWORD})
    client.post(reverse("password_reset"), {"email": john.email})
    client.post(reverse("sessions_end_others"))
    client.post(reverse("logout"))
    new = {"username": "ada", "email": "ada@example.org", "password1": PASSWORD, "password2": PASSWORD}
    client.post(reverse("register"), new)
    client.post(reverse("login"), {"username": "ada@example.org", "password": PASSWORD})


def read_admin(client, report):
    ours = [model._meta for model in admin.site._registry if model._meta.app_label in OUR_APPS]
    for options in ours:
        page = reverse(f"admin:{options.app_label}_{options.model_name}_changelist")
        client.get(page, {"q": "p17"})
        for query in set(FILTER.findall(client.get(page).content.decode())):
            client.get(page + unescape(query))
    client.get(reverse("admin:moderation_report_change", args=[report.pk]))
    client.get(reverse("admin:accounts_user_change", args=[report.person_id]))


def run_tasks_and_commands(run_tasks, post):
    run_tasks()
    tasks.prune.func()
    User.objects.filter(pk=post.author_id).update(deletion_requested_at=timezone.now() - timedelta(days=60))
    for person in erasure.unfinished():
        erasure.erase(person)
    for command in ("recount", "rerender", "redetect"):
        call_command(command)


def test_indexes_are_used(post, susan_client, boss_client, client, run_tasks):
    index_scans, table_scans = numbers(INDEX_SCANS), numbers(TABLE_SCANS)
    read_pages([client, susan_client], post)
    act(susan_client, post)
    now = numbers(TABLE_SCANS)
    assert {table for table in GROWING if now[table] > table_scans[table]} == set()

    read_admin(boss_client, Report.objects.get(post=post))
    run_tasks_and_commands(run_tasks, post)
    now = numbers(INDEX_SCANS)
    assert {index for index in now if now[index] == index_scans[index]} - EXCUSED.keys() == set()
