import sqlite3
import sys
from contextlib import contextmanager

from django.db import InterfaceError, OperationalError

from .read_only import READ_ONLY


def database_failure(exception):
    """The cause of `exception` that says why the database did not answer; None if it comes from something else."""
    seen = []
    while exception is not None and exception not in seen:
        # SQLite raises OperationalError for faulty queries too; PostgreSQL uses ProgrammingError for these.
        is_faulty_query = getattr(exception.__cause__, "sqlite_errorcode", None) == sqlite3.SQLITE_ERROR
        is_read_only = getattr(exception, "sqlstate", None) == READ_ONLY
        if is_read_only or (isinstance(exception, OperationalError | InterfaceError) and not is_faulty_query):
            return exception
        seen.append(exception)
        exception = exception.__cause__ or exception.__context__
    return None


@contextmanager
def exit_when_down():
    """End a command whose database is down: exit code 1, and a sentence instead of a traceback."""
    try:
        yield
    except Exception as error:
        failure = database_failure(error)
        if failure is None or "--traceback" in sys.argv:
            raise
        sys.exit(f"The database cannot be used: {first_line(failure)}")


def first_line(error):
    return str(error).partition("\n")[0]
