import os
import subprocess
import sys

from django.conf import settings

TOWN = {
    "DJANGO_SETTINGS_MODULE": "microblog_site.settings",
    "SITE_URL": "https://town.example",
    "SECRET_KEY": "a-key-for-this-check-only-0123456789-abcdefghijklmnopqrstuvwxyz",
    "EMAIL_URL": "smtp+tls://mail.town.example:587",
}


def test_a_site_open_to_the_world_passes_djangos_deploy_checks(tmp_path):
    done = subprocess.run(
        [sys.executable, "manage.py", "check", "--deploy", "--fail-level=WARNING"],
        cwd=settings.BASE_DIR,
        env=os.environ | TOWN | {"DATA_DIR": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
