"""Requests to other services over HTTP, limited in time and size, whatever the server does."""

import json
import os
import re
import socket
import time
from concurrent.futures import Future
from contextlib import closing, suppress
from threading import Thread
from typing import NamedTuple

import requests
import urllib3
from django.utils.http import parse_http_date_safe
from requests.adapters import HTTPAdapter
from requests.structures import CaseInsensitiveDict
from requests.utils import get_environ_proxies

CHUNK = 16 * 1024  # bytes


class Unreachable(Exception):  # noqa: N818
    """No answer, not in time, or an unreadable one."""


class TooLarge(Unreachable):
    """The answer exceeds the size limit."""


class Response(NamedTuple):
    status: int
    headers: CaseInsensitiveDict
    body: bytes

    @property
    def json(self):
        """The decoded JSON body; None if it is not JSON."""
        try:
            return json.loads(self.body)
        except (ValueError, RecursionError):
            return None

    @property
    def retry_after(self):
        """Seconds to wait before the next request, or None. The header holds seconds or a date (RFC 9110, 10.2.3)."""
        value = self.headers.get("Retry-After", "")
        if re.fullmatch("[0-9]{1,9}", value):
            return int(value)
        moment = parse_http_date_safe(value)
        return None if moment is None else max(moment - time.time(), 0)


def request(method, url, *, seconds, timeouts, max_bytes, headers=(), **options):
    """Fetch `url` within `seconds`. Raises `Unreachable`.

    `timeouts` are those of `requests`: for connecting to each address of the host, and for each piece of the answer.
    They limit neither DNS look-ups nor a server that sends a byte now and then, so a thread does the request and is
    abandoned when the time is up. Redirects are returned, not followed: what is sent, such as a key, is for this
    address only. The body is read as sent and never decompressed, so that its size is known.
    """
    adapter, answer = _Adapter(), Future()

    def ask():
        try:
            wanted = requests.Request(method, url, {"Accept-Encoding": "identity", **dict(headers)}, **options)
            answer.set_result(_ask(adapter, wanted.prepare(), timeouts, max_bytes))
        except Exception as error:  # noqa: BLE001, handed to the waiting caller
            answer.set_exception(error)

    Thread(target=ask, daemon=True).start()
    try:
        return answer.result(seconds)
    except (requests.RequestException, urllib3.exceptions.HTTPError, TimeoutError) as error:
        adapter.cut()
        raise Unreachable(type(error).__name__) from error


def _ask(adapter, wanted, timeouts, max_bytes):
    # Not a session, which would follow redirects, and let an entry in ~/.netrc replace the key.
    environment = {"proxies": get_environ_proxies(wanted.url), "verify": os.environ.get("REQUESTS_CA_BUNDLE") or True}
    with closing(adapter), adapter.send(wanted, stream=True, timeout=timeouts, **environment) as answer:
        return Response(answer.status_code, answer.headers, _read(answer.raw, max_bytes))


def _read(body, max_bytes):
    content = b""
    while chunk := body.read1(CHUNK):
        content += chunk
        if len(content) > max_bytes:
            raise TooLarge("TooLarge")
    return content


class _Adapter(HTTPAdapter):
    """Can close its connection, which ends the thread that waits for it. Makes one connection, for one request."""

    line, is_cut = None, False

    def get_connection_with_tls_context(self, *args, **kwargs):
        pool = super().get_connection_with_tls_context(*args, **kwargs)
        pool.ConnectionCls = type("Connection", (_Connection, pool.ConnectionCls), {"adapter": self})
        return pool

    def hold(self, line):
        self.line = getattr(line, "socket", line)  # TLS to a server through a proxy that is itself reached over TLS
        if self.is_cut:
            self.cut()

    def cut(self):
        self.is_cut = True
        if self.line:
            with suppress(OSError):
                # TLS would send the rest of the data unencrypted here.
                socket.socket.shutdown(self.line, socket.SHUT_RDWR)


class _Connection:
    def connect(self):
        super().connect()
        self.adapter.hold(self.sock)
