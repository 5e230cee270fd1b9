"""A site in use: rows in every table, including those that a copy or an upgrade may trip over."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from uuid import uuid4

from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Group, Permission
from django.test import Client
from django.utils import timezone
from django_ox.models import OxSchedule, OxScheduleChange, OxScheduleTick, OxTask

from accounts import emails
from accounts.models import BlockedDomain, BlockedName, Session, User
from accounts.personal_data import erasure
from accounts.tests.factories import PASSWORD, UserFactory
from accounts.tests.two_factor import switch_on
from microblog_site import ceilings
from microblog_site.limits import rate_limits
from microblog_site.pages.models import Page
from microblog_site.submissions.models import Submission
from moderation.group import GROUP
from moderation.models import Report
from posts.models import Bookmark, ConversationMute, Draft, Like, Post, Provider, Translation
from posts.tests.factories import PostFactory
from posts.translation.models import ProviderDay
from social.models import Block, Follow, FollowRequest, Mute

TEXTS = [
    "Olá 👋🏽 港 مرحبا @susan https://example.org/?a=1&b=2",
    "Tab\there, \\N and \\. and \"quotes\", 'too', 100 %s\nand a second line\u2028and a third",
    "é" * ceilings.POST,
]
CAST = ["susan", "john", "boss", "marta", "mallory", "lea", "erik", "rival"]
YEAR = timedelta(days=365)


def fill():
    """Fill an empty site; returns the browser of @susan, who is logged in."""
    people = SimpleNamespace(**{name: UserFactory(username=name) for name in CAST})
    browser = log_in_as_susan()
    describe(people)
    relate(people)
    posts = write(people)
    converse(people, posts[0])
    translate(posts[0])
    report(people, posts)
    run_the_site(people)
    fill_the_queue(people.susan)
    leave(people)
    PostFactory(author=people.john).delete()  # the highest id belongs to a deleted row
    return browser


def log_in_as_susan():
    browser = Client()
    browser.post("/login/", {"username": "susan", "password": PASSWORD, "remember_me": "on"})
    Session.objects.update(expire_date=timezone.now() + 100 * YEAR, address="2001:db8::1")
    Session.objects.create(session_key="over", session_data="", expire_date=timezone.now())
    return browser


def describe(people):
    texts = {"display_name": "Susan 🐚", "about_me": "אני סוזן.\n\nNo @john here.", "pending_email": "s@example.com"}
    choices = {"read_languages": ["de", "zh-Hant"], "time_zone": "Asia/Kathmandu", "theme": User.Theme.DARK}
    User.objects.filter(pk=people.susan.pk).update(**texts, **choices, avatar="0" * 40)
    for claimed in ("claimed@example.org", "CLAIMED@example.org"):
        UserFactory(email=claimed, email_confirmed_at=None)
    UserFactory(email="")
    UserFactory(username="l" * ceilings.USERNAME, display_name="🌊" * ceilings.DISPLAY_NAME)
    people.john.rename("johnny")
    people.john.claim_email("johnny@example.org")
    people.john.confirm_email("johnny@example.org")


def relate(people):
    Follow.objects.follow(people.susan, people.john)
    for person in (people.mallory, people.lea, people.erik):
        Follow.objects.follow(people.susan, person)
        Follow.objects.follow(person, people.susan)
    Block.objects.block(people.john, people.rival)
    Mute.objects.mute(people.rival, people.susan, timezone.now() + timedelta(days=1))
    Mute.objects.mute(people.rival, people.lea)


def write(people):
    """Returns @john's posts: edited, hidden, and as long as the database accepts."""
    posts = [PostFactory(author=people.john, body=text) for text in TEXTS]
    Post.objects.filter(pk=posts[2].pk).update(created_at=datetime(2001, 1, 1, tzinfo=UTC))
    posts[1].hide()
    for person in (people.susan, people.mallory, people.lea, people.erik):
        PostFactory(author=person, body=f"Says {person}.", language="")
    return posts


def converse(people, post):
    """Answers, quotes and reposts, deleted posts, one of them a moment ago, former versions, a draft, and what people
    do with posts.
    """
    reply = PostFactory(author=people.susan, in_reply_to=post, body="Why?", content_warning="🐙 éels")
    reply.edit("Why not?", "en", "")
    Post.objects.pin(people.susan, reply)
    private = PostFactory(author=people.susan, for_followers=True)
    PostFactory(author=people.mallory, in_reply_to=private)
    deleted = PostFactory(author=people.mallory, in_reply_to=reply)
    PostFactory(author=people.susan, in_reply_to=deleted, quote_of=reply)
    gone = PostFactory(author=people.mallory)
    PostFactory(author=people.susan, quote_of=gone)
    for removed in (deleted, gone):
        removed.delete()
    for person in (people.mallory, people.lea, people.erik):
        Post.objects.repost(person, reply)
        Like.objects.add(person, reply)
        Bookmark.objects.add(person, post)
        ConversationMute.objects.mute(person, reply)
    FollowRequest.objects.create(follower=people.rival, followed=people.susan)
    PostFactory(author=people.susan, in_reply_to=post, body="Never mind.").withdraw()
    draft = {"texts": ["Later 🌊", TEXTS[0]], "content_warning": "🐙", "visibility": User.Visibility.FOLLOWERS}
    Draft.objects.keep(people.susan, in_reply_to=post.pk, quote=gone.pk, submission=uuid4(), **draft)
    Follow.objects.filter(follower=people.susan, followed=people.mallory).update(hides_reposts=True)


def translate(post):
    """Translations that are finished, refused, in progress, and of a text from before an edit."""
    made = {"provider": "deepl", "made_at": timezone.now()}
    Translation.objects.create(post=post, digest=post.digest, language="fr", body="Vieux", html="Vieux", **made)
    post.edit(f"{post.body} שלום", "pt")
    now = {"post": post, "digest": post.digest}
    Translation.objects.create(**now, language="de", body="Hallo 👋🏽", html="Hallo 👋🏽", source="pt", **made)
    Translation.objects.create(**now, language="zh-Hans", **made)
    Translation.objects.create(**now, language="ar", provider="libretranslate")
    Provider.objects.pause("deepl")
    Provider.objects.create(name="libretranslate")
    ProviderDay.objects.add("deepl", characters=5_000_000_000, requests=1)


def report(people, posts):
    """Open and closed reports about people and posts, including a deleted post."""
    post, file = PostFactory(author=people.mallory), Report.objects.file
    file(people.susan, people.john, posts[0], reason="spam", comment=TEXTS[1], language="he")
    file(people.susan, people.john, posts[0], reason="hate", comment=TEXTS[0])
    file(people.susan, people.john, posts[1], reason="rules")
    file(people.erik, people.john, reason="impersonation")
    file(people.john, people.erik, reason="self_harm")
    file(people.john, people.mallory, post, reason="hate")
    file(people.susan, people.mallory, reason="violence", comment="🗡")
    Report.objects.get(post=post).close(people.marta, Report.Outcome.DISMISSED, note="")
    Report.objects.filter(post=post).update(closed_by=None)
    post.delete()
    Report.objects.get(reason="violence").close(people.marta, Report.Outcome.SUSPENDED, note="Ü")


def run_the_site(people):
    User.objects.filter(pk=people.boss.pk).update(is_superuser=True, is_staff=True)
    User.objects.filter(pk=people.marta.pk).update(is_staff=True)
    people.marta.groups.add(Group.objects.get(name=GROUP))
    people.marta.user_permissions.add(Permission.objects.first())
    switch_on(people.boss)
    BlockedDomain.objects.create(domain="evil.example")
    BlockedName.objects.create(word="admiral")
    for language, text in {"en": "# The harbour\n\nA *quiet* one.", "he": "# שלום"}.items():
        Page.objects.create(name="about", language=language, body=text)
    rate_limits.allow("write", person=people.susan)
    Submission.objects.create(
        browser="b", digest="d", token="t", started_at=2**41, finished_at=2**41, location="/", cookies={"é": ["x", {}]}
    )
    LogEntry.objects.log_actions(
        people.boss.pk, [people.susan], 2, change_message=[{"changed": {"fields": ["ü"]}}], single_object=True
    )


def fill_the_queue(person):
    """Tasks that are waiting, failed, succeeded and running; and everything that can be scheduled."""
    now = timezone.now()
    error = {"exception_class_path": "builtins.OSError", "traceback": TEXTS[1]}
    states = {
        "FAILED": {"errors": [error], "finished_at": now, "attempts": 10},
        "SUCCESSFUL": {"return_value": {"é": [1.5, None, True]}, "finished_at": now},
        "RUNNING": {"locked_by": "worker", "locked_at": now, "lease_expires_at": now, "lease_epoch": 2**40},
    }
    for status, columns in states.items():
        sent = emails.send_password_reset.enqueue(person.email, "en")
        OxTask.objects.filter(pk=sent.id).update(status=status, **columns)
    moments = {"start_time": now, "created_at": now, "updated_at": now}
    OxSchedule.objects.create(name="daily", task_key="x", trigger="cron", cron="1 2 * * *", **moments)
    OxSchedule.objects.create(name="often", task_key="x", trigger="interval", every_seconds=1, enabled=False, **moments)
    for minute, task in enumerate([None, OxTask.objects.first()]):
        when = now + timedelta(minutes=minute)
        OxScheduleTick.objects.create(schedule_name="daily", scheduled_for=when, task=task, created_at=now)
    OxScheduleChange.objects.create(changed_at=now)


def leave(people):
    """@lea is leaving, and @erik has left."""
    people.lea.request_deletion()
    people.erik.request_deletion()
    User.objects.filter(pk=people.erik.pk).update(deletion_requested_at=timezone.now() - YEAR)
    erasure.erase(people.erik.pk)
