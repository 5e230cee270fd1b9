"""The download of personal data."""

import io
import json
import zipfile
from datetime import timedelta

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from django_otp.plugins.otp_totp.models import TOTPDevice

from accounts import avatars
from accounts.models import EmailChange, User
from accounts.tests.factories import UserFactory
from accounts.tests.pictures import picture
from moderation.models import Report
from posts.models import Bookmark, ConversationMute, Draft, Like, Post, Translation
from posts.tests.factories import PostFactory
from social.models import Block, Follow, FollowRequest, Mute

URL = "/settings/account/download/"

pytestmark = pytest.mark.any_database


def download(client):
    response = client.post(URL)
    assert response.status_code == 200
    return zipfile.ZipFile(io.BytesIO(b"".join(response.streaming_content)))


def data(client):
    return json.loads(download(client).read("data.json").decode("utf-8"))


def names(rows):
    return [row["username"] for row in rows]


# The file


def test_it_is_a_zip_file_that_nobody_keeps(susan, susan_client):
    days = [timezone.localdate()]
    response = susan_client.post(URL)
    days.append(timezone.localdate())
    assert response.headers["Content-Type"] == "application/zip"
    names = [f'attachment; filename="susan-{day:%Y-%m-%d}.zip"' for day in days]
    assert response.headers["Content-Disposition"] in names
    assert "no-store" in response.headers["Cache-Control"]
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    body = b"".join(response.streaming_content)
    assert response.headers["Content-Length"] == str(len(body))
    assert zipfile.ZipFile(io.BytesIO(body)).testzip() is None


def test_strangers_get_nothing(client, db):
    assert client.post(URL).url == "/login/"


def test_only_so_often(susan_client):
    for _time in range(5):
        download(susan_client)
    response = susan_client.post(URL)
    assert response.status_code == 429
    assert response.headers["Retry-After"]


def test_the_pictures_are_in_it(susan, susan_client):
    susan.set_avatar(avatars.keep(avatars.cut(ContentFile(picture())), susan.pk))
    archive = download(susan_client)
    images = json.loads(archive.read("data.json"))["profile"]["images"]
    assert images == ["images/avatar-96.webp", "images/avatar-256.webp"]
    assert sorted(archive.namelist()) == sorted([*images, "data.json"])
    with default_storage.open(f"avatars/{susan.avatar}-256.webp") as kept:
        assert archive.read("images/avatar-256.webp") == kept.read()


def test_a_missing_picture_breaks_nothing(susan, susan_client):
    User.objects.filter(pk=susan.pk).update(avatar="0123456789abcdef")
    assert download(susan_client).namelist() == ["data.json"]


# What is in it


def test_a_new_account_has_empty_lists(susan, susan_client):
    everything = data(susan_client)
    lists = {key: value for key, value in everything.items() if isinstance(value, list)}
    assert lists.keys() == {
        "posts",
        "former_versions",
        "translations",
        "reposts",
        "likes",
        "bookmarks",
        "muted_conversations",
        "drafts",
        "following",
        "followers",
        "follow_requests",
        "follow_requests_sent",
        "blocks",
        "mutes",
        "reports",
        "report_additions",
        "sessions",
        "former_usernames",
        "former_emails",
    }
    assert [key for key, value in lists.items() if value] == ["sessions"]
    assert everything["archive"].keys() == {"version", "site", "made_at"}


def test_account_profile_and_preferences(susan, susan_client, settings):
    User.objects.filter(pk=susan.pk).update(
        display_name="Süsan 🌊", about_me='Says "hi"\n<b>', pending_email="sue@example.org", time_zone="Europe/Madrid"
    )
    User.objects.filter(pk=susan.pk).update(read_languages=["es", "ca"], written_languages=["ca"], translate_posts=True)
    TOTPDevice.objects.create(user=susan, key="abcdef0123456789")
    archive = download(susan_client)
    text = archive.read("data.json").decode("utf-8")
    everything = json.loads(text)
    assert "Süsan 🌊" in text
    assert "abcdef0123456789" not in text
    assert susan.password not in text
    account, profile = everything["account"], everything["profile"]
    assert (account["id"], account["username"], account["email"]) == (susan.pk, "susan", "susan@example.org")
    assert (account["new_email"], account["two_step_log_in"]) == ("sue@example.org", True)
    assert account["joined_at"].endswith("Z")
    assert (profile["display_name"], profile["about_me"]) == ("Süsan 🌊", 'Says "hi"\n<b>')
    assert profile["url"] == f"{settings.SITE_URL}/@susan/"
    assert everything["preferences"] == {
        "language": "",
        "time_zone": "Europe/Madrid",
        "theme": "auto",
        "mail_new_devices": True,
        "read_languages": ["es", "ca"],
        "translate_posts": True,
        "written_languages": ["ca"],
        "approve_followers": False,
        "default_visibility": "public",
        "home_replies": "followed",
        "quote_policy": "everyone",
        "keyboard_shortcuts": True,
    }


def test_translations_of_what_they_wrote_are_there_too(susan, susan_client):
    for author in (susan, UserFactory()):
        post = PostFactory(author=author, body="潮が満ちてきた", language="ja")
        columns = {"post": post, "provider": "deepl", "source": "ja", "made_at": "2026-11-22T13:01:02Z"}
        Translation.objects.create(language="en", digest=post.digest, body="The tide is coming in", **columns)
        Translation.objects.create(language="es", digest=post.digest, body="", **columns)  # refused
    assert data(susan_client)["translations"] == [
        {
            "post": susan.posts.get().pk,
            "language": "en",
            "translated_from": "ja",
            "service": "deepl",
            "text": "The tide is coming in",
            "made_at": "2026-11-22T13:01:02Z",
        }
    ]


@pytest.mark.every_database
def test_posts_are_all_there_hidden_and_edited_ones_too(susan, susan_client, settings):
    first = PostFactory(author=susan, body="Low tide\nおはよう", created_at="2026-11-22T13:01:02Z")
    second = PostFactory(author=susan)
    second.edit("High tide", "en")
    second.hide()
    PostFactory(body="Somebody else's")
    posts = data(susan_client)["posts"]
    assert posts[0] == {
        "id": first.pk,
        "url": f"{settings.SITE_URL}/@susan/{first.pk}/",
        "text": "Low tide\nおはよう",
        "content_warning": "",
        "language": "en",
        "visibility": "public",
        "in_reply_to": None,
        "quote": None,
        "written_at": "2026-11-22T13:01:02Z",
        "edited_at": None,
        "pinned_at": None,
        "hidden_by_moderators": False,
    }
    assert [post["id"] for post in posts] == [first.pk, second.pk]
    assert (posts[1]["text"], posts[1]["hidden_by_moderators"]) == ("High tide", True)
    assert posts[1]["edited_at"]


@pytest.mark.every_database
def test_posts_say_what_they_answer_and_quote_and_for_whom_they_are(susan, susan_client, john):
    post, place = PostFactory(author=john), PostFactory(author=susan)
    PostFactory(author=john, in_reply_to=place)
    reply = PostFactory(
        author=susan, in_reply_to=post, quote_of=post, for_followers=True, content_warning="Eels", body="Look"
    )
    reply.versions.create(body="Lokk", language="en", content_warning="", written_at="2026-11-22T13:01:02Z")
    Post.objects.repost(susan, post)
    place.delete()
    everything = data(susan_client)
    posts = everything["posts"]
    assert [post["id"] for post in posts] == [reply.pk]  # neither the repost nor what remains of the deleted one
    names = ("in_reply_to", "quote", "visibility", "content_warning")
    assert [posts[0][name] for name in names] == [post.pk, post.pk, "followers", "Eels"]
    assert everything["former_versions"] == [
        {
            "post": reply.pk,
            "text": "Lokk",
            "content_warning": "",
            "language": "en",
            "written_at": "2026-11-22T13:01:02Z",
        }
    ]


def test_of_a_post_that_was_just_deleted_nothing_is_there(susan, susan_client, john):
    for post in (PostFactory(author=susan, body="A secret"), PostFactory(author=john, body="A secret")):
        post.edit("Another secret", "en")
        columns = {"provider": "deepl", "source": "en", "made_at": timezone.now()}
        Translation.objects.create(post=post, language="es", digest=post.digest, body="Un secreto", **columns)
        Like.objects.add(susan, post)
        post.withdraw()
    everything = data(susan_client)
    assert not [name for name in ("posts", "former_versions", "translations") if everything[name]]
    assert [like["username"] for like in everything["likes"]] == [None, None]
    assert "secret" not in str(everything)


@pytest.mark.every_database
def test_drafts_are_there_as_they_were_saved(susan, susan_client, john):
    post = PostFactory(author=john)
    Draft.objects.keep(john, texts=["Somebody else's"])
    written = {"texts": ["Low tide\nおはよう", "High tide"], "content_warning": "Eels", "language": "ja"}
    draft = Draft.objects.keep(susan, **written, in_reply_to=post.pk)
    [kept] = data(susan_client)["drafts"]
    assert kept.pop("saved_at")[:19] == draft.saved_at.strftime("%Y-%m-%dT%H:%M:%S")
    assert kept == written | {"visibility": "", "in_reply_to": post.pk, "quote": None}


def test_what_one_did_with_posts_of_others(susan, susan_client, john):
    wilma = UserFactory(username="wilma")
    posts = [PostFactory(author=person) for person in (john, wilma)]
    for post in posts:
        Like.objects.add(susan, post)
        Bookmark.objects.add(susan, post)
        Post.objects.repost(susan, post)
        ConversationMute.objects.mute(susan, post)
    Block.objects.block(wilma, susan)
    everything = data(susan_client)
    for listing in ("likes", "bookmarks", "reposts", "muted_conversations"):
        rows = everything[listing]
        assert [(row["post"], row["username"]) for row in rows] == [(posts[0].pk, "john"), (posts[1].pk, None)], listing
        assert rows[0]["since"].endswith("Z")


def test_times_are_utc_wherever_the_person_is(susan, susan_client):
    User.objects.filter(pk=susan.pk).update(time_zone="Pacific/Auckland")
    PostFactory(author=susan, created_at="2026-11-22T13:01:02Z")
    assert data(susan_client)["posts"][0]["written_at"] == "2026-11-22T13:01:02Z"


def test_the_people_one_follows_blocks_and_mutes(susan, susan_client, john):
    wilma, thelma, velma = (UserFactory(username=name) for name in ("wilma", "thelma", "velma"))
    Follow.objects.follow(susan, john)
    Follow.objects.follow(susan, wilma)
    Follow.objects.follow(john, susan)
    Block.objects.block(susan, thelma)
    until = timezone.now() + timedelta(days=7)
    Mute.objects.mute(susan, velma, until)
    Mute.objects.mute(susan, john)
    everything = data(susan_client)
    assert names(everything["following"]) == ["john", "wilma"]
    assert names(everything["followers"]) == ["john"]
    assert names(everything["blocks"]) == ["thelma"]
    assert names(everything["mutes"]) == ["velma", "john"]
    assert everything["mutes"][0]["until"].startswith(until.strftime("%Y-%m-%dT%H:%M"))
    assert everything["mutes"][1]["until"] is None


def test_who_asks_whom_and_whose_reposts_are_hidden(susan, susan_client, john):
    wilma = UserFactory(username="wilma", approve_followers=True)
    User.objects.filter(pk=susan.pk).update(approve_followers=True)
    Follow.objects.follow(john, susan)
    Follow.objects.follow(susan, wilma)
    Follow.objects.follow(susan, john)
    Follow.objects.hide_reposts(susan, john)
    everything = data(susan_client)
    assert names(everything["follow_requests"]) == ["john"]
    assert names(everything["follow_requests_sent"]) == ["wilma"]
    assert [follow["hides_reposts"] for follow in everything["following"]] == [True]


def test_who_is_hidden_from_one_is_not_named(susan, susan_client, john):
    """Blocked by them, suspended or leaving: a name given up or taken since is not revealed here either."""
    suspended, leaving = UserFactory(username="wilma"), UserFactory(username="thelma")
    for person in (john, suspended, leaving):
        Follow.objects.follow(susan, person)
        Follow.objects.follow(person, susan)
        FollowRequest.objects.create(follower=person, followed=susan)
        FollowRequest.objects.create(follower=susan, followed=person)
        Mute.objects.mute(susan, person)
        Report.objects.create(reporter=susan, person=person, reason="spam", comment="Look")
    suspended.suspend()
    leaving.request_deletion()
    Block.objects.block(susan, leaving)
    Block.objects.block(john, susan)
    archive = download(susan_client).read("data.json").decode()
    for name in ("john", "wilma", "thelma"):
        assert name not in archive
    assert [report["username"] for report in json.loads(archive)["reports"]] == [None] * 3


def test_reports_one_made_but_not_those_about_one(susan, susan_client, john):
    post = PostFactory(author=john, body="Buy eels")
    Report.objects.create(
        reporter=susan, person=john, post=post, is_about_post=True, reason="spam", comment="Eels", snapshot=post.body
    )
    Report.objects.create(reporter=john, person=susan, reason="rules", comment="She is mean", snapshot="@susan")
    Report.objects.file(susan, john, post, reason="violence", comment="Sharks")
    Report.objects.file(john, susan, reason="hate", comment="She is mean to eels")
    everything = data(susan_client)
    reports = everything["reports"]
    assert len(reports) == 1
    [addition] = everything["report_additions"]
    assert addition.pop("added_at")
    assert addition == {"username": "john", "post": post.pk, "reason": "violence", "comment": "Sharks"}
    assert reports[0]["username"] == "john"
    assert (reports[0]["post"], reports[0]["reason"], reports[0]["comment"]) == (post.pk, "spam", "Eels")
    text = json.dumps(reports)
    assert "Buy eels" not in text
    assert "She is mean" not in text


def test_sessions_without_their_keys(susan, susan_client, john_client):
    archive = download(susan_client).read("data.json").decode()
    assert susan_client.cookies["sessionid"].value not in archive
    assert [session.keys() for session in json.loads(archive)["sessions"]] == [
        {"browser", "address", "started_at", "last_used_at"}
    ]


def test_former_names_and_addresses(susan, susan_client):
    susan.rename("sue")
    EmailChange.objects.create(user=susan, former="suse@example.org")
    everything = data(susan_client)
    assert everything["account"]["username"] == "sue"
    assert names(everything["former_usernames"]) == ["susan"]
    assert [change["email"] for change in everything["former_emails"]] == ["suse@example.org"]


# What it costs


def test_it_takes_as_many_queries_for_much_as_for_little(susan, susan_client):
    def live(times):
        for other in UserFactory.create_batch(times):
            PostFactory(author=susan)
            Follow.objects.follow(susan, other)
            Follow.objects.follow(other, susan)
            Mute.objects.mute(susan, other)
            Report.objects.create(reporter=susan, person=other, reason="spam")
            Block.objects.block(susan, UserFactory())

    def queries():
        with CaptureQueriesContext(
            connection,
        ) as captured:
            data(susan_client)
        return len(captured)

    live(1)
    queries()
    few = queries()
    live(24)
    assert queries() == few


def test_a_get_leads_to_the_settings(susan_client):
    assert susan_client.get(URL).url == reverse("settings_account")


@pytest.mark.every_database
@pytest.mark.parametrize("chunk", [1, 2_000])
def test_it_is_the_same_in_small_chunks(susan, susan_client, monkeypatch, chunk):
    monkeypatch.setattr("accounts.personal_data.register.CHUNK_SIZE", chunk)
    posts = PostFactory.create_batch(5, author=susan)
    assert [post["id"] for post in data(susan_client)["posts"]] == [post.pk for post in posts]
