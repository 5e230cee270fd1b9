from django.contrib.staticfiles.management.commands import runserver

from microblog_site.env import listen_address


class Command(runserver.Command):
    """Django's development server, by default at HOST and PORT."""

    def handle(self, *args, **options):
        options["addrport"] = options["addrport"] or listen_address()
        super().handle(*args, **options)
