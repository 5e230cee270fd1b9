import socket
from contextlib import contextmanager
from urllib.parse import urlsplit

import psycopg
from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import DEFAULT_DB_ALIAS, DatabaseError, connection, connections
from django.db.migrations.executor import MigrationExecutor
from django.db.utils import ConnectionHandler

from microblog_site.env import env, listen_address
from microblog_site.sqlite_import import MAX_NAMED, Move, MoveError, take_for_oneself

ALIAS = "postgresql"
ADDRESS = "postgres://user:password@host:5432/name"


class Command(BaseCommand):
    help = (
        "Copy a site that runs on SQLite to an empty PostgreSQL database. Stop the site first. Either all of it is "
        "copied or nothing: if interrupted, start again. See docs/moving-to-postgresql.md."
    )

    def add_arguments(self, parser):
        parser.add_argument("address", metavar=ADDRESS, help="The empty database, as in DATABASE_URL.")

    def handle(self, *, address, **options):
        try:
            refuse_unless_stopped()
            with database_at(address) as target:
                rows = self.move(target)
        except KeyboardInterrupt:
            raise CommandError("Stopped: nothing was copied. You can start again at any time.") from None
        except (MoveError, DatabaseError, psycopg.Error) as error:
            raise CommandError(f"{str(error).strip()}\nNothing was copied.") from error
        finally:
            connection.close()
        if people := list(get_user_model().objects.with_lost_picture()):
            names = ", ".join(map(str, people[:MAX_NAMED]))
            self.report(f"The files of {len(people)} pictures are missing, as they were before: {names}")
        self.stdout.write(
            f"All {rows} rows are in PostgreSQL. Pictures stay where they are, in {settings.MEDIA_ROOT}.\n"
            "Now add DATABASE_URL= and the address you gave here to .env, and start the site."
        )

    def move(self, target):
        if connection.vendor != "sqlite":
            raise MoveError("This site doesn't run on SQLite. Remove DATABASE_URL from .env until all is copied.")
        take_for_oneself(connection)
        refuse_unless_up_to_date()
        refuse_unless_fit(target)
        self.report("Creating the tables …")
        call_command("migrate", database=ALIAS, interactive=False, verbosity=0)
        return Move(connection, target, self.report).run()

    def report(self, line):
        self.stderr.write(line, str)  # unstyled, because it is not an error


def refuse_unless_stopped():
    """Anything written during or after the copy would be lost."""
    address = urlsplit(f"//{listen_address()}")
    try:
        socket.create_connection((address.hostname, address.port), timeout=2).close()
    except OSError:
        return
    raise MoveError(f"The site still answers at {listen_address()}: stop it first.")


def refuse_unless_up_to_date():
    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        raise MoveError("The SQLite database is from an older release: start the site once, stop it, and try again.")


def refuse_unless_fit(target):
    """Refuse the database of another program, one that already holds a site, and one without a proper text encoding."""
    with target.cursor() as cursor:
        encoding = cursor.execute("SHOW server_encoding").fetchone()[0]
    if encoding != "UTF8":
        raise MoveError(f"The encoding of the PostgreSQL database is {encoding}. Create one with UTF8.")
    there, ours = set(target.introspection.table_names()), set(connection.introspection.table_names())
    if strange := there - ours:
        raise MoveError(f"The PostgreSQL database is not empty: it has {', '.join(sorted(strange)[:MAX_NAMED])}.")
    people = get_user_model().objects.using(ALIAS)
    if people.model._meta.db_table in there and people.exists():
        raise MoveError("The PostgreSQL database already holds a site. Create an empty one for this one.")


@contextmanager
def database_at(address):
    """A connection to the database, registered as `connections[ALIAS]`."""
    if urlsplit(address).scheme not in ("postgres", "postgresql") or not urlsplit(address).path.strip("/"):
        raise CommandError(f"The address of the database must look like {ADDRESS}")
    config = ConnectionHandler({DEFAULT_DB_ALIAS: {}, ALIAS: env.db_url_config(address)}).settings[ALIAS]
    connections.settings[ALIAS] = config
    try:
        yield connections[ALIAS]
    finally:
        connections[ALIAS].close()
        del connections[ALIAS], connections.settings[ALIAS]
