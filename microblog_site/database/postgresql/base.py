"""Django's PostgreSQL backend, except that requests stop waiting at their deadline, even if the server hangs."""

import time
from types import SimpleNamespace

import psycopg
from django.db.backends.postgresql import base

from microblog_site.database import deadline, outage

CONNECT_SECONDS = 3
MIN_CONNECT_SECONDS = 2  # the minimum of libpq


class Connection(psycopg.Connection):
    @classmethod
    def connect(cls, conninfo="", **parameters):
        left = deadline.seconds_left()
        if left is None:
            return super().connect(conninfo, **parameters)
        seconds = min(CONNECT_SECONDS, int(left) // 2)  # a host often has two addresses, tried in turn
        if seconds < MIN_CONNECT_SECONDS:
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
                self.close()  # a late answer would be taken for that to the next statement
            raise


class DatabaseWrapper(base.DatabaseWrapper):
    Database = SimpleNamespace(**vars(psycopg) | {"connect": Connection.connect})
