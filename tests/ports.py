"""Ports for servers that must be told one."""

import socket


def free_port():
    """A port that no other program is given for a minute: a connection that ends there keeps it from all who ask for
    any port. Servers that ask for this one get it (SO_REUSEADDR, as they all do).
    """
    with socket.create_server(("127.0.0.1", 0)) as server:
        address = server.getsockname()
        with socket.create_connection(address):
            connection, _address = server.accept()
            connection.close()  # first, so that it is this end of it that is remembered
    return address[1]
