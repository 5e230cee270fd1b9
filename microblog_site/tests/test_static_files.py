"""Static files as served: under names that change with their content."""

import gzip
import json
import re
from pathlib import Path

import brotli
import pytest
from django.conf import settings as site_settings
from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import staticfiles_storage
from django.core.management import call_command
from django.test import Client, override_settings
from django.utils import translation

from microblog_site.storage import COMPONENTS
from microblog_site.templatetags.site import stylesheets

BACKEND = {"BACKEND": "microblog_site.storage.StaticFilesStorage"}
BROWSER = {"Accept-Encoding": "gzip, deflate, br, zstd"}


@pytest.fixture(scope="module")
def collected(tmp_path_factory):
    """The folder of the site's own static files, collected as without DEBUG."""
    folder = tmp_path_factory.mktemp("static")
    with override_settings(STATIC_ROOT=folder, STORAGES={**site_settings.STORAGES, "staticfiles": BACKEND}):
        call_command("collectstatic", interactive=False, verbosity=0, ignore_patterns=["admin", "django_ox"])
        yield folder


@pytest.fixture
def fetch(collected):
    """A function that requests a static file by its plain name, like a browser; returns response and content."""
    client = Client()

    def fetch(name, **headers):
        response = client.get(staticfiles_storage.url(name), headers=BROWSER | headers)
        content = response.getvalue()
        for close in response._resource_closers:  # like a server
            close()
        return response, content

    return fetch


def source(name):
    return Path(finders.find(name)).read_bytes()


def test_files_are_kept_for_ever_and_sent_compressed(fetch):
    assert re.fullmatch(r"/static/js/menus\.[0-9a-f]{12}\.js", staticfiles_storage.url("js/menus.js"))
    response, content = fetch("js/menus.js")
    assert response["Content-Encoding"] == "br"
    script = brotli.decompress(content)
    assert (b"ArrowDown" in script, b"//" in script) == (True, False)  # without comments
    assert len(content) < len(source("js/menus.js")) / 2
    assert response["Vary"] == "Accept-Encoding"
    assert response["Cache-Control"] == "max-age=315360000, public, immutable"
    assert response["Content-Type"] == 'text/javascript; charset="utf-8"'
    assert response["X-Content-Type-Options"] == "nosniff"
    assert "Access-Control-Allow-Origin" not in response
    _response, content = fetch("js/menus.js", **{"Accept-Encoding": "gzip"})
    assert gzip.decompress(content) == script


@pytest.mark.parametrize(
    ("accepted", "encoding"),
    [("br;q=0, gzip", "gzip"), ("gzip, br ; q=0.0", "gzip"), ("br;q=0,gzip;q=0", None), ("br;q=0.1", "br")],
)
def test_no_browser_gets_an_encoding_it_refuses(fetch, accepted, encoding):
    assert fetch("js/menus.js", **{"Accept-Encoding": accepted})[0].get("Content-Encoding") == encoding


@pytest.mark.parametrize(
    ("sheet", "bootstrap"), [("style.css", "bootstrap.min.css"), ("style.rtl.css", "bootstrap.rtl.min.css")]
)
def test_all_that_is_style_is_one_file(collected, fetch, sheet, bootstrap):
    style = brotli.decompress(fetch(sheet)[1])
    assert style == b"".join(source(part) for part in [f"vendor/bootstrap/{bootstrap}", *COMPONENTS])
    assert not list(collected.glob("**/bootstrap.*css"))
    assert not list(collected.glob("css/*"))


def test_every_component_is_part_of_the_style():
    files = Path(finders.find("css")).glob("**/*")
    assert sorted(COMPONENTS) == sorted(f"css/{path.name}" for path in files)


@pytest.mark.parametrize(("language", "sheet"), [("en", "style.css"), ("ar", "style.rtl.css")])
def test_pages_link_to_the_one_for_their_direction(collected, language, sheet):
    with translation.override(language):
        assert stylesheets() == f'<link rel="stylesheet" href="{staticfiles_storage.url(sheet)}">'


def test_style_needs_no_other_file_than_its_own(fetch):
    for sheet in ("style.css", "style.rtl.css"):
        urls = re.findall(rb"""url\(["']?(.{5})""", brotli.decompress(fetch(sheet)[1]))
        assert set(urls) == {b"data:"}


def test_a_browser_that_has_a_file_is_not_sent_it_again(fetch):
    known, _content = fetch("style.css")
    response, content = fetch("style.css", **{"If-None-Match": known["ETag"]})
    assert (response.status_code, content) == (304, b"")
    assert "immutable" in response["Cache-Control"]


def test_a_part_of_a_file_can_be_asked_for(fetch):
    response, content = fetch("icons.svg", **{"Accept-Encoding": "identity", "Range": "bytes=0-3"})
    assert (response.status_code, content) == (206, b"<svg")
    assert response["Content-Range"] == f"bytes 0-3/{len(source('icons.svg'))}"


def test_modules_import_each_other_by_the_names_that_change(collected):
    paths = json.loads((collected / "staticfiles.json").read_text())["paths"]
    modules = {name: hashed for name, hashed in paths.items() if name.endswith(".js")}
    imported = {
        name
        for hashed in modules.values()
        for name in re.findall(r"""(?:from|import)\s*["'](\./[^"']+)["']""", (collected / hashed).read_text())
    }
    assert imported
    assert imported <= {f"./{hashed.rpartition('/')[2]}" for hashed in modules.values()}
