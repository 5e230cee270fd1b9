"""Django's SQLite backend, except that requests wait for a lock only until their deadline."""

from django.db.backends.sqlite3 import base

from microblog_site.database import deadline

LOCK_TIMEOUT = 5  # seconds, the default of Python


class DatabaseWrapper(base.DatabaseWrapper):
    waits_for_locks = True

    def get_new_connection(self, conn_params):
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
