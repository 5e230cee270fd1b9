from contextlib import chdir

from django.conf import settings
from django.core.management.commands import compilemessages


class Command(compilemessages.Command):
    """Django's command, which compiles only what the site translates, not what is installed in `.venv`."""

    def handle(self, **options):
        options["ignore_patterns"] += ["*"]  # LOCALE_PATHS says where.
        with chdir(settings.BASE_DIR):
            super().handle(**options)
