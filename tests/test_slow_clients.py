"""Clients that are slow, or say nothing at all, keep nobody else from being served."""

import io
import socket
from contextlib import ExitStack, contextmanager

import pytest
import requests
from PIL import Image

from . import proxies
from .running_site import Site, Visitor, wait_until

EACH = 20
UPLOAD = b"POST /login/ HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 100000\r\n\r\n"
BEGINNINGS = (b"", b"GET / HTTP/1.1\r\nHost: 127", UPLOAD)

pytestmark = pytest.mark.processes


@pytest.fixture(scope="module")
def site(prepared_folder):
    with Site(prepared_folder()) as site:
        site.start_web()
        yield site


@contextmanager
def slow_clients(port):
    with ExitStack() as stack:
        clients = []
        for beginning in BEGINNINGS * EACH:
            client = stack.enter_context(socket.create_connection(("127.0.0.1", port)))
            client.sendall(beginning)
            clients.append((client, beginning))
        yield clients


def go_on(clients):
    for client, beginning in clients:
        client.sendall(b"a" if beginning else b"")


def is_kept_waiting(client):
    client.setblocking(False)
    try:
        client.recv(1)
    except BlockingIOError:
        return True
    return False


def assert_others_are_served(port):
    with slow_clients(port) as clients:
        for _visit in range(5):
            assert requests.get(f"http://127.0.0.1:{port}/explore/", timeout=30).ok
            go_on(clients)
        assert all(is_kept_waiting(client) for client, _beginning in clients)


def assert_takes_a_picture(visitor, port):
    picture = io.BytesIO()
    Image.effect_noise((1400, 1400), 200).save(picture, "PNG")
    assert picture.tell() > 1024 * 1024
    visitor.url = f"http://127.0.0.1:{port}"
    page = visitor.fill_in("/settings/profile/", {"avatar": ("me.png", picture.getvalue())}, username="ada")
    assert "/media/avatars/" in page.text


def test_directly(site):
    assert_others_are_served(site.port)


@pytest.mark.proxies
def test_behind_the_proxies(site):
    ada = Visitor(site)
    ada.fill_in(
        "/register/", username="ada", email="ada@example.org", password1="a red harbour", password2="a red harbour"
    )
    for proxy in (proxies.caddy, proxies.nginx):
        with proxy(site) as port:
            assert_others_are_served(port)
            assert_takes_a_picture(ada, port)


def test_a_slow_upload_keeps_no_port_from_the_next_server(site):
    with socket.create_connection(("127.0.0.1", site.port)) as upload:
        upload.sendall(UPLOAD)
        site.processes[-1].kill()
        wait_until(lambda: not site.serves())
        site.start_web()
        upload.sendall(b"a" * 100_000)
        assert upload.recv(100).startswith(b"HTTP/1.1 403 ")
