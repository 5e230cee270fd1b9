"""The erasure of people who left and did not come back: nothing identifies them, and all counters are right."""

import random
from datetime import timedelta

import pytest
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.auth.models import Group, Permission
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import models
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django_otp.plugins.otp_static.models import StaticDevice
from django_otp.plugins.otp_totp.models import TOTPDevice

from accounts import avatars
from accounts.models import EmailChange, FormerUsername, Session, User
from accounts.personal_data import erasure, register
from accounts.personal_data.tasks import erase, erase_deleted_accounts
from accounts.tests.factories import PASSWORD, UserFactory
from accounts.tests.pictures import picture
from moderation.models import Report
from posts import counters
from posts.models import Bookmark, ConversationMute, Draft, Like, Post, Translation
from posts.tests.factories import PostFactory
from social.models import Block, Follow, FollowRequest, Mute
from tests.races import at_once

# What may still refer to somebody who left: history, without their name, and the reservation of their user name.
STAYS = {
    "admin.LogEntry.user",
    "accounts.FormerUsername.user",
    "moderation.Report.reporter",
    "moderation.Report.person",
    "posts.Post.author",  # of the unnamed place of a post that others answered
    "posts.Post.other_author",
    "posts.Post.owner",
}


@pytest.fixture
def clock(monkeypatch):
    """A clock that can be moved forward: `clock(days=7)`."""
    passed = timedelta()
    now = timezone.now

    def put_forward(**step):
        nonlocal passed
        passed += timedelta(**step)

    monkeypatch.setattr(timezone, "now", lambda: now() + passed)
    return put_forward


@pytest.fixture
def time_is_over(run_tasks):
    """A function that erases everybody whose deletion is due, like the schedule does."""

    def erase_all():
        User.objects.filter(deletion_requested_at__isnull=False).update(
            deletion_requested_at=timezone.now() - timedelta(days=7)
        )
        erase_deleted_accounts.enqueue()
        run_tasks()

    return erase_all


@pytest.fixture
def full_life(susan, john, boss):
    """Susan, with everything that an account can have."""
    User.objects.filter(pk=susan.pk).update(
        display_name="Susan Example", about_me="I like the sea", language="es", time_zone="Europe/Madrid", theme="dark"
    )
    User.objects.filter(pk=susan.pk).update(read_languages=["eu"], written_languages=["eu"], translate_posts=True)
    susan.refresh_from_db()
    susan.set_avatar(avatars.keep(avatars.cut(ContentFile(picture())), susan.pk))
    susan.rename("suse")
    susan.rename("susan_b")
    posts = PostFactory.create_batch(3, author=susan, body="The secret of the lighthouse")
    posts[0].hide()
    Translation.objects.create(
        post=posts[1], language="es", digest=posts[1].digest, provider="deepl", body="El secreto del faro"
    )
    for follower, followed in [(susan, john), (john, susan), (boss, susan)]:
        Follow.objects.follow(follower, followed)
    mark(susan, john)
    others = UserFactory.create_batch(2)
    Block.objects.block(susan, others[0])
    Block.objects.block(others[1], susan)
    Mute.objects.mute(susan, john)
    Mute.objects.mute(john, susan)
    FollowRequest.objects.create(follower=susan, followed=UserFactory())
    FollowRequest.objects.create(follower=UserFactory(), followed=susan)
    Report.objects.create(reporter=susan, person=john, reason="spam", comment="He sells eels")
    Report.objects.create(
        reporter=john, person=susan, post=posts[1], is_about_post=True, reason="spam", snapshot=posts[1].body
    )
    EmailChange.objects.create(user=susan, former="sue@example.org")
    TOTPDevice.objects.create(user=susan)
    StaticDevice.objects.create(user=susan).token_set.create(token="12345678")
    susan.groups.add(Group.objects.first())
    susan.user_permissions.add(Permission.objects.first())
    User.objects.filter(pk=susan.pk).update(is_staff=True)
    for thing in (susan, posts[0], Follow.objects.get(follower=john)):
        LogEntry.objects.log_actions(boss.pk, [thing], CHANGE, "For a reason")
    susan.refresh_from_db()
    return susan


def mark(susan, john):
    """What people do with each other's posts."""
    post, private = PostFactory(author=john), PostFactory(author=susan, body="A secret", for_followers=True)
    PostFactory(author=john, in_reply_to=private, body="I tell nobody")
    PostFactory(author=susan, in_reply_to=post, quote_of=post, content_warning="Lighthouse")
    Draft.objects.keep(susan, texts=["The secret of the lighthouse"])
    PostFactory(author=susan, body="The lighthouse again", in_reply_to=post).withdraw()
    private.versions.create(body="The secret of the lighthouse", written_at=timezone.now())
    Post.objects.repost(susan, post)
    Post.objects.repost(john, susan.posts.filter(owner=None, hidden=False).first())
    for one in (post, private):
        Like.objects.add(susan, one)
        Like.objects.add(john, one)
        Bookmark.objects.add(susan, one)
        ConversationMute.objects.mute(susan, one)


def what_points_to(person):
    """The foreign keys, in the whole site, of which some row refers to `person`."""
    relations = [relation for relation in User._meta.get_fields(include_hidden=True) if relation.auto_created]
    return {
        f"{relation.related_model._meta.label}.{relation.field.name}"
        for relation in relations
        if isinstance(relation, models.ForeignObjectRel)
        and relation.related_model._base_manager.filter(**{relation.field.name: person.pk}).exists()
    }


def everything_kept():
    """All rows as text, except tasks, which are pruned, and permissions."""
    from django.apps import apps

    return "\n".join(
        str(row)
        for model in apps.get_models()
        if model._meta.app_label not in ("django_ox", "auth", "contenttypes")
        for row in model._base_manager.values_list()
    )


# The story


def test_the_whole_story(susan, john_client, clock, run_tasks, mailoutbox):
    client = Client()
    client.force_login(susan)
    client.post(reverse("post_create"), {"body": "Low tide", "language": "en"})
    john_client.post("/@susan/follow/")
    client.post("/settings/account/delete/", {"password": PASSWORD})

    clock(days=6, hours=23)
    erase_deleted_accounts.enqueue()
    run_tasks()
    assert Post.objects.count() == 1
    client.post(reverse("login"), {"username": "susan", "password": PASSWORD})
    assert "Low tide" in john_client.get("/@susan/").text

    client.post("/settings/account/delete/", {"password": PASSWORD})
    clock(days=7)
    assert john_client.get("/@susan/").status_code == 404
    erase_deleted_accounts.enqueue()
    run_tasks()
    assert not Post.objects.exists()
    assert not Follow.objects.exists()
    assert [message.subject for message in mailoutbox][-1] == "Your account on Microblog was deleted"
    response = client.post(reverse("login"), {"username": "susan", "password": PASSWORD})
    assert response.context["form"].errors
    assert john_client.get("/@susan/").status_code == 404


def test_it_is_on_the_schedule(settings):
    schedules = settings.TASKS["default"]["OPTIONS"]["SCHEDULES"]
    assert erase_deleted_accounts.module_path in {schedule["task"] for schedule in schedules.values()}


# What goes


def test_nothing_tells_who_it_was(full_life, time_is_over):
    full_life.request_deletion()
    time_is_over()
    person = User.objects.get(pk=full_life.pk)
    assert str(person) == f"@deleted-{person.pk}"
    assert person.erased_at
    assert (person.email, person.display_name, person.about_me, person.avatar) == ("", "", "", "")
    assert (person.language, person.time_zone, person.theme) == ("", "", "auto")
    assert (person.read_languages, person.written_languages, person.translate_posts) == ([], [], False)
    assert (person.is_active, person.is_staff, person.is_superuser) == (False, False, False)
    assert not person.has_usable_password()
    kept = everything_kept()
    held = set(FormerUsername.objects.values_list("username", flat=True))
    assert held == {"susan", "suse", "susan_b"}
    for words in ("susan@", "sue@", "Susan Example", "the sea", "lighthouse", "faro", "eels", "12345678", "@suse"):
        assert words not in kept, words
    assert kept.count("susan") == 2  # the reserved names


def test_whatever_points_to_people_is_gone_but_for_history(full_life, time_is_over):
    full_life.request_deletion()
    time_is_over()
    assert what_points_to(full_life) <= STAYS


def test_everything_was_there_before(full_life):
    """Makes sure that the two tests above check something."""
    assert what_points_to(full_life) >= {
        "accounts.EmailChange.user",
        "accounts.User_groups.user",
        "accounts.User_user_permissions.user",
        "otp_static.StaticDevice.user",
        "otp_totp.TOTPDevice.user",
        "posts.Bookmark.user",
        "posts.ConversationMute.user",
        "posts.Draft.author",
        "posts.Like.user",
        "posts.NewestPost.author",
        "posts.Post.author",
        "social.Block.blocked",
        "social.Block.blocker",
        "social.Follow.followed",
        "social.Follow.follower",
        "social.FollowRequest.followed",
        "social.FollowRequest.follower",
        "social.Mute.muted",
        "social.Mute.muter",
    }
    assert "lighthouse" in everything_kept()
    assert {"susan_b", "suse"} <= set(everything_kept().replace("'", " ").replace("@", " ").split())


def test_pictures_are_removed_from_the_disk(full_life, time_is_over):
    name = f"avatars/{full_life.avatar}-96.webp"
    assert default_storage.exists(name)
    full_life.request_deletion()
    time_is_over()
    assert not default_storage.exists(name)


def test_everybody_s_counters_are_right(full_life, time_is_over, john, boss):
    full_life.request_deletion()
    time_is_over()
    assert counters.recount()[1] == 0
    john.refresh_from_db()
    boss.refresh_from_db()
    assert (john.followers_count, john.following_count, boss.following_count) == (0, 0, 0)
    full_life.refresh_from_db()
    assert (full_life.posts_count, full_life.followers_count, full_life.following_count) == (0, 0, 0)


def test_of_their_posts_only_places_in_threads_of_others_are_left(full_life, time_is_over, john):
    full_life.request_deletion()
    time_is_over()
    assert counters.recount_posts()[1] == 0
    posts = Post.objects.filter(author=full_life)
    assert [(post.body, post.content_warning, post.hidden, post.replies.count()) for post in posts] == [
        ("", "", True, 1)
    ]
    assert not Post.objects.filter(repost_of__isnull=False).exists()
    assert [like.user for like in Like.objects.all()] == [john]


def test_answers_to_their_posts_for_followers_stay_with_who_wrote_them(full_life, time_is_over, john, boss):
    full_life.request_deletion()
    time_is_over()
    reply = Post.objects.get(body="I tell nobody")
    readers = [person for person in (john, boss) if Post.objects.visible_to(person).contains(reply)]
    assert readers == [john]


def test_moderators_keep_what_they_decided_without_names(full_life, time_is_over, boss):
    made, about = Report.objects.order_by("pk")
    for report in (made, about):
        report.add("violence", "He threatens me", "I know where you live")
    moment = timezone.now()
    Report.objects.update(outcome="dismissed", closed_at=moment, note="Harmless", closed_by=boss)
    full_life.request_deletion()
    time_is_over()
    made.refresh_from_db()
    about.refresh_from_db()
    assert (made.reporter, made.outcome, made.note, made.comment) == (full_life, "dismissed", "Harmless", "")
    assert (about.person, about.post, about.snapshot, about.note) == (full_life, None, "", "Harmless")
    added = [(one.reason, one.comment, one.snapshot) for report in (made, about) for one in report.additions.all()]
    assert added == [("violence", "", "I know where you live"), ("violence", "He threatens me", "")]
    names = list(LogEntry.objects.order_by("pk").values_list("object_repr", "change_message"))
    number = LogEntry.objects.order_by("pk").values_list("object_id", flat=True)
    assert names == [(f"@deleted-{full_life.pk}", "For a reason"), *((f"#{pk}", "For a reason") for pk in number[1:])]


def test_the_log_of_others_stays(susan, john, boss, time_is_over):
    post = PostFactory(author=john, body="Ask @susan")
    other = UserFactory(username="susanna")
    Follow.objects.follow(other, john)
    Follow.objects.follow(john, other)
    things = [john, other, post, *Follow.objects.all()]
    LogEntry.objects.log_actions(boss.pk, things, CHANGE, "For a reason")
    names = {"@john", "@susanna", "Ask @susan", "@susanna → @john", "@john → @susanna"}
    assert set(LogEntry.objects.values_list("object_repr", flat=True)) == names
    susan.request_deletion()
    time_is_over()
    assert set(LogEntry.objects.values_list("object_repr", flat=True)) == names


# The mail


def test_the_last_mail_goes_to_the_last_address(full_life, time_is_over, mailoutbox):
    full_life.request_deletion()
    time_is_over()
    message = mailoutbox[-1]
    assert message.to == ["susan@example.org"]
    assert "@susan_b" in message.body
    assert "you had an account" in message.body or "tenías" in message.body


def test_no_mail_without_an_address_or_to_one_of_somebody_else(time_is_over, mailoutbox, john):
    UserFactory(email="").request_deletion()
    UserFactory(email=john.email.upper(), email_confirmed_at=None).request_deletion()
    time_is_over()
    assert mailoutbox == []


# Names and addresses


def test_the_name_is_held_and_free_afterwards(susan, client, clock, run_tasks):
    susan.request_deletion()
    clock(days=7)
    erase_deleted_accounts.enqueue()
    run_tasks()
    assert User.objects.is_taken("Susan")
    for path in ("/@susan/", "/@susan/followers/", f"/@deleted-{susan.pk}/"):
        assert client.get(path).status_code == 404
    clock(days=83)
    assert not User.objects.is_taken("susan")  # 90 days by the database's clock, which is at the first of these


def test_the_address_is_free_at_once(susan, time_is_over, client):
    susan.request_deletion()
    time_is_over()
    passwords = {"password1": "seven purple kettles", "password2": "seven purple kettles"}
    data = {"username": "sue", "email": "susan@example.org", **passwords}
    assert client.post(reverse("register"), data).status_code == 302
    assert User.objects.with_email("susan@example.org").get().username == "sue"


def test_nobody_can_take_the_name_of_who_left(susan, time_is_over, john_client):
    susan.request_deletion()
    time_is_over()
    response = john_client.post(reverse("settings_profile"), {"username": f"deleted-{susan.pk}"})
    assert response.context["form"].errors.keys() == {"username"}


# When


@pytest.mark.django_db
def test_nobody_is_erased_before_their_time(susan):
    susan.request_deletion()
    erase.call(susan.pk)
    assert erasure.unfinished() == []
    User.objects.filter(pk=susan.pk).update(
        deletion_requested_at=timezone.now() - timedelta(days=6, hours=23, minutes=59)
    )
    erase.call(susan.pk)
    susan.refresh_from_db()
    assert susan.username == "susan"


def test_the_number_of_days_is_a_setting(susan, settings):
    settings.LEAVING_DAYS = 30
    susan.request_deletion()
    User.objects.update(deletion_requested_at=timezone.now() - timedelta(days=29))
    assert erasure.unfinished() == []


def test_who_came_back_before_the_task_began_stays(susan):
    PostFactory(author=susan)
    susan.request_deletion()
    User.objects.update(deletion_requested_at=timezone.now() - timedelta(days=8))
    assert erasure.unfinished() == [susan.pk]
    susan.cancel_deletion()
    erase.call(susan.pk)
    susan.refresh_from_db()
    assert (susan.username, susan.posts_count) == ("susan", 1)


def test_who_is_erased_does_not_come_back(susan, time_is_over):
    susan.request_deletion()
    time_is_over()
    assert not susan.cancel_deletion()
    assert not User.objects.get(pk=susan.pk).is_active


def test_somebody_suspended_and_leaving_is_erased_too(susan, time_is_over):
    susan.request_deletion()
    susan.suspend()
    time_is_over()
    susan.refresh_from_db()
    assert susan.erased_at


@pytest.mark.django_db
def test_it_may_run_for_nobody():
    erase_deleted_accounts.call()
    erase.call(0)


# Interrupted, and at the same moment


class Killed(BaseException):
    pass


@pytest.mark.parametrize("step", range(1, 26, 2))
def test_a_run_that_is_killed_is_finished_by_the_next(full_life, john, time_is_over, monkeypatch, step):
    monkeypatch.setattr(erasure, "BATCH_SIZE", 1)
    for _number in range(3):
        Follow.objects.follow(UserFactory(), full_life)
    full_life.request_deletion()
    User.objects.filter(pk=full_life.pk).update(deletion_requested_at=timezone.now() - timedelta(days=7))
    steps = 0

    def dying(erase):
        def wrapper(rows):
            nonlocal steps
            if User.objects.get(pk=full_life.pk).erased_at:
                steps += 1
            if steps == step:
                raise Killed
            return erase(rows)

        return wrapper

    with monkeypatch.context() as patched:
        for entry in register.entries:
            patched.setattr(entry, "erase", dying(entry.erase))
        with pytest.raises(Killed):
            erasure.erase(full_life.pk)
    assert counters.recount()[1] == 0
    assert erasure.unfinished() == [full_life.pk]
    time_is_over()
    assert erasure.unfinished() == []
    assert not full_life.posts.filter(deleted_at=None).exists()
    assert not full_life.followers.exists()
    assert counters.recount()[1] == 0


def test_what_slipped_in_is_found_by_the_next_run(susan, john, time_is_over):
    susan.request_deletion()
    time_is_over()
    Post.objects.publish(susan, "Too late", "en")
    Mute.objects.mute(john, susan)
    time_is_over()
    assert not Post.objects.exists()
    assert not Mute.objects.exists()
    assert counters.recount()[1] == 0


@pytest.mark.django_db(transaction=True)
def test_what_others_do_at_that_moment_breaks_nothing(susan, john, run_tasks):
    PostFactory.create_batch(5, author=susan)
    Follow.objects.follow(john, susan)
    before = User.objects.get(pk=susan.pk)  # a stale object, read before she left
    susan.request_deletion()
    User.objects.filter(pk=susan.pk).update(deletion_requested_at=timezone.now() - timedelta(days=7))
    others = UserFactory.create_batch(12)

    def act(number):
        for _time in range(3):
            match number % 6:
                case 0:
                    erasure.erase(susan.pk)
                case 1:
                    Follow.objects.follow(others[number], before)
                case 2:
                    Post.objects.publish(before, "Too late", "en")
                case 3:
                    Block.objects.block(others[number], before)
                    Mute.objects.mute(others[number], before)
                case 4:
                    Follow.objects.unfollow(john, before)
                case 5:
                    return Client().post(reverse("login"), {"username": "susan", "password": PASSWORD}).status_code
        return None

    answers = {answer for answer in at_once(act) if answer}
    assert answers <= {200, 302}
    susan.refresh_from_db()
    if susan.is_active:  # logging in came first
        assert susan.posts_count >= 5
    else:
        erase_deleted_accounts.enqueue()
        run_tasks()
        assert erasure.unfinished() == []
        for model in (Post, Follow, Block, Mute, Session):
            assert not model.objects.exists()
    assert counters.recount()[1] == 0


@pytest.mark.django_db(transaction=True)
def test_people_who_follow_each_other_are_erased_at_once(run_tasks):
    people = UserFactory.create_batch(6)
    for follower in people:
        for followed in people:
            Follow.objects.follow(follower, followed)
        PostFactory(author=follower)
    for person in people[:4]:
        person.request_deletion()
    User.objects.filter(deletion_requested_at__isnull=False).update(
        deletion_requested_at=timezone.now() - timedelta(days=7)
    )
    at_once(lambda number: erasure.erase(people[number % 4].pk), times=8)
    assert erasure.unfinished() == []
    assert Follow.objects.count() == 2
    assert Post.objects.count() == 2
    assert counters.recount() == (6, 0)


@pytest.mark.parametrize("seed", range(3))
def test_counters_are_right_in_any_graph(db, seed, monkeypatch, time_is_over):
    monkeypatch.setattr(erasure, "BATCH_SIZE", 3)
    chance = random.Random(seed)
    people = UserFactory.create_batch(12)
    for _act in range(80):
        person, other = chance.sample(people, 2)
        match chance.randrange(5):
            case 0 | 1:
                Follow.objects.follow(person, other)
            case 2:
                PostFactory(author=person, hidden=chance.random() < 0.3)
            case 3:
                Block.objects.block(person, other)
            case 4:
                chance.choice([person.suspend, person.restore])()
    gone = chance.sample(people, 5)
    for person in gone:
        person.request_deletion()
    time_is_over()
    assert counters.recount() == (12, 0)
    assert not Post.objects.filter(author__in=gone).exists()
    assert not Follow.objects.filter(follower__in=gone).exists()
    assert not Follow.objects.filter(followed__in=gone).exists()


def test_big_lives_go_in_batches(susan, monkeypatch, time_is_over):
    """No statement and no transaction grows with how much somebody wrote."""
    monkeypatch.setattr(erasure, "BATCH_SIZE", 10)
    PostFactory.create_batch(25, author=susan)
    batches = []
    posts = next(entry for entry in register.entries if entry.model is Post)
    erase = posts.erase
    monkeypatch.setattr(posts, "erase", lambda rows: (batches.append(rows.count()), erase(rows)))
    susan.request_deletion()
    time_is_over()
    assert batches == [10, 10, 5]
