"""One connection of a client, as the worker's main loop and its threads see it."""

import re
import time
from contextlib import suppress
from functools import partial
from tempfile import SpooledTemporaryFile

from django.conf import settings
from gunicorn.http.errors import LimitRequestHeaders
from gunicorn.http.parser import RequestParser
from gunicorn.http.unreader import IterUnreader
from gunicorn.workers.gthread import TConn

HEAD_SECONDS = 10  # for the request line and all headers
LONGEST_HEAD = 64 * 1024  # bytes; the parser's limits, eight times as much, would fill the memory from all connections
PATIENCE = 30  # seconds for a body or a response; longer for a client that keeps up with the rate below
BYTES_PER_SECOND = 8 * 1024
IN_MEMORY = 128 * 1024  # bytes of a body, or of a response still to be sent; anything longer goes into a file
PIECE = 64 * 1024  # bytes read or sent at once
# Also a line feed without carriage return: the parser rejects it at once.
END_OF_HEAD = re.compile(rb"\r\n\r\n|(?<!\r)\n")


def close(file):
    with suppress(OSError):  # closing flushes, which fails on a full disk
        file and file.close()


class Outbox:
    """The socket as threads see it: it sends what the client accepts at once, and keeps the rest for the main loop."""

    def __init__(self, sock):
        self.socket = sock
        self.head, self.kept, self.sent = None, None, 0

    def fileno(self):
        return self.socket.fileno()

    def sendall(self, data):
        if self.head is None:
            self.head = data  # sent with what follows, which saves a packet and a system call
            return
        data, self.head = self.head + data, b""
        sent = 0 if self.kept else self._send(data)
        if sent < len(data):
            self.kept = self.kept or SpooledTemporaryFile(IN_MEMORY)  # noqa: SIM115
            self.kept.write(memoryview(data)[sent:])

    def sendfile(self, file, offset, count):
        file.seek(offset)
        while piece := file.read(min(count, PIECE)):
            self.sendall(piece)
            count -= len(piece)

    def _send(self, data):
        try:
            return self.socket.send(data)
        except BlockingIOError:
            return 0

    def send_kept(self):
        """Send some of what was kept. Returns the number of bytes sent, or None if everything has been."""
        if self.head:
            self.sendall(b"")
        if self.kept:
            self.kept.seek(self.sent)
            if piece := self.kept.read(PIECE):
                sent = self._send(piece)
                self.sent += sent
                return sent
        self.forget()
        return None

    def forget(self):
        close(self.kept)
        self.head, self.kept, self.sent = None, None, 0

    def gettimeout(self):
        return 0.0

    def recv(self, _size):
        return b""

    def leave_to_main_loop(self, *_arguments):
        """Do nothing: threads neither wait for the client nor close the connection."""

    setblocking = settimeout = shutdown = close = leave_to_main_loop


class Parser(RequestParser):
    """Gunicorn's parser, run by the main loop. Threads only fetch the request, or the error."""

    def __init__(self, cfg, address):
        super().__init__(cfg, (), address)
        self.error = None

    def parse(self, *head):
        """The request whose head is in these pieces; None if it is invalid."""
        self.unreader = IterUnreader(head)
        try:
            return super().__next__()
        except Exception as error:  # noqa: BLE001, raised again in the thread, where gunicorn responds to it
            self.error = error

    def __next__(self):
        if self.error:
            raise self.error
        return self.mesg


class Client(TConn):
    """A connection. Each request on it is received completely before a thread gets it."""

    def __init__(self, cfg, sock, address, server):
        super().__init__(cfg, sock, address, server)
        self.sock = Outbox(sock)
        self.parser = Parser(cfg, address)
        self.initialized = True  # otherwise gunicorn's threads would wait for data
        self.body = None
        self.begin()

    def begin(self):
        """Start on the next request. Returns whether some of it has arrived with the previous one."""
        close(self.body)
        self.head, self.body, self.missing = bytearray(), None, 0
        self.early = self.parser.unreader.take_buffered()
        self.timeout = time.monotonic() + HEAD_SECONDS
        return bool(self.early)

    def receive(self):
        """Read from the client. Returns whether a thread can take over; raises `EOFError` if the client has gone."""
        data, self.early = self.early or self.sock.socket.recv(min(self.missing or PIECE, PIECE)), b""
        if self.missing and data:
            return self.receive_body(data)
        if not data and not (self.head and not self.missing):
            raise EOFError
        return self.receive_head(data)

    def receive_head(self, data):
        seen = max(len(self.head) - 3, 0)
        self.head += data
        if self.has_long_line():
            pieces = self.head[:-1], self.head[-1:]  # the parser checks the length when it reads on
        elif END_OF_HEAD.search(self.head, seen) or not data:
            pieces = (self.head,)
        elif len(self.head) > LONGEST_HEAD:
            self.parser.error = LimitRequestHeaders(f"no end after {LONGEST_HEAD} bytes")
            return True
        else:
            return False
        request = self.parser.parse(*map(bytes, pieces))
        return not request or self.expect_body(request)

    def has_long_line(self):
        line = self.cfg.limit_request_line + 2
        return len(self.head) > line and b"\r\n" not in self.head[:line]

    def expect_body(self, request):
        """Prepare for the body of a request. Returns whether it is complete, or won't be read."""
        waits, request._expected_100_continue = request._expected_100_continue, False
        length = getattr(request.body.reader, "length", None)  # None: in chunks, which Django ignores
        if length is None or length > settings.REQUEST_MAX_BYTES:
            request.force_close()  # what follows on the connection is the body, not another request
            return True
        unreader = self.parser.unreader
        self.missing = max(length - len(unreader.buf.getvalue()), 0)
        if self.missing:
            self.body = SpooledTemporaryFile(IN_MEMORY)  # noqa: SIM115
            self.body.write(unreader.take_buffered())
            self.timeout = time.monotonic() + PATIENCE
            if waits:
                self.sock.socket.send(b"HTTP/1.1 100 Continue\r\n\r\n")
        return not self.missing

    def receive_body(self, data):
        self.body.write(data)
        self.missing -= len(data)
        self.moved(len(data))
        if not self.missing:
            self.body.seek(0)
            self.parser.unreader.iter = iter(partial(self.body.read, PIECE), b"")
        return not self.missing

    def moved(self, size):
        """Extend the deadline of a client that has sent or accepted this many bytes."""
        self.timeout = min(self.timeout + size / BYTES_PER_SECOND, time.monotonic() + PATIENCE)

    @property
    def request(self):
        """The request for the thread; None if it is invalid."""
        return None if self.parser.error else self.parser.mesg

    def close(self, graceful=False):
        close(self.body)
        self.sock.forget()
        self.sock.socket.close()
