"""Queries of which only a few values change: put into SQL once, which costs many times what it takes to run them."""

from django.conf import settings
from django.db import NotSupportedError, connection
from django.db.models import BigIntegerField, Expression
from django.db.models.sql import Query


class Slot:
    """Stands in a query for an id, or another value, that is given by this name whenever the query runs.

    There is nothing to learn from it while the query is built, so that no reader's answer can be built into what serves
    all: whatever else is done with it raises an error.
    """

    def __init__(self, name, field=None):
        self._parameter = _Parameter(name, field or BigIntegerField())

    def resolve_expression(self, *args, **kwargs):
        """For Django, which calls it when the query is built."""
        return self._parameter

    def _refuse(self, *_other):
        raise TypeError("The value is not known while the query is built.")

    __bool__ = __eq__ = __str__ = __format__ = _refuse
    __hash__ = None


class Viewer(Slot):
    """Stands in a query for the person who reads, of whom only the id matters."""

    is_anonymous = False

    @property
    def pk(self):
        return self


class _Parameter(Expression):
    def __init__(self, name, field):
        super().__init__(field)
        self.name = name

    def as_sql(self, compiler, connection):
        return "%s", [self]

    def value(self, values):
        """What the database gets. It learns that ids have 64 bits: else each size would make it another query."""
        return self.output_field.get_db_prep_value(values[self.name], connection)


class Prepared:
    """A query that `build` gives as a QuerySet of `values_list`, with a `Slot` for each value that changes.

    `build` is called with what changes the SQL, once for each. PostgreSQL prepares the query once a connection, and may
    plan it once for all values; where the best plan depends on these, set `generic_plan` to False.
    """

    def __init__(self, build, *, generic_plan=True):
        self.build = build
        self.generic_plan = generic_plan
        self.statements = {}

    def rows(self, *shape, **values):
        """What the query gives with these values in its slots, as tuples."""
        sql, parameters = self.statement(*shape)
        parameters = [item.value(values) if isinstance(item, _Parameter) else item for item in parameters]
        try:
            return self._fetch(sql, parameters)
        except NotSupportedError:
            # A migration changed the type of a column: this connection has statements from before it.
            if connection.in_atomic_block:
                raise
            connection.close()
            return self._fetch(sql, parameters)

    def statement(self, *shape):
        """The SQL of this shape and its parameters, some of them slots."""
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
    """Let Django's `cursor`, which goes on logging and translating errors, send SQL and parameters apart."""
    postgresql = connection.connection
    postgresql.prepare_threshold = 0  # executions before it is worth it; Django says never
    cursor.cursor = connection.Database.Cursor(postgresql)


def converted(rows, fields):
    """`rows` of the columns of model `fields` as Django gives them, for example times, which are text in SQLite."""
    compiler = Query(fields[0].model).get_compiler(connection=connection)
    return compiler.apply_converters(rows, compiler.get_converters([field.cached_col for field in fields]))
