"""Requests to other services over HTTP, limited in time and size, whatever the server does.

`request` is for services that the operator chose, `fetch_untrusted` for every address that came from somebody else.
"""

import json
import os
import re
import socket
import time
from concurrent.futures import Future
from contextlib import closing, suppress
from ipaddress import ip_address, ip_network
from threading import Thread
from typing import NamedTuple
from urllib.parse import urljoin

import requests
import urllib3
from django.utils.http import parse_http_date_safe
from requests.adapters import HTTPAdapter
from requests.structures import CaseInsensitiveDict
from requests.utils import get_environ_proxies

CHUNK = 16 * 1024  # bytes
REDIRECTS = (301, 302, 303, 307, 308)
MAX_REDIRECTS = 5
MAX_ADDRESSES = 3  # of one host that are tried
PORTS = (None, 80, 443)
GLOBAL_UNICAST = ip_network("2000::/3")  # all other IPv6 addresses are local, special or reserved
NAT64 = ip_network("64:ff9b::/96")  # stands for the IPv4 address in its last four bytes (RFC 6052)
# Python takes these for global: protocol assignments, the former 6to4 relays, documentation (RFC 6890, 7526, 9637).
NOT_PUBLIC = [ip_network(block) for block in ("192.0.0.0/24", "192.88.99.0/24", "3fff::/20")]


class Unreachable(Exception):  # noqa: N818
    """No answer, not in time, or an unreadable one."""


class TooLarge(Unreachable):
    """The answer exceeds the size limit."""


class NotPublic(Unreachable):
    """The address is none that everybody on the internet can reach, or no web address at all."""


class Response(NamedTuple):
    url: str  # that answered, after redirects
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
    return _in_time(seconds, lambda adapter: _ask(adapter, method, url, timeouts, max_bytes, headers, **options))


def fetch_untrusted(url, *, seconds, timeouts, max_bytes, method="GET", headers=(), **options):
    """Fetch a `url` that anybody may have chosen, like `request`, without letting them into the operator's network.

    Only public addresses are asked, on the ports of the web. The host is looked up once, what it resolves to is
    checked, and the connection goes to just that address, so that a second look-up cannot lead elsewhere. Redirects of
    a GET or HEAD are followed and checked in the same way; `seconds` is for all together. Raises `Unreachable`.
    """

    def ask(adapter):
        target = url
        for _hop in range(MAX_REDIRECTS + 1):
            answer = _ask_public(adapter, method, target, timeouts, max_bytes, headers, **options)
            location = answer.headers.get("Location")
            if method not in ("GET", "HEAD") or answer.status not in REDIRECTS or not location:
                return answer
            try:
                target = urljoin(target, location)
            except ValueError as error:
                raise Unreachable("InvalidRedirect") from error
        raise Unreachable("TooManyRedirects")

    return _in_time(seconds, ask)


def is_public(address):
    """Whether everybody on the internet means the same machine by this IP address, an `ipaddress` object."""
    if address.version == 6:
        if address in NAT64:
            return is_public(ip_address(address.packed[-4:]))
        if address not in GLOBAL_UNICAST:
            return False
    is_special = address.is_multicast or address.is_reserved or any(address in block for block in NOT_PUBLIC)
    return address.is_global and not is_special


def _in_time(seconds, ask):
    """What `ask(adapter)` returns, run in a thread that is abandoned after `seconds`. Raises `Unreachable`."""
    adapter, answer = _Adapter(), Future()

    def run():
        try:
            with closing(adapter):
                answer.set_result(ask(adapter))
        except Exception as error:  # noqa: BLE001, handed to the waiting caller
            answer.set_exception(error)

    Thread(target=run, daemon=True).start()
    try:
        return answer.result(seconds)
    except (requests.RequestException, urllib3.exceptions.HTTPError, OSError, UnicodeError) as error:
        adapter.cut()
        raise Unreachable(type(error).__name__) from error


def _ask_public(adapter, method, url, timeouts, max_bytes, headers, **options):
    parts = urllib3.util.parse_url(url)
    if parts.scheme not in ("http", "https") or parts.auth or not parts.host or parts.port not in PORTS:
        raise NotPublic("NotPublic")
    headers = {**dict(headers), "Host": parts.netloc}
    adapter.server_name = parts.host.strip("[]").rstrip(".")
    failure = NotPublic("NotPublic")
    for address in _public_addresses(adapter.server_name):
        pinned = parts._replace(host=f"[{address}]" if address.version == 6 else f"{address}", fragment=None).url
        try:
            return _ask(adapter, method, pinned, timeouts, max_bytes, headers, **options)._replace(url=url)
        except requests.ConnectionError as error:
            failure = error
    raise failure


def _public_addresses(host):
    found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM, flags=socket.AI_ADDRCONFIG)
    addresses = [ip_address(sockaddr[0].partition("%")[0]) for *_kind, sockaddr in found]
    return [address for address in dict.fromkeys(addresses) if is_public(address)][:MAX_ADDRESSES]


def _ask(adapter, method, url, timeouts, max_bytes, headers, **options):
    wanted = requests.Request(method, url, {"Accept-Encoding": "identity", **dict(headers)}, **options).prepare()
    # Not a session, which would follow redirects, and let an entry in ~/.netrc replace the key.
    environment = {"proxies": get_environ_proxies(wanted.url), "verify": os.environ.get("REQUESTS_CA_BUNDLE") or True}
    with closing(adapter.send(wanted, stream=True, timeout=timeouts, **environment)) as answer:
        return Response(url, answer.status_code, answer.headers, _read(answer.raw, max_bytes))


def _read(body, max_bytes):
    content = b""
    while chunk := body.read1(CHUNK):
        content += chunk
        if len(content) > max_bytes:
            raise TooLarge("TooLarge")
    return content


class _Adapter(HTTPAdapter):
    """Can close its connection, which ends the thread that waits for it. Makes one connection at a time."""

    line, is_cut, server_name = None, False, None

    def build_connection_pool_key_attributes(self, *args, **kwargs):
        """Where the URL holds the IP address of `server_name`, the certificate has to be for the name."""
        host, tls = super().build_connection_pool_key_attributes(*args, **kwargs)
        if self.server_name:
            tls |= {"server_hostname": self.server_name, "assert_hostname": self.server_name}
        return host, tls

    def get_connection_with_tls_context(self, *args, **kwargs):
        pool = super().get_connection_with_tls_context(*args, **kwargs)
        if not issubclass(pool.ConnectionCls, _Connection):
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
