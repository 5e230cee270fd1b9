from django.core.management.commands import migrate
from django.db import connections


class Command(migrate.Command):
    """Django's command, which also keeps the ids of deleted rows from being reused: logs and links may still name them.
    SQLite forgets them when it remakes a table to change it.
    """

    def handle(self, *args, **options):
        connection = connections[options["database"]]
        numbers = given_numbers(connection)
        super().handle(*args, **options)
        if given_numbers(connection) == numbers:
            return  # also while nothing can be written
        there = connection.introspection.table_names()
        with connection.cursor() as cursor:
            for table, highest in numbers:
                cursor.execute("UPDATE sqlite_sequence SET seq = max(seq, %s) WHERE name = %s", [highest, table])
                if cursor.rowcount == 0 and table in there:
                    cursor.execute("INSERT INTO sqlite_sequence (name, seq) VALUES (%s, %s)", [table, highest])


def given_numbers(connection):
    """The highest id that SQLite ever gave in each table; empty on other databases, which remember it."""
    if connection.vendor != "sqlite":
        return []
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM sqlite_master WHERE name = 'sqlite_sequence'")
        return cursor.execute("SELECT name, seq FROM sqlite_sequence").fetchall() if cursor.fetchone() else []
