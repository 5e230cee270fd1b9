from django.db import models
from django.db.models.functions import Lower


@models.CharField.register_lookup
class AsciiLower(Lower):
    """LOWER() of the letters A to Z alone, whatever the locale of the database.

    User names and the part of an e-mail address before the @ hold no other letters; mail domains are stored in lower
    case. In a Turkish locale, LOWER('I') isn't what Python's `lower()` makes of it. SQLite changes only A to Z anyway.
    """

    def as_postgresql(self, compiler, connection, **context):
        return self.as_sql(compiler, connection, template='LOWER(%(expressions)s COLLATE "C")', **context)
