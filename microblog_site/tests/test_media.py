import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.urls import reverse

pytestmark = pytest.mark.any_database

NAME = "avatars/0a1b2c3d-96.webp"
CONTENT = b"what a picture holds"


@pytest.fixture
def picture():
    default_storage.save(NAME, ContentFile(CONTENT))
    return reverse("media", args=[NAME])


def content_of(response):
    """All streamed content; the file is closed at its end."""
    return b"".join(response.streaming_content)


def test_a_picture_is_kept_for_ever_by_browsers_and_shared_caches(client, picture):
    response = client.get(picture)
    assert content_of(response) == CONTENT
    assert response["Content-Type"] == "image/webp"
    assert response["Content-Length"] == str(len(CONTENT))
    assert response["X-Content-Type-Options"] == "nosniff"
    assert set(response["Cache-Control"].split(", ")) == {"public", "max-age=31536000", "immutable"}
    assert "Vary" not in response


def test_head_tells_its_size(client, picture):
    response = client.head(picture)
    assert (response.status_code, response["Content-Length"]) == (200, str(len(CONTENT)))
    assert content_of(response) == b""
    for close in response._resource_closers:  # like a server
        close()


def test_a_browser_that_has_it_is_not_sent_it_again(client, picture):
    known = client.get(picture)
    content_of(known)
    default_storage.delete(NAME)  # there is no file to find
    response = client.get(picture, headers={"If-None-Match": known["ETag"]})
    assert (response.status_code, response.content) == (304, b"")
    assert "immutable" in response["Cache-Control"]


@pytest.mark.parametrize(
    ("wanted", "part"),
    [
        ("bytes=0-3", slice(0, 4)),
        ("bytes=5-", slice(5, None)),
        ("bytes=-4", slice(-4, None)),
        ("bytes=19-500", slice(19, None)),
        ("bytes=-500", slice(0, None)),
        ("Bytes=7-7", slice(7, 8)),
    ],
)
def test_a_part_of_a_picture_can_be_asked_for(client, picture, wanted, part):
    response = client.get(picture, headers={"Range": wanted})
    assert (response.status_code, response.content) == (206, CONTENT[part])
    start, end, _step = part.indices(len(CONTENT))
    assert response["Content-Range"] == f"bytes {start}-{end - 1}/{len(CONTENT)}"
    assert int(response["Content-Length"]) == len(CONTENT[part])
    assert response["Content-Type"] == "image/webp"
    assert response["ETag"] == f'"{NAME}"'
    assert "immutable" in response["Cache-Control"]


@pytest.mark.parametrize("wanted", ["bytes=20-", "bytes=500-600", "bytes=-0"])
def test_a_part_beyond_its_end_cannot(client, picture, wanted):
    response = client.get(picture, headers={"Range": wanted})
    assert (response.status_code, response.content) == (416, b"")
    assert response["Content-Range"] == f"bytes */{len(CONTENT)}"
    assert "no-store" in response["Cache-Control"]


@pytest.mark.parametrize("wanted", ["bytes=3-1", "bytes=-", "bytes=0-1,3-4", "lines=0-1", "bytes=a-b", "0-3", ""])
def test_what_is_no_single_part_is_the_whole(client, picture, wanted):
    response = client.get(picture, headers={"Range": wanted})
    assert (response.status_code, content_of(response)) == (200, CONTENT)
    assert response["Accept-Ranges"] == "bytes"


def test_a_part_only_belongs_to_the_picture_the_browser_has(client, picture):
    for known, status in ((f'"{NAME}"', 206), ('"another"', 200), ("Mon, 30 Nov 2026 12:00:00 GMT", 200)):
        response = client.get(picture, headers={"Range": "bytes=0-3", "If-Range": known})
        assert response.status_code == status
        response.getvalue()
    assert client.get(picture, headers={"Range": "bytes=0-3", "If-None-Match": f'"{NAME}"'}).status_code == 304


def test_nobody_is_looked_up_for_a_picture(susan_client, picture, django_assert_num_queries):
    with django_assert_num_queries(0):
        response = susan_client.get(picture)
    assert content_of(response) == CONTENT
    assert not response.cookies


def test_strangers_see_pictures_where_reading_needs_an_account(client, picture, settings):
    settings.PUBLIC_READING = False
    assert content_of(client.get(picture)) == CONTENT


@pytest.mark.parametrize(
    "name",
    [
        "avatars/0a1b2c3d-48.webp",
        "avatars/0a1b2c3d.webp",
        "avatars/0a1b2c3d-96.html",
        "avatars/0a1b2c3d-96.webp%0A",
        "avatars/../avatars/0a1b2c3d-96.webp",
        "avatars/../../db.sqlite3",
        "../db.sqlite3",
        "/etc/passwd",
        "avatars",
        "",
    ],
)
def test_nothing_else_is_served(client, picture, name):
    default_storage.save("avatars/0a1b2c3d-96.html", ContentFile(b"<script>"))
    assert client.get(f"/media/{name}").status_code == 404


def test_pictures_are_not_sent_to(client, picture):
    assert client.post(picture).status_code == 405
