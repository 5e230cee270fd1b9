"""Queries of which only numbers change, built and compiled once: that costs many times what it takes to run them."""

from django.db import connection

PLACEHOLDERS = 2**30  # numbers from here on stand for those that come later; they fit into every column of numbers


class Prepared:
    """A query that `build` gives as a QuerySet of `values_list`.

    `build` is called with what changes the SQL, by position, and with stand-ins for the numbers, by name, which it must
    put into the query as they are.
    """

    def __init__(self, build):
        self.build = build
        self.statements = {}

    def rows(self, *shape, **numbers):
        """What the query gives with these numbers, as tuples."""
        key = (connection.vendor, *shape)
        if key not in self.statements:
            self.statements[key] = self._compile(shape, numbers)
        sql, parameters = self.statements[key]
        with connection.cursor() as cursor:
            cursor.execute(sql, [numbers.get(name, constant) for name, constant in parameters])
            return cursor.fetchall()

    def _compile(self, shape, names):
        stand_ins = {name: PLACEHOLDERS + number for number, name in enumerate(names)}
        sql, parameters = self.build(*shape, **stand_ins).query.sql_with_params()
        names = {stand_in: name for name, stand_in in stand_ins.items()}
        return sql, [(names.get(parameter), parameter) for parameter in parameters]
