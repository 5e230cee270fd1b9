"""Runs the site on other databases than the one that tests share."""

from contextlib import contextmanager

from django.contrib.contenttypes.models import ContentType
from django.db import DEFAULT_DB_ALIAS, connection, connections
from django.db.utils import ConnectionHandler


@contextmanager
def running_on(config):
    """Run the site on this database, described as in `DATABASES`."""
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
def empty_database(name, folder, locale=""):
    """An empty database like that of the tests: SQLite in this folder, or on the same PostgreSQL server, maybe in a
    locale of its own. Returns its description.

    Its name is derived from that of the tests' database, which differs for each test process.
    """
    config = connection.settings_dict
    if connection.vendor == "sqlite":
        yield config | {"NAME": folder / f"{name}.sqlite3"}
        return
    name = f"{config['NAME']}_{name}"
    _execute(f'DROP DATABASE IF EXISTS "{name}"')  # left behind by a killed run
    _execute(f'CREATE DATABASE "{name}" TEMPLATE template0 {locale}')
    try:
        yield config | {"NAME": name}
    finally:
        _execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def _execute(statement):
    with connection.cursor() as cursor:
        cursor.execute(statement)
