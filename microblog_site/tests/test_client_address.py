"""The client's address: nobody can choose it with a header, unless the operator trusts them to."""

import runpy
from ipaddress import ip_network

import pytest
from django.test import RequestFactory
from gunicorn.config import Config
from gunicorn.http.parser import RequestParser

from microblog_site.http import client_address

CLIENT, PROXY, OTHER_PROXY, FORGED = "192.0.2.1", "10.0.0.1", "10.0.0.2", "203.0.113.9"


def address_of(peer, forwarded=None):
    headers = {} if forwarded is None else {"X-Forwarded-For": forwarded}
    return client_address(RequestFactory().get("/", REMOTE_ADDR=peer, headers=headers))


@pytest.fixture
def behind_proxies(settings):
    settings.TRUSTED_PROXIES = [ip_network("10.0.0.0/8"), ip_network("2001:db8::/32")]


@pytest.mark.parametrize("peer", [CLIENT, "127.0.0.1", "2001:db8::1"])
@pytest.mark.parametrize("forwarded", [None, FORGED, f"{FORGED}, 127.0.0.1", "nonsense"])
def test_without_a_proxy_the_header_changes_nothing(peer, forwarded):
    assert address_of(peer, forwarded) == peer


@pytest.mark.parametrize("forwarded", [None, FORGED, "nonsense"])
def test_who_is_no_proxy_cannot_pass_for_another(behind_proxies, forwarded):
    assert address_of(CLIENT, forwarded) == CLIENT


@pytest.mark.parametrize(
    ("forwarded", "address"),
    [
        (CLIENT, CLIENT),
        (f"{FORGED}, {CLIENT}", CLIENT),
        (f"{FORGED}, {CLIENT}, {OTHER_PROXY}", CLIENT),
        (f" {FORGED} ,\t{CLIENT} ", CLIENT),
        (f"{OTHER_PROXY}, {CLIENT}", CLIENT),
        ("2606:4700::1", "2606:4700::1"),
        (f"::ffff:{CLIENT}", CLIENT),
        (f"{CLIENT}:50123", CLIENT),
        (f"{FORGED}, {CLIENT}:50123, {OTHER_PROXY}:80", CLIENT),
        ("[2606:4700::1]", "2606:4700::1"),
        ("[2606:4700::1]:443", "2606:4700::1"),
        ("[fe80::1%eth0]:443", "fe80::1"),
        ("fe80::1%eth0", "fe80::1"),
    ],
)
def test_a_proxy_says_who_came_to_it(behind_proxies, forwarded, address):
    assert address_of(PROXY, forwarded) == address
    assert address_of(f"::ffff:{PROXY}", forwarded) == address
    assert address_of("2001:db8::1", forwarded) == address


@pytest.mark.parametrize("forwarded", [None, "", "nonsense", ",", f"{FORGED}, unknown", f"{FORGED},"])
@pytest.mark.parametrize("broken", ["1.2.3.4:", "[1.2.3.4", ":80", "[]:80", "[1.2.3.4]80"])
def test_a_proxy_that_says_nothing_useful_is_the_client(behind_proxies, forwarded, broken):
    assert address_of(PROXY, forwarded) == PROXY
    assert address_of(PROXY, broken) == PROXY


def test_who_comes_through_a_socket_file_has_no_address(settings):
    assert address_of("", FORGED) is None
    settings.TRUSTED_PROXIES = ["unix"]
    assert address_of("", f"{FORGED}, {CLIENT}") == CLIENT
    assert address_of("") is None
    assert address_of(CLIENT, FORGED) == CLIENT


@pytest.mark.parametrize(
    ("peer", "forwarded", "scheme"),
    [
        ("127.0.0.1", "https", "https"),
        ("127.0.0.1", "HTTPS", "https"),
        ("127.0.0.1", "https, http", "https"),
        ("127.0.0.1", "https,http,http", "https"),
        ("127.0.0.1", "http", "http"),
        ("127.0.0.1", "http, https", "http"),
        ("127.0.0.1", "httpsx", "http"),
        (CLIENT, "https", "http"),
        (CLIENT, "HTTPS, http", "http"),
    ],
)
def test_a_trusted_proxy_says_whether_the_browser_used_https(monkeypatch, peer, forwarded, scheme):
    """As the web server reads it: behind several proxies, the first value is that of the browser."""
    monkeypatch.setenv("PGOPTIONS", "")  # otherwise the server would set its own, for all following tests
    server, own = Config(), runpy.run_module("microblog_site.gunicorn")
    for name in ("secure_scheme_headers", "forwarded_allow_ips"):
        server.set(name, own[name])
    text = f"GET / HTTP/1.1\r\nHost: town.example\r\nX-Forwarded-Proto: {forwarded}\r\n\r\n"
    (request,) = RequestParser(server, [text.encode()], (peer, 50123))
    assert request.scheme == scheme
