from django.contrib.staticfiles.management.commands import runserver

from microblog_site.env import listen_address


class Command(runserver.Command):
    """Django's development server, at HOST and PORT unless told otherwise."""

    def handle(self, *args, **options):
        options["addrport"] = options["addrport"] or listen_address()
        super().handle(*args, **options)
