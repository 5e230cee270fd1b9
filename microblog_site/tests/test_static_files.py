"""Static files as they are served: under names that change with their content."""

import json
import re
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import staticfiles_storage
from django.core.management import call_command
from django.test import Client


@pytest.fixture
def collected(settings, tmp_path):
    """The folder with the site's own static files, collected for a site that is not in DEBUG."""
    settings.STATIC_ROOT = tmp_path
    backend = {"BACKEND": "microblog_site.storage.StaticFilesStorage"}
    settings.STORAGES = {**settings.STORAGES, "staticfiles": backend}
    call_command("collectstatic", interactive=False, verbosity=0, ignore_patterns=["admin", "bootstrap*", "django_ox"])
    return tmp_path


def test_files_are_kept_for_ever_and_sent_compressed(collected):
    url = staticfiles_storage.url("site.css")
    assert re.fullmatch(r"/static/site\.[0-9a-f]{12}\.css", url)
    response = Client().get(url, headers={"Accept-Encoding": "gzip, br"})
    content = response.getvalue()
    assert response["Content-Encoding"] == "br"
    assert "immutable" in response["Cache-Control"]
    assert response["Content-Type"] == 'text/css; charset="utf-8"'
    assert response["X-Content-Type-Options"] == "nosniff"
    assert len(content) < Path(finders.find("site.css")).stat().st_size / 2
    assert "Access-Control-Allow-Origin" not in response


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
