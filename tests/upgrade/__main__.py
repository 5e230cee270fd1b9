"""`python -m tests.upgrade <name>` saves the current state of a filled site, for `tests/test_upgrade.py`."""

import os
import sys

import django
from django.core.management import call_command
from django.test.utils import setup_test_environment

os.environ |= {"DJANGO_SETTINGS_MODULE": "tests.settings", "TEST_DATABASE_URL": ""}
[name] = sys.argv[1:]
django.setup()
setup_test_environment()

from tests import filled_site  # noqa: E402, models have to be loaded first
from tests.upgrade import states  # noqa: E402

call_command("migrate", verbosity=0)
filled_site.fill()
states.keep(name)
