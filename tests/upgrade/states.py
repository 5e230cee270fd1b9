"""States of a site's database from which it may be upgraded: one file each, for both SQLite and PostgreSQL.

The first line of a file has the applied migrations, ours with a digest, and the highest id that each table has
assigned, possibly to a deleted row. Each other line is a row, as SQLite stores it.
"""

import hashlib
import json
from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.db import connection, transaction
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader

FOLDER = Path(__file__).parent
NAMES = sorted(path.stem for path in FOLDER.glob("*.jsonl"))
COUNT_ON = {
    "sqlite": "UPDATE sqlite_sequence SET seq = %(number)s WHERE name = %(table)s",
    "postgresql": "SELECT setval(pg_get_serial_sequence(%(table)s, 'id'), %(number)s)",
}


class State:
    def __init__(self, name):
        with (FOLDER / f"{name}.jsonl").open(encoding="utf-8") as lines:
            head, *self.rows = map(json.loads, lines)
        self.migrations, self.numbers = head["migrations"], head["numbers"]

    def restore(self):
        """Bring an empty database into this state."""
        newest = dict(sorted(migration.split(".") for migration in self.migrations))
        MigrationExecutor(connection).migrate([*newest.items()])
        with transaction.atomic(), connection.cursor() as cursor:
            for table, row in self.rows:
                _insert(cursor, table, row)
            for table, number in self.numbers.items():
                cursor.execute(COUNT_ON[connection.vendor], {"table": table, "number": number})


def _insert(cursor, table, row):
    columns = ", ".join(map(connection.ops.quote_name, row))
    values = ", ".join(["%s"] * len(row))
    cursor.execute(f"INSERT INTO {table} ({columns}) VALUES ({values})", [*row.values()])


def keep(name):
    """Write down the current state of the SQLite database."""
    lines = [{"migrations": migrations(), "numbers": _numbers()}, *_rows()]
    text = "".join(json.dumps(line, ensure_ascii=False, default=str) + "\n" for line in lines)
    (FOLDER / f"{name}.jsonl").write_text(text, encoding="utf-8")


def migrations():
    """The existing migrations, `{"posts.0001_initial": digest}`, with None as the digest of third-party ones."""
    found = MigrationLoader(None).disk_migrations
    return {f"{app}.{name}": _digest(migration) for (app, name), migration in sorted(found.items())}


def _digest(migration):
    path = settings.BASE_DIR.joinpath(*migration.__module__.split(".")).with_suffix(".py")
    return hashlib.sha256(path.read_bytes()).hexdigest() if path.exists() else None


def _numbers():
    tables = [model._meta.db_table for model in _models()]
    given = _select("SELECT name, seq FROM sqlite_sequence ORDER BY name")
    return {table: number for table, number in given if table in tables}


def _rows():
    """All rows, as pairs of a table and `{column: value}`."""
    for model in _models():
        columns = [field.column for field in model._meta.local_concrete_fields if not field.generated]
        names = ", ".join(map(connection.ops.quote_name, columns))
        table, key = model._meta.db_table, model._meta.pk.column
        for row in _select(f"SELECT {names} FROM {table} ORDER BY {key}"):
            yield table, dict(zip(columns, row, strict=True))


def _models():
    return [model for model in apps.get_models(include_auto_created=True) if not model._meta.proxy]


def _select(statement):
    with connection.cursor() as cursor:
        return cursor.execute(statement).fetchall()
