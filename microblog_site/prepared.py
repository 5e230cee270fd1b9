"""Queries compiled to SQL once, for which Django needs many times as long as the database to run them."""

from itertools import chain, islice, repeat

from django.conf import settings
from django.db import NotSupportedError, connection
from django.db.models import BigIntegerField, Expression
from django.db.models.sql import Query

STEP = 30  # values: lists are filled up to a multiple of it, so that there are few different queries


class Slot:
    """A placeholder in a query for a value, such as an id, that is given by this name when the query runs.

    It reveals nothing while the query is built, so that no reader's data can get into a query that serves everybody:
    anything but passing it on raises an error.
    """

    def __init__(self, name, field=None):
        self._parameter = _Parameter(name, field or BigIntegerField())

    def resolve_expression(self, *args, **kwargs):
        """Called by Django when the query is built."""
        return self._parameter

    def _refuse(self, *_other):
        raise TypeError("The value is not known while the query is built.")

    __bool__ = __eq__ = __str__ = __format__ = _refuse
    __hash__ = None


class Viewer(Slot):
    """A placeholder for the reader, of whom only the id may be used."""

    is_anonymous = False

    @property
    def pk(self):
        return self


def slots(name, number):
    """A list of slots, for the values of `in_slots`."""
    return [Slot(f"{name}_{place}") for place in range(number)]


def in_slots(name, values, number, spare=0):
    """The `values` for that many slots, filled up with a `spare` one: no row has the id 0."""
    return {f"{name}_{place}": value for place, value in enumerate(islice(chain(values, repeat(spare)), number))}


def rounded_up(number):
    """How many slots to use for that many values."""
    return -(-number // STEP) * STEP


class _Parameter(Expression):
    def __init__(self, name, field):
        super().__init__(field)
        self.name = name

    def as_sql(self, compiler, connection):
        return "%s", [self]

    def value(self, values):
        """The value for the database. Ids are always 64 bits: otherwise each size would be a different statement."""
        return self.output_field.get_db_prep_value(values[self.name], connection)


class Prepared:
    """A query that `build` returns as a QuerySet of `values_list`, with a `Slot` for each variable value.

    `build` is called with the arguments that change the SQL, once for each combination. PostgreSQL prepares the query
    once per connection, and may plan it once for all values; if the best plan depends on them, set `generic_plan` to
    False.
    """

    def __init__(self, build, *, generic_plan=True):
        self.build = build
        self.generic_plan = generic_plan
        self.statements = {}

    def rows(self, *shape, **values):
        """Run the query with these slot values. Returns tuples."""
        sql, parameters = self.statement(*shape)
        parameters = [item.value(values) if isinstance(item, _Parameter) else item for item in parameters]
        try:
            return self._fetch(sql, parameters)
        except NotSupportedError:
            # A migration changed a column's type: the connection's prepared statements are out of date.
            if connection.in_atomic_block:
                raise
            connection.close()
            return self._fetch(sql, parameters)

    def statement(self, *shape):
        """The SQL for this shape and its parameters, some of them slots."""
        key = (connection.vendor, *shape)
        if key not in self.statements:
            self.statements[key] = self.build(*shape).query.sql_with_params()
        return self.statements[key]

    def _fetch(self, sql, parameters):
        with connection.cursor() as cursor:
            if self.generic_plan and settings.DATABASE_PREPARED_STATEMENTS and connection.vendor == "postgresql":
                _prepare_on_server(cursor)
            cursor.execute(sql, parameters)
            return cursor.fetchall()


def _prepare_on_server(cursor):
    """Make Django's `cursor`, which still logs and translates errors, send SQL and parameters separately."""
    postgresql = connection.connection
    postgresql.prepare_threshold = 0  # executions before preparing pays off; Django sets it to never
    cursor.cursor = connection.Database.Cursor(postgresql)


def converted(rows, fields):
    """Convert `rows` of these model `fields` to Python values as Django does: SQLite stores times as text."""
    compiler = Query(fields[0].model).get_compiler(connection=connection)
    return compiler.apply_converters(rows, compiler.get_converters([field.cached_col for field in fields]))
