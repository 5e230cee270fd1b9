"""All that the site keeps about a person, as a ZIP file for them: `docs/data-download.md` tells what is in it."""

import io
import tempfile
import zipfile

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import Case, F, Q, When
from django.utils import timezone

from accounts import avatars, second_factor
from social.models import Block

from .models import Translation

VERSION = 2  # of the shape of data.json
CHUNK_SIZE = 2_000  # rows in memory at a time

_json = DjangoJSONEncoder(ensure_ascii=False).encode


def make(person):
    """The archive as a file open for reading, which nothing else leads to."""
    file = tempfile.TemporaryFile()  # noqa: SIM115, whoever reads it closes it
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        images = {f"images/avatar-{size}.webp": content for size, content in avatars.contents(person.avatar).items()}
        for name, content in images.items():
            archive.writestr(name, content)
        with archive.open("data.json", "w", force_zip64=True) as raw, io.TextIOWrapper(raw, "utf-8") as out:
            _write(out, {**_facts(person, [*images]), **_lists(person)})
    file.seek(0)
    return file


def _write(out, data):
    """As a JSON object, lists row by row, so that none has to fit into memory."""
    before = "{"
    for name, value in data.items():
        out.write(f"{before}\n{_json(name)}: ")
        if isinstance(value, dict):
            out.write(_json(value))
        else:
            _write_rows(out, value)
        before = ","
    out.write("\n}\n")


def _write_rows(out, rows):
    out.write("[")
    before = ""
    for row in rows:
        out.write(f"{before}\n{_json(row)}")
        before = ","
    out.write("]")


def _facts(person, images):
    return {
        "archive": {"version": VERSION, "site": settings.SITE_URL, "made_at": timezone.now()},
        "account": {
            "id": person.pk,
            "username": person.username,
            "email": person.email,
            "email_confirmed_at": person.email_confirmed_at,
            "new_email": person.pending_email,
            "joined_at": person.date_joined,
            "last_seen_at": person.last_seen,
            "two_step_log_in": second_factor.is_on(person),
            "is_staff": person.is_staff,
            "is_administrator": person.is_superuser,
        },
        "profile": {
            "url": settings.SITE_URL + person.get_absolute_url(),
            "display_name": person.display_name,
            "about_me": person.about_me,
            "images": images,
        },
        "preferences": {
            "language": person.language,
            "read_languages": person.read_languages,
            "translate_posts": person.translate_posts,
            "time_zone": person.time_zone,
            "theme": person.theme,
            "mail_new_devices": person.mail_new_devices,
            "written_languages": person.written_languages,
        },
    }


def _lists(person):
    """Names stand there only of people whom this person may see; of blocked ones, whom they blocked themselves."""
    following = person.following.filter(_is_visible(person, "followed"))
    followers = person.followers.filter(_is_visible(person, "follower"))
    muting = person.muting.filter(_is_visible(person, "muted"))
    reported = Case(When(_is_visible(person, "person"), then=F("person__username")))
    return {
        "posts": _posts(person),
        "translations": _rows(
            Translation.objects.ready().filter(post__author=person),
            post="post",
            language="language",
            translated_from="source",
            service="provider",
            text="body",
            made_at="made_at",
        ),
        "following": _rows(following, username="followed__username", since="created_at"),
        "followers": _rows(followers, username="follower__username", since="created_at"),
        "blocks": _rows(
            person.blocking.filter(blocked__is_active=True), username="blocked__username", since="created_at"
        ),
        "mutes": _rows(muting, username="muted__username", since="created_at", until="until"),
        "reports": _rows(
            person.reports,
            username=reported,
            post="post",
            reason="reason",
            comment="comment",
            reported_at="created_at",
            outcome="outcome",
            closed_at="closed_at",
        ),
        "sessions": _rows(
            person.sessions.live(),
            browser="browser",
            address="address",
            started_at="started_at",
            last_used_at="last_used_at",
        ),
        "former_usernames": _rows(person.former_usernames, username="username", given_up_at="given_up_at"),
        "former_emails": _rows(person.email_changes, email="former", changed_at="changed_at"),
    }


def _is_visible(viewer, field):
    return Q(**{f"{field}__is_active": True}) & Block.objects.none_between(viewer, field)


def _posts(person):
    columns = {
        "id": "pk",
        "text": "body",
        "language": "language",
        "written_at": "created_at",
        "edited_at": "edited_at",
        "hidden_by_moderators": "hidden",
    }
    profile_url = settings.SITE_URL + person.get_absolute_url()
    for post in _rows(person.posts, **columns):
        yield post | {"url": f"{profile_url}{post['id']}/"}  # `reverse` for each would take as long as all the rest


def _rows(queryset, **columns):
    """A dictionary for each row, oldest first."""
    rows = queryset.order_by("pk").values_list(*columns.values())
    for row in rows.iterator(chunk_size=CHUNK_SIZE):
        yield dict(zip(columns, row, strict=True))
