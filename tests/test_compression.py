"""Pages as sent over the wire: compressed, without revealing secrets by their length (docs/security.md)."""

import gzip
import re

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.http import HttpResponse
from django.urls import reverse

from microblog_site import compression
from posts.tests.factories import PostFactory

from .site import is_page, pages, url_names, url_of

pytestmark = pytest.mark.any_database

TEXT = "Low tide at seven, and the harbour smells of rain. "
TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="(\w+)"')


def fetch(client, path, encodings="gzip, deflate, br, zstd", **headers):
    return client.get(path, headers={"Accept-Encoding": encodings, **headers})


@pytest.fixture
def answer(rf):
    """A function that returns `response` as it leaves the middleware."""

    def answer(response, encodings="gzip"):
        return compression.CompressionMiddleware(lambda request: response)(
            rf.get("/", headers={"Accept-Encoding": encodings})
        )

    return answer


def test_browsers_get_gzip(susan_client, susan):
    PostFactory(author=susan, body=TEXT * 3)
    response = fetch(susan_client, reverse("home"))
    assert response["Content-Encoding"] == "gzip"
    assert int(response["Content-Length"]) == len(response.content)
    text = gzip.decompress(response.content)
    assert TEXT.strip() in text.decode()
    assert len(response.content) < len(text) / 2


def test_others_get_plain_text(answer):
    plain = answer(HttpResponse(TEXT * 9), "identity")
    assert plain.content.decode() == TEXT * 9
    assert not plain.has_header("Content-Encoding")


@pytest.mark.parametrize(
    ("accepted", "encoding"),
    [
        ("gzip, deflate, br, zstd", "gzip"),
        ("br;q=0.1, gzip;q=0.9", "gzip"),
        ("gzip; q=0.05", "gzip"),
        ("br, gzip;q=0", None),
        ("br;q=0, gzip;q=0.0, identity", None),
        ("gzip ; q=0.00 , br", None),
        ("deflate, zstd", None),
        ("", None),
    ],
)
def test_nobody_gets_what_they_do_not_take(answer, accepted, encoding):
    assert answer(HttpResponse(TEXT * 9), accepted).get("Content-Encoding") == encoding


@pytest.mark.parametrize("encodings", ["gzip", "identity"])
def test_caches_keep_each_form_apart(client, db, encodings):
    assert "Accept-Encoding" in fetch(client, reverse("explore"), encodings)["Vary"]


def test_error_pages_are_compressed_too(client, db):
    response = fetch(client, "/no-such-page/")
    assert (response.status_code, response["Content-Encoding"]) == (404, "gzip")


def test_a_tag_stands_for_the_text_and_no_longer_for_the_bytes(answer):
    assert answer(HttpResponse(TEXT * 9, headers={"ETag": '"7"'}))["ETag"] == 'W/"7"'
    assert answer(HttpResponse(TEXT * 9, headers={"ETag": 'W/"7"'}))["ETag"] == 'W/"7"'
    assert answer(HttpResponse(TEXT * 9, headers={"ETag": '"7"'}), "identity")["ETag"] == '"7"'


@pytest.mark.parametrize(
    "response",
    [
        HttpResponse("short"),
        HttpResponse(TEXT * 9, content_type="image/webp"),
        HttpResponse(TEXT * 9, headers={"Content-Encoding": "zstd"}),
        HttpResponse(status=304),
    ],
)
def test_what_would_gain_nothing_is_left_alone(answer, response):
    before = (response.content, response.headers.copy())
    answer(response)
    assert (response.content, response.headers) == before


def test_pictures_and_downloads_are_left_alone(susan_client):
    default_storage.save("avatars/0a1b2c3d-96.webp", ContentFile(TEXT.encode() * 9))
    picture = fetch(susan_client, reverse("media", args=["avatars/0a1b2c3d-96.webp"]))
    archive = susan_client.post(reverse("account_download"), headers={"Accept-Encoding": "gzip"})
    for response in (picture, archive):
        assert response.status_code == 200
        assert not response.has_header("Content-Encoding")
        assert b"".join(response.streaming_content)


@pytest.mark.parametrize("text", [b"", b"short", TEXT.encode() * 2000])
def test_the_same_text_is_now_longer_now_shorter(text):
    answers = [compression.compress(text) for _try in range(30)]
    assert {gzip.decompress(answer) for answer in answers} == {text}
    lengths = set(map(len, answers))
    assert len(lengths) > 5
    assert max(lengths) - min(lengths) <= compression.PADDING


def test_the_token_that_forms_hold_is_written_anew_each_time(susan_client):
    tokens = [TOKEN.search(susan_client.get(reverse("home")).text)[1] for _visit in range(5)]
    assert len(set(tokens)) == len(tokens)


def test_pages_with_secrets_and_settings_are_not_compressed_and_no_cache_keeps_them(boss_client, boss):
    paths = pages(boss_client, PostFactory(author=boss))
    private = [path for path in paths if path.startswith(("/settings/", "/password/", "/email/"))]
    assert len(private) > 8
    for path in [*private, reverse("admin:index")]:
        response = fetch(boss_client, path)
        assert response.status_code == 200
        assert "no-store" in response["Cache-Control"], path
        assert not response.has_header("Content-Encoding")


@pytest.mark.parametrize("who", ["susan_client", "client"])
def test_no_page_repeats_what_a_link_to_it_says(request, who, susan):
    client, post = request.getfixturevalue(who), PostFactory(author=susan)
    fields = ("q", "next", "before", "after", "page", "username", "email")
    query = "&".join(f"{field}=canary" for field in fields)
    for path in (url_of(name, post) for name in url_names()):
        response = client.get(f"{path}{'&' if '?' in path else '?'}{query}")
        assert not is_page(response) or "canary" not in response.text, path
