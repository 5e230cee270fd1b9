from contextlib import chdir

from django.conf import settings
from django.core.management.commands import compilemessages


class Command(compilemessages.Command):
    """Django's command, limited to the site's own catalogues, without packages installed in `.venv`."""

    def handle(self, **options):
        options["ignore_patterns"] += ["*"]  # only LOCALE_PATHS counts
        with chdir(settings.BASE_DIR):
            super().handle(**options)
