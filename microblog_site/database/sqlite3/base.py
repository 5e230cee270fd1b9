"""Django's SQLite backend, except that requests wait for a lock only until their deadline, and that no empty database
takes the place of one that was moved away.
"""

import os
from functools import cache

from django.db.backends.sqlite3 import base, features

from microblog_site.database import deadline

LOCK_TIMEOUT = 5  # seconds, the default of Python


@cache
def was_there(file):
    """Whether the file existed when this process first asked."""
    return os.path.exists(file)


class DatabaseFeatures(features.DatabaseFeatures):
    supports_json_field = True  # Django finds out in a transaction, and says no while the database is locked or full


class DatabaseWrapper(base.DatabaseWrapper):
    features_class = DatabaseFeatures
    waits_for_locks = True

    def __init__(self, settings_dict, *args, **kwargs):
        super().__init__(settings_dict, *args, **kwargs)
        was_there(settings_dict["NAME"])

    def get_new_connection(self, conn_params):
        file = self.settings_dict["NAME"]
        if was_there(file) and not os.path.exists(file):
            raise base.Database.OperationalError(f"the database file {file} is gone")
        self.timeout = self.lock_timeout()
        return super().get_new_connection(conn_params | {"timeout": self.timeout})

    def create_cursor(self, name=None):
        timeout = self.lock_timeout()
        if timeout != self.timeout:
            self.connection.execute(f"PRAGMA busy_timeout = {timeout * 1000}")
            self.timeout = timeout
        return super().create_cursor(name)

    def lock_timeout(self):
        """In whole seconds, so that it rarely changes from one statement to the next."""
        if not self.waits_for_locks:
            return 0
        left = deadline.seconds_left()
        return self.settings_dict["OPTIONS"].get("timeout", LOCK_TIMEOUT) if left is None else int(left)
