"""The settings for tests: the site's defaults, whatever `.env` and the environment say.

`TEST_DATABASE_URL` names the database; without it, an SQLite file.
"""

import atexit
import os
import re
import shutil
import tempfile
from pathlib import Path

from tests import language_model

BASE_DIR = Path(__file__).resolve().parent.parent

for knob in re.findall(r"(?m)^#? ?([A-Z][A-Z0-9_]*)=", (BASE_DIR / ".env.example").read_text(encoding="utf-8")):
    os.environ.pop(knob, None)

data_dir = tempfile.mkdtemp(prefix="microblog-tests-")
atexit.register(shutil.rmtree, data_dir, ignore_errors=True)
language_model.share(data_dir)

os.environ |= {
    "ENV_FILE": "",
    "SECRET_KEY": "a-key-for-tests-only-0123456789-abcdefghijklmnopqrstuvwxyz",
    "DATA_DIR": data_dir,
}
if url := os.environ.get("TEST_DATABASE_URL"):
    os.environ["DATABASE_URL"] = url

from microblog_site.settings import *  # noqa: E402, F403

# A file instead of memory, so that threads and the live server have their own connections, as in production.
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):  # noqa: F405
    DATABASES["default"]["TEST"] = {"NAME": f"{data_dir}/test.sqlite3"}  # noqa: F405

INSTALLED_APPS = ["tests", *INSTALLED_APPS]  # noqa: F405
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES["staticfiles"]["BACKEND"] = "django.contrib.staticfiles.storage.StaticFilesStorage"  # noqa: F405
STATIC_ROOT.mkdir()  # noqa: F405
