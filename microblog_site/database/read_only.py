"""A connection that was opened while the database was read-only stays so after that: it serves a single request."""

import os

READ_ONLY = "25006"  # PostgreSQL's code


def close_soon(sender, connection, **kwargs):
    """Called when a connection has been opened."""
    if _is_read_only(connection):
        connection.close_at = 0  # at the end of the request, as if it were old


def _is_read_only(connection):
    if connection.vendor == "sqlite":
        file = connection.settings_dict["NAME"]
        return os.path.exists(file) and not os.access(file, os.W_OK)
    told = connection.connection.info.parameter_status  # by PostgreSQL 14 and newer, without a query
    return "on" in (told("default_transaction_read_only"), told("in_hot_standby"))
