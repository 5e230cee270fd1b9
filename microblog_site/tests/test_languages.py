"""Which language a page is in, by what the browser asks for."""

import time

import pytest

from microblog_site import languages

pytestmark = pytest.mark.any_database


@pytest.mark.parametrize(
    ("accepted", "language"),
    [
        ("de", "de"),
        ("de;q=0", "en"),
        ("de;q=0.000, fr;q=0.1", "fr"),
        ("fr;q=0.001", "fr"),
        ("es, de ; q=0", "es"),
        ("de;Q=0,es;q=0.5", "es"),
        ("de;q=0.0", "en"),
        ("*;q=0", "en"),
        ("de;q=0, *", "en"),
        ("iw", "he"),
        ("iw-IL,en;q=0.5", "he"),
        ("IW", "he"),
        ("en;q=0.5,iw;q=0.8", "he"),
        ("x-iw,es", "es"),
        ("in-ID,es;q=0.5", "es"),
        ("", "en"),
        ("nonsense;;q=0,,", "en"),
    ],
)
def test_a_page_is_in_the_language_the_browser_asks_for(client, db, accepted, language):
    assert client.get("/login/", headers={"Accept-Language": accepted})["Content-Language"] == language
    page = client.get("/media/no-such-file", headers={"Accept-Language": accepted})  # before sessions and users
    assert f'<html lang="{language}"'.encode() in page.content


@pytest.mark.parametrize(("tag", "primary"), [("iw-IL", "he"), ("in", "id"), ("pt-BR", "pt"), ("inh", "inh")])
def test_former_codes_are_known(tag, primary):
    assert languages.primary(tag) == primary


@pytest.mark.parametrize("long", ["a" * 8000, "de;q=0" * 1300, "de;q=0," * 1100, "iw-" * 2700])
def test_no_header_takes_long_to_read(client, db, long):
    started = time.process_time()
    assert client.get("/login/", headers={"Accept-Language": long}).status_code == 200
    assert time.process_time() - started < 1
