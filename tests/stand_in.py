"""Runs HTTP servers that stand in for services outside."""

import threading
from contextlib import contextmanager


@contextmanager
def serving(server):
    """Serve in a thread, until the end of the block."""
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
