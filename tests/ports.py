"""Ports for servers that have to be given one."""

import socket
import time

START_SECONDS = 10


def free_port():
    """Reserve a port that no other program is given for a minute. A connection that ends there keeps it from programs
    that ask for any port; servers that ask for this one get it (SO_REUSEADDR, which they all use).
    """
    with socket.create_server(("127.0.0.1", 0)) as server:
        address = server.getsockname()
        with socket.create_connection(address):
            connection, _address = server.accept()
            connection.close()  # first, so that this end of the connection goes into TIME_WAIT
    return address[1]


def wait_for(port):
    deadline = time.monotonic() + START_SECONDS
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.02)
