"""Django's PostgreSQL, except that a request stops waiting at its deadline, even for a server that says nothing."""

import time
from types import SimpleNamespace

import psycopg
from django.db.backends.postgresql import base

from microblog_site.database import deadline, outage

CONNECT_SECONDS = 3
CONNECT_SECONDS_AT_LEAST = 2  # libpq tries no shorter


class Connection(psycopg.Connection):
    @classmethod
    def connect(cls, conninfo="", **parameters):
        left = deadline.seconds_left()
        if left is None:
            return super().connect(conninfo, **parameters)
        seconds = min(CONNECT_SECONDS, int(left) // 2)  # a host often has two addresses, which are tried in turn
        if seconds < CONNECT_SECONDS_AT_LEAST:
            raise psycopg.OperationalError("no time left to connect to the database")
        with outage.answer_expected(seconds):
            return super().connect(conninfo, **parameters | {"connect_timeout": seconds})

    def wait(self, gen, *args, **kwargs):
        if deadline.seconds_left() is None:
            return super().wait(gen, *args, **kwargs)
        seconds, is_conclusive = deadline.seconds_for_answer()
        until = time.monotonic() + seconds
        try:
            with outage.answer_expected(seconds, is_conclusive=is_conclusive):
                return super().wait(gen, *args, **kwargs | {"timeout": seconds})
        except psycopg.OperationalError:
            if time.monotonic() >= until:
                self.close()  # an answer that comes later would be taken for that to the next statement
            raise


class DatabaseWrapper(base.DatabaseWrapper):
    Database = SimpleNamespace(**vars(psycopg) | {"connect": Connection.connect})
