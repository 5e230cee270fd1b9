"""Requests to services outside, over HTTP, that end in time and stay small, whatever the other side does."""

import json
import os
import re
import socket
from concurrent.futures import Future
from contextlib import suppress
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from threading import Lock, Thread, Timer
from time import monotonic
from typing import NamedTuple

import requests
import urllib3
from requests.adapters import HTTPAdapter
from requests.structures import CaseInsensitiveDict
from requests.utils import get_environ_proxies

CHUNK = 16 * 1024  # bytes


class Unreachable(Exception):  # noqa: N818
    """No answer, none in time or none that can be read."""


class TooLarge(Unreachable):
    """An answer of more than what is read of it."""


class Answer(NamedTuple):
    status: int
    headers: CaseInsensitiveDict
    body: bytes

    @property
    def json(self):
        """What its JSON says; None where it is none."""
        try:
            return json.loads(self.body)
        except (ValueError, RecursionError):
            return None

    @property
    def retry_after(self):
        """Seconds until it is worth asking again, or None: the header holds seconds or a date. RFC 9110, 10.2.3."""
        value = self.headers.get("Retry-After", "")
        if re.fullmatch("[0-9]{1,9}", value):
            return int(value)
        try:
            moment = parsedate_to_datetime(value)
            moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
            return max((moment - datetime.now(UTC)).total_seconds(), 0)
        except (TypeError, ValueError, OverflowError):
            return None


def request(method, url, *, seconds, timeouts, max_bytes, headers=(), **options):
    """What is at `url`, in `seconds` at most; raises `Unreachable`.

    `timeouts` are those of `requests`: for connecting and for each piece of the answer, which alone would let a server
    send a byte now and then for ever. Redirects are answers like others: what goes with a request, such as a key, is
    for this address only. An answer is read as it comes and never unpacked, so that it is no larger than it seems.
    """
    headers = {"Accept-Encoding": "identity", **dict(headers)}
    try:
        with _Deadline(seconds) as deadline, _Session(deadline) as session:
            options |= {"proxies": get_environ_proxies(url), "verify": os.environ.get("REQUESTS_CA_BUNDLE") or True}
            answer = session.request(method, url, headers=headers, timeout=timeouts, stream=True, **options)
            return Answer(answer.status_code, answer.headers, _read(answer.raw, max_bytes, deadline))
    except (requests.RequestException, urllib3.exceptions.HTTPError) as error:
        raise Unreachable(type(error).__name__) from error


def _read(body, max_bytes, deadline):
    content = b""
    while chunk := body.read1(CHUNK):
        content += chunk
        if len(content) > max_bytes:
            raise TooLarge("TooLarge")
    if not deadline.seconds_left:  # cut off, and not at its end
        raise requests.Timeout
    return content


class _Session(requests.Session):
    def __init__(self, deadline):
        super().__init__()
        self.trust_env = False  # or a line for that host in ~/.netrc would take the place of the key
        for scheme in ("http://", "https://"):
            self.mount(scheme, _Adapter(deadline))

    def get_redirect_target(self, response):
        """Nowhere: before it does not follow a redirect, `requests` would read and unpack the whole of it."""


class _Adapter(HTTPAdapter):
    def __init__(self, deadline):
        self.deadline = deadline
        super().__init__()

    def get_connection_with_tls_context(self, *args, **kwargs):
        pool = super().get_connection_with_tls_context(*args, **kwargs)
        pool.ConnectionCls = type("Connection", (_Connection, pool.ConnectionCls), {"deadline": self.deadline})
        return pool


class _Connection:
    """What differs from the connections of urllib3, which try each address of a host for the whole timeout."""

    def _new_conn(self):
        problem = None
        for family, kind, protocol, _name, address in _addresses(self.host, self.port, self.deadline):
            line = socket.socket(family, kind, protocol)
            try:
                line.settimeout(min(self.timeout, self.deadline.seconds_left) or 0.001)  # 0 would mean: do not wait
                line.connect(address)
                for option in self.socket_options or ():
                    line.setsockopt(*option)
                self.deadline.watch(line)
            except OSError as error:
                line.close()
                problem = error
            else:
                return line
        raise problem or OSError("The host has no address.")


def _addresses(host, port, deadline):
    """What `socket.getaddrinfo` gives. It knows no timeout: a thread asks, and is left to itself if that takes long."""
    found = Future()

    def look_up():
        try:
            found.set_result(socket.getaddrinfo(host.strip("[]"), port, type=socket.SOCK_STREAM))
        except (OSError, UnicodeError) as error:
            found.set_exception(OSError(str(error)))

    Thread(target=look_up, daemon=True).start()
    return found.result(deadline.seconds_left)


class _Deadline:
    """Cuts connections when time is up, which wakes whoever waits for them."""

    def __init__(self, seconds):
        self.end = monotonic() + seconds
        self._lock, self._lines = Lock(), []
        self._timer = Timer(seconds, self._cut)
        self._timer.daemon = True

    def __enter__(self):
        self._timer.start()
        return self

    def __exit__(self, *exception):
        self._timer.cancel()
        with self._lock:
            while self._lines:
                self._lines.pop().close()

    @property
    def seconds_left(self):
        return max(self.end - monotonic(), 0)

    def watch(self, line):
        # A second handle on the same connection: TLS takes the first one over.
        with self._lock:
            self._lines.append(line.dup())
        if not self.seconds_left:
            self._cut()

    def _cut(self):
        with self._lock:
            for line in self._lines:
                with suppress(OSError):
                    line.shutdown(socket.SHUT_RDWR)
