"""Copies all rows of a site from SQLite into PostgreSQL; if anything goes wrong, none."""

import re
import time

import psycopg
from django.apps import apps
from django.db import OperationalError, transaction

BATCH_SIZE = 5_000  # rows
REPORT_EVERY = 100_000  # rows
MAX_NAMED = 20  # rows refused by PostgreSQL, or other problems to list
BUSY_TIMEOUT = 2_000  # milliseconds

# Dropping them lets rows go in in any order, at half the cost. Each comes with the SQL to restore it.
FOREIGN_KEYS_AND_INDEXES = """
    SELECT format('ALTER TABLE %%s DROP CONSTRAINT %%I', conrelid::regclass, conname),
           format('ALTER TABLE %%s ADD CONSTRAINT %%I %%s', conrelid::regclass, conname, pg_get_constraintdef(oid))
    FROM pg_constraint WHERE contype = 'f' AND conrelid = ANY(%(tables)s::regclass[])
    UNION ALL
    SELECT format('DROP INDEX %%s', indexrelid::regclass), pg_get_indexdef(indexrelid)
    FROM pg_index WHERE NOT indisunique AND indrelid = ANY(%(tables)s::regclass[])
"""


class MoveError(Exception):
    """Why nothing was copied, worded for the operator."""


def take_for_oneself(source):
    """Lock the SQLite file against reads and writes by others until this connection is closed."""
    with source.cursor() as cursor:
        cursor.execute(f"PRAGMA busy_timeout = {BUSY_TIMEOUT}")
        cursor.execute("PRAGMA locking_mode = EXCLUSIVE")
    try:
        with transaction.atomic(using=source.alias):
            pass  # The lock taken by this statement stays.
    except OperationalError as error:
        raise MoveError(
            f"Another program has {source.settings_dict['NAME']} open: the site, its worker or a shell. Stop it first. "
            f"({error})"
        ) from error


class Move:
    """Copies the rows of all models between two connections, replacing the contents of the target's tables.

    `report` is called with lines about the progress.
    """

    def __init__(self, source, target, report):
        self.source, self.target, self.report = source, target, report
        models = apps.get_models(include_auto_created=True)
        self.models = [model for model in models if model._meta.can_migrate(target)]
        self.tables = [model._meta.db_table for model in self.models]
        self.refused = []

    def run(self):
        """Returns the number of rows. Raises `MoveError`."""
        self.source.check_constraints()
        if others := set(self.source.introspection.table_names()) - {*self.tables, "django_migrations"}:
            self.report(f"Skipped, because the site doesn't use them: {', '.join(sorted(others))}")
        with transaction.atomic(using=self.target.alias), self.target.cursor() as cursor:
            cursor.execute("SET LOCAL statement_timeout = 0")
            cursor.execute(f"TRUNCATE {', '.join(map(self.quoted, self.tables))}")
            cursor.execute(FOREIGN_KEYS_AND_INDEXES, {"tables": [self.quoted(table) for table in self.tables]})
            put_aside, put_back = zip(*cursor.fetchall(), strict=True)
            for statement in put_aside:
                cursor.execute(statement)
            rows = sum(self.copy(model, cursor) for model in self.models)
            if self.refused:
                raise MoveError("\n".join(["PostgreSQL refuses these rows:", *self.refused]))
            self.report("Creating indexes and checking references …")
            for statement in put_back:
                cursor.execute(statement)
            self.continue_sequences(cursor)
            self.compare_counts(cursor)
            cursor.execute("ANALYZE")
        return rows

    def copy(self, model, cursor):
        """Copy a table in batches, to limit memory use. Returns its number of rows."""
        table = model._meta.db_table
        columns = [field.column for field in model._meta.local_concrete_fields if not field.generated]
        names = ", ".join(map(self.quoted, columns))
        key = columns.index(model._meta.pk.column)
        total, done, started = self.count(self.source, table), 0, time.monotonic()
        with self.source.cursor() as rows:
            # With a plus, values come as SQLite stores them, which PostgreSQL reads as well as Python would.
            as_held = ", ".join(f"+{self.quoted(column)}" for column in columns)
            rows.execute(f"SELECT {as_held} FROM {self.quoted(table)}")  # noqa: S608
            while batch := rows.fetchmany(BATCH_SIZE):
                done += len(batch)
                self.write(table, names, batch, key, cursor)
                if done % REPORT_EVERY == 0 or done == total:
                    self.report(f"{table}: {done} of {total} rows, {time.monotonic() - started:.0f} s")
        return total

    def write(self, table, names, rows, key, cursor):
        """Write a batch. Rows refused by PostgreSQL are skipped and noted, so that one run lists them all."""
        while rows:
            written = 0
            try:
                with (
                    transaction.atomic(using=self.target.alias),
                    cursor.copy(f"COPY {self.quoted(table)} ({names}) FROM STDIN") as copy,
                ):
                    for row in rows:
                        copy.write_row(row)
                        written += 1
                return
            except (psycopg.DataError, psycopg.IntegrityError) as error:
                # The message names the row, in the server's language; unless the row was not even sent.
                place = re.search(rf"{table}\D+(\d+)(?:, \w+ (\w+))?", error.diag.context or "")
                refused = rows.pop(int(place[1]) - 1 if place else written)
                self.note_refusal(", ".join(filter(None, [table, str(refused[key]), place and place[2]])), error)

    def note_refusal(self, place, error):
        detail = error.diag.message_detail if isinstance(error, psycopg.errors.UniqueViolation) else ""
        self.refused.append(f"{place}: {error.diag.message_primary or error} {detail}".rstrip())
        if len(self.refused) == MAX_NAMED:
            raise MoveError("\n".join(["PostgreSQL refuses these rows, and maybe more:", *self.refused]))

    def continue_sequences(self, cursor):
        """Continue after SQLite's highest id, even if that row is deleted, so that no id is reused."""
        with self.source.cursor() as numbers:
            highest = dict(numbers.execute("SELECT name, seq FROM sqlite_sequence WHERE seq > 0").fetchall())
        for model in self.models:
            table = model._meta.db_table
            if table in highest:
                names = [self.quoted(table), model._meta.pk.column]
                cursor.execute("SELECT setval(pg_get_serial_sequence(%s, %s), %s)", [*names, highest[table]])

    def compare_counts(self, cursor):
        for table in self.tables:
            here, there = self.count(self.source, table), self.count(self.target, table)
            if here != there:
                raise MoveError(f"{table} has {here} rows, of which {there} arrived.")

    def count(self, database, table):
        with database.cursor() as cursor:
            return cursor.execute(f"SELECT count(*) FROM {self.quoted(table)}").fetchone()[0]  # noqa: S608

    def quoted(self, name):
        return self.target.ops.quote_name(name)
