"""The worker serves clients whole requests at a time, in its own process here and with a small application."""

import os
import re
import socket
import tempfile
from threading import Event, Thread

import pytest
from gunicorn.config import Config
from gunicorn.glogging import Logger
from gunicorn.sock import TCPSocket

from microblog_site.web_server import client as client_module
from microblog_site.web_server.worker import Worker

HOST = b"Host: town.example\r\n"
LIVE = b"GET /health/live/ HTTP/1.1\r\n" + HOST + b"\r\n"
GET = b"GET / HTTP/1.1\r\n" + HOST + b"\r\n"
BIG = b"x" * 20_000_000


class Application:
    """Answers with the body it got; `/unread/` reads none.

    `/wait/` waits until it `may_go_on`, and `/big/` is more than any buffer holds.
    """

    def __init__(self):
        self.may_go_on = Event()

    def __call__(self, environ, start_response):
        path, length = environ["PATH_INFO"], int(environ.get("CONTENT_LENGTH") or 0)
        if path == "/wait/":
            self.may_go_on.wait()
        answer = BIG if path == "/big/" else b"got " + environ["wsgi.input"].read(0 if path == "/unread/" else length)
        start_response("200 OK", [("Content-Length", str(len(answer)))])
        return environ["wsgi.file_wrapper"](self.file(answer)) if path == "/file/" else [answer]

    def file(self, content):
        file = tempfile.TemporaryFile()  # noqa: SIM115, gunicorn closes it
        file.write(content)
        file.seek(0)
        return file


class Browser(socket.socket):
    """Sends bytes, and reads what comes until the server has nothing more to say."""

    def read(self, until=b"got "):
        self.settimeout(30)
        answer = b""
        while not re.search(until, answer):
            if not (piece := self.recv(65_536)):
                return answer + b"<closed>"
            answer += piece
        return answer


@pytest.fixture
def worker():
    config = Config()
    config.set("threads", 1)
    config.set("bind", "127.0.0.1:0")
    worker = Worker(0, os.getppid(), [], None, 30, config, Logger(config))
    worker.sockets = [TCPSocket(("127.0.0.1", 0), config, worker.log)]
    worker.address = worker.sockets[0].getsockname()
    worker.wsgi = Application()
    worker.init_signals = worker.load_wsgi = lambda: None
    thread = Thread(target=worker.init_process)
    thread.start()
    yield worker
    worker.wsgi.may_go_on.set()
    worker.handle_exit(None, None)
    thread.join()
    worker.tmp.close()


@pytest.fixture
def connect(worker):
    """A function that connects to the worker and sends these bytes."""
    browsers = []

    def send(data=b""):
        browser = Browser()
        browsers.append(browser)
        browser.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        browser.connect(worker.address)
        browser.sendall(data)
        return browser

    yield send
    for browser in browsers:
        browser.close()


def post(path=b"/", body=b"hello", length=None, headers=b""):
    length = b"%d" % (len(body) if length is None else length)
    return b"POST %s HTTP/1.1\r\n%sContent-Length: %s\r\n%s\r\n%s" % (path, HOST, length, headers, body)


def statuses(answer):
    return [int(status) for status in re.findall(rb"HTTP/1\.1 (\d+)", answer)]


def test_requests_come_in_pieces_and_several_at_once(connect):
    browser = connect()
    for piece in (GET[:10], GET[10:-1], GET[-1:] + post()[:-2], post()[-2:] + GET):
        browser.sendall(piece)
    assert len(re.findall(b"got (hello)?", browser.read(b"(?s)got .*got hello.*got "))) == 3


def test_a_body_larger_than_memory_should_hold_arrives_whole(connect):
    body = os.urandom(client_module.IN_MEMORY + 1)
    assert connect(post(body=body)).read(re.escape(body[-100:])).endswith(b"got " + body)


def test_a_body_that_nobody_reads_does_not_end_the_connection(connect):
    browser = connect(post(b"/unread/", b"x" * 300_000))
    assert b"keep-alive" in browser.read()
    browser.sendall(post(body=b"hello"))
    assert browser.read(b"hello").endswith(b"got hello")


def test_files_are_sent_whole(connect):
    body = os.urandom(300_000)
    assert connect(post(b"/file/", body)).read(re.escape(body[-100:])).endswith(b"got " + body)


@pytest.mark.parametrize(
    ("data", "status"),
    [
        (b"GET / HTTP/1.1\nHost: town.example\n\n", 400),
        (b"GET / HTTP/9.9\r\n\r\n", 400),
        (b"GET /" + b"a" * 10_000, 414),
        (b"GET / HTTP/1.1\r\n" + b"A: b\r\n" * 1000 + b"\r\n", 431),
        (b"GET / HTTP/1.1\r\n" + (b"A: " + b"b" * 8000 + b"\r\n") * 9, 431),
        (post(headers=b"Content-Length: 5\r\n") + GET, 400),
        (post(headers=b"Transfer-Encoding: chunked\r\n") + GET, 400),
        (post(length=-1) + GET, 400),
    ],
)
def test_what_is_no_request_is_refused_and_nothing_after_it_heard(connect, data, status):
    answer = connect(data).read(b"never")
    assert statuses(answer) == [status]
    assert answer.endswith(b"<closed>")


@pytest.mark.parametrize(
    "data",
    [
        post(length=10**9) + GET,
        post(length=10**9, headers=b"Expect: 100-continue\r\n"),
        b"POST / HTTP/1.1\r\n" + HOST + b"Transfer-Encoding: chunked\r\n\r\n" + b"5\r\nhello\r\n0\r\n\r\n" + GET,
    ],
)
def test_who_sends_too_much_is_answered_before_all_of_it_is_read(connect, data):
    answer = connect(data).read(b"never")
    assert len(statuses(answer)) == 1
    assert b"Connection: close" in answer


def test_who_asks_first_is_told_to_send_the_body(connect):
    browser = connect(post(body=b"", length=5, headers=b"Expect: 100-continue\r\n"))
    assert statuses(browser.read(b"Continue\r\n\r\n")) == [100]
    browser.sendall(b"hello")
    assert statuses(browser.read(b"got hello")) == [200]


def test_half_a_body_reaches_nobody(connect):
    browser = connect(post(length=100))
    browser.shutdown(socket.SHUT_WR)
    assert browser.read(b"never") == b"<closed>"


def test_clients_that_read_nothing_keep_no_thread(connect):
    readers = [connect(GET.replace(b"/", b"/big/", 1)) for _reader in range(5)]
    assert b"got " in connect(GET).read()
    assert readers[0].read(b"x" * 1000).count(b"x") >= 1000


def test_waiting_writers_take_no_threads_from_readers(connect, worker):
    writers = [connect(post(b"/wait/")) for _writer in range(5)]
    assert b"got " in connect(GET).read()
    worker.wsgi.may_go_on.set()
    assert all(b"got hello" in writer.read() for writer in writers)


def test_it_says_that_it_is_alive_while_all_threads_are_busy(connect):
    connect(GET.replace(b"/", b"/wait/", 1))
    connect(post(b"/wait/"))
    assert b"got " in connect(LIVE).read()


def test_who_takes_too_long_is_sent_away(connect, worker):
    silent, head, body = connect(), connect(GET[:10]), connect(post(length=100))
    assert b"got " in connect(GET).read()  # so that it knows of those before
    for client in list(worker.waiting):
        client.timeout = 0
    assert silent.read(b"never") == b"<closed>"
    assert [statuses(browser.read(b"never")) for browser in (head, body)] == [[408], [408]]


def test_a_full_worker_drops_who_has_kept_it_waiting_for_longest(connect, worker):
    worker.worker_connections = 3
    first, _second = connect(GET[:10]), connect(GET[:10])
    assert b"got " in connect(GET).read()
    assert first.read(b"never") == b"<closed>"


def test_told_to_stop_it_lets_go_of_the_port_and_finishes_what_has_begun(connect, worker):
    silent, upload = connect(), connect(post(body=b"hel", length=5))
    assert b"got " in connect(GET).read()  # so that it knows of those before
    worker.handle_exit(None, None)
    assert silent.read(b"never") == b"<closed>"
    with pytest.raises(ConnectionRefusedError):
        connect()
    upload.sendall(b"lo")
    assert b"Connection: close" in upload.read(b"got hello")
