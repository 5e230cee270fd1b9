"""Addresses that people name lead to the public web and nowhere else."""

import socket
import ssl
import threading
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from microblog_site import http_client
from tests.stand_in import serving

IN_TIME = {"seconds": 10, "timeouts": (2, 2), "max_bytes": 1000}
PUBLIC, ALSO_PUBLIC = "93.184.215.14", "151.101.1.6"

INSIDE = [
    "http://127.0.0.1/",
    "http://127.1/",
    "http://2130706433/",
    "http://0x7f000001/",
    "http://0x7f.1/",
    "http://0177.0.0.1/",
    "http://0/",
    "http://0.0.0.0/",
    "http://localhost/",
    "http://LOCALHOST./",
    "http://①②⑦.⓪.⓪.①/",
    "http://127。0。0。1/",
    "http://10.0.0.7/",
    "http://172.16.0.1/",
    "http://192.168.1.1/",
    "http://100.64.0.1/",
    "http://169.254.169.254/latest/meta-data/",
    "http://192.0.0.9/",
    "http://192.88.99.1/",
    "http://198.18.0.1/",
    "http://203.0.113.5/",
    "http://224.0.0.1/",
    "http://240.0.0.1/",
    "http://255.255.255.255/",
    "http://[::1]/",
    "http://[::]/",
    "http://[::ffff:127.0.0.1]/",
    "http://[::ffff:7f00:1]/",
    "http://[::127.0.0.1]/",
    "http://[::ffff:0:127.0.0.1]/",
    "http://[64:ff9b::7f00:1]/",
    "http://[64:ff9b:1::7f00:1]/",
    "http://[2002:7f00:1::]/",
    "http://[2001:0:7f00:1::]/",
    "http://[fe80::1]/",
    "http://[fe80::1%25lo]/",
    "http://[fc00::1]/",
    "http://[fec0::1]/",
    "http://[ff02::1]/",
    "http://[2001:db8::1]/",
    "http://[3fff::1]/",
    "http://[5f00::1]/",
    f"http://{PUBLIC}:22/",
    f"http://{PUBLIC}:8080/",
    f"http://susan@{PUBLIC}/",
    f"http://{PUBLIC}@127.0.0.1/",
    f"http://127.0.0.1\\@{PUBLIC}/",
    f"ftp://{PUBLIC}/",
    "file:///etc/passwd",
    "gopher://127.0.0.1:6379/_FLUSHALL",
    "//127.0.0.1/",
    "http://",
    "http:///etc/passwd",
    "http://[",
    "",
]


class Web(BaseHTTPRequestHandler):
    """The internet as a proxy shows it: it notes which address was asked for which host, and answers as told."""

    def do_GET(self):
        self.server.asked.append((self.path, self.headers["Host"]))
        status, headers, body = self.server.answers.get(self.path, (200, {}, b"well"))
        self.send_response(status)
        for name, value in {**headers, "Content-Length": len(body)}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    do_POST = do_GET  # noqa: N815

    def log_message(self, *_line):
        pass


@pytest.fixture
def web(monkeypatch):
    server = ThreadingHTTPServer(("127.0.0.1", 0), Web)
    server.asked, server.answers = [], {}
    for name in ("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY"):
        monkeypatch.setenv(name, f"http://127.0.0.1:{server.server_port}")
    for name in ("no_proxy", "NO_PROXY"):
        monkeypatch.setenv(name, "")
    with serving(server):
        yield server


@pytest.fixture
def names(monkeypatch):
    """What names lead to, one answer for each time that one is looked up: `names["example.org"] = [[PUBLIC], …]`."""
    known, look_up = {}, socket.getaddrinfo

    def answer(host, *arguments, **options):
        found = known[host].pop(0) if host in known else [host]
        return [entry for address in found for entry in look_up(address, *arguments, **options)]

    monkeypatch.setattr(socket, "getaddrinfo", answer)
    return known


@pytest.mark.parametrize("url", INSIDE)
def test_nothing_inside_is_asked(web, url):
    with pytest.raises(http_client.Unreachable):
        http_client.fetch_untrusted(url, **IN_TIME)
    assert web.asked == []


@pytest.mark.parametrize("address", ["2606:4700::6810:84e5", "64:ff9b::5db8:d70e", PUBLIC])
def test_public_addresses_are_public(address):
    assert http_client.is_public(ip_address(address))


def test_a_public_address_is_asked(web):
    answer = http_client.fetch_untrusted(f"http://{PUBLIC}/a?b=c#d", **IN_TIME)
    assert (answer.status, answer.body) == (200, b"well")
    assert web.asked == [(f"http://{PUBLIC}/a?b=c", PUBLIC)]


def test_a_name_is_looked_up_once_and_the_connection_goes_where_it_led(web, names):
    names["example.org"] = [[PUBLIC], ["127.0.0.1"]]
    answer = http_client.fetch_untrusted("http://example.org/feed", **IN_TIME)
    assert web.asked == [(f"http://{PUBLIC}/feed", "example.org")]
    assert answer.url == "http://example.org/feed"


def test_of_several_addresses_only_the_public_ones_are_asked(web, names):
    names["mixed.example"] = [["127.0.0.1", "10.0.0.1", PUBLIC]]
    http_client.fetch_untrusted("http://mixed.example/", **IN_TIME)
    assert web.asked == [(f"http://{PUBLIC}/", "mixed.example")]


def test_a_name_that_leads_inside_is_not_asked(web, names):
    names["intranet.example"] = [["192.168.0.5", "::1"]]
    with pytest.raises(http_client.Unreachable):
        http_client.fetch_untrusted("http://intranet.example/", **IN_TIME)
    assert web.asked == []


def test_redirects_are_followed_and_each_is_checked(web, names):
    names |= {"example.org": [[PUBLIC], ["127.0.0.1"]], "www.example.org": [[ALSO_PUBLIC]]}
    web.answers[f"http://{PUBLIC}/"] = (301, {"Location": "//www.example.org/home"}, b"")
    answer = http_client.fetch_untrusted("http://example.org/", **IN_TIME)
    assert (answer.url, answer.body) == ("http://www.example.org/home", b"well")
    web.answers[f"http://{ALSO_PUBLIC}/"] = (302, {"Location": "http://example.org/"}, b"")
    with pytest.raises(http_client.Unreachable):
        http_client.fetch_untrusted(f"http://{ALSO_PUBLIC}/", **IN_TIME)
    assert len(web.asked) == 3


@pytest.mark.parametrize(
    "inside",
    [
        "http://127.0.0.1/",
        "http://[::1]/",
        "file:///etc/passwd",
        f"http://{PUBLIC}:6379/",
        "http://[::1",
        "//[x]/",
        "//a]",
    ],
)
def test_no_redirect_leads_inside(web, inside):
    web.answers[f"http://{PUBLIC}/"] = (307, {"Location": inside}, b"")
    with pytest.raises(http_client.Unreachable):
        http_client.fetch_untrusted(f"http://{PUBLIC}/", **IN_TIME)
    assert len(web.asked) == 1


def test_redirects_in_a_circle_end(web):
    web.answers[f"http://{PUBLIC}/"] = (302, {"Location": "/"}, b"")
    with pytest.raises(http_client.Unreachable):
        http_client.fetch_untrusted(f"http://{PUBLIC}/", **IN_TIME)
    assert len(web.asked) == http_client.MAX_REDIRECTS + 1


def test_what_is_sent_goes_to_one_address_only(web):
    web.answers[f"http://{PUBLIC}/"] = (307, {"Location": f"http://{ALSO_PUBLIC}/"}, b"")
    answer = http_client.fetch_untrusted(f"http://{PUBLIC}/", method="POST", data=b"secret", **IN_TIME)
    assert answer.status == 307
    assert len(web.asked) == 1


def test_an_answer_that_is_too_large_is_refused(web):
    web.answers[f"http://{PUBLIC}/"] = (200, {}, b"x" * 1001)
    with pytest.raises(http_client.TooLarge):
        http_client.fetch_untrusted(f"http://{PUBLIC}/", **IN_TIME)


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    """The path of a self-signed certificate for example.org, with its key."""
    key, name = ec.generate_private_key(ec.SECP256R1()), x509.Name([])
    now = datetime.now(UTC)
    signed = (
        x509.CertificateBuilder(name, name, key.public_key(), 1, now - timedelta(days=1), now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("example.org")]), critical=False)
        .sign(key, hashes.SHA256())
    )
    path = tmp_path_factory.mktemp("tls") / "example.org.pem"
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    path.write_bytes(private + signed.public_bytes(Encoding.PEM))
    return path


@pytest.fixture
def tunnels(certificate, monkeypatch):
    """What a proxy for https was asked to connect to; there it shows the certificate for example.org."""
    asked, listener = [], socket.create_server(("127.0.0.1", 0))
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate)

    def serve():
        with suppress(OSError):
            while line := listener.accept()[0]:
                asked.append(line.recv(4096).split()[1].decode())
                line.sendall(b"HTTP/1.1 200 Connected\r\n\r\n")
                with suppress(ssl.SSLError), context.wrap_socket(line, server_side=True) as secured:
                    secured.recv(4096)
                    secured.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\nConnection: close\r\n\r\nwell")

    threading.Thread(target=serve, daemon=True).start()
    for name in ("https_proxy", "HTTPS_PROXY"):
        monkeypatch.setenv(name, f"http://127.0.0.1:{listener.getsockname()[1]}")
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(certificate))
    for name in ("no_proxy", "NO_PROXY"):
        monkeypatch.setenv(name, "")
    yield asked
    listener.shutdown(socket.SHUT_RDWR)
    listener.close()


def test_the_certificate_has_to_be_for_the_name_though_the_connection_is_to_the_address(tunnels, names):
    names |= {"example.org": [[PUBLIC]], "evil.example": [[PUBLIC]]}
    assert http_client.fetch_untrusted("https://example.org/", **IN_TIME).body == b"well"
    with pytest.raises(http_client.Unreachable, match="SSLError"):
        http_client.fetch_untrusted("https://evil.example/", **IN_TIME)
    assert tunnels == [f"{PUBLIC}:443"] * 2
