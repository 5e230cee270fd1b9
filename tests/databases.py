"""The site on other databases than the one that tests share."""

from contextlib import contextmanager

from django.contrib.contenttypes.models import ContentType
from django.db import DEFAULT_DB_ALIAS, connection, connections
from django.db.utils import ConnectionHandler


@contextmanager
def running_on(config):
    """The site runs on this database, described as `DATABASES` does it."""
    before = connections[DEFAULT_DB_ALIAS]
    connections[DEFAULT_DB_ALIAS] = ConnectionHandler({DEFAULT_DB_ALIAS: config})[DEFAULT_DB_ALIAS]
    ContentType.objects.clear_cache()
    try:
        yield
    finally:
        connection.close()
        connections[DEFAULT_DB_ALIAS] = before
        ContentType.objects.clear_cache()


@contextmanager
def empty_database(name, folder):
    """One like that of the tests, SQLite in this folder or on the same PostgreSQL server; gives its description.

    It is named after that of the tests, which is another one in each process that runs some.
    """
    config = connection.settings_dict
    if connection.vendor == "sqlite":
        yield config | {"NAME": folder / f"{name}.sqlite3"}
        return
    name = f"{config['NAME']}_{name}"
    _execute(f'DROP DATABASE IF EXISTS "{name}"')  # left by a run that was killed
    _execute(f'CREATE DATABASE "{name}" TEMPLATE template0')
    try:
        yield config | {"NAME": name}
    finally:
        _execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def _execute(statement):
    with connection.cursor() as cursor:
        cursor.execute(statement)
