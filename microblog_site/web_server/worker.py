"""Gunicorn's threaded worker, changed so that threads never wait for clients.

The main loop receives each request completely before a thread gets it, and sends the rest of a response that a client
does not accept at once. So slow clients, however many, block nobody else. Requests are still parsed by gunicorn.
"""

import socket
import time
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from selectors import EVENT_READ, EVENT_WRITE

from gunicorn import util
from gunicorn.workers.gthread import STOP_KEEPALIVE_LINGER, ThreadWorker

from microblog_site.database import deadline

from .client import PATIENCE, PIECE, Client

CLOSING_SECONDS = 10  # for a client to read the last response
CHECK_SECONDS = 0.5  # between searches for clients past their deadline
SAFE = ("GET", "HEAD", "OPTIONS", "TRACE")


class Worker(ThreadWorker):
    statement_timeout = 0  # seconds; see `gunicorn.py`

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.next_check = 0
        self.waiting = {}  # clients, longest wait first, and what to do when they are ready

    def get_thread_pool(self):
        """Threads for requests that only read. The others have their own, which may all be waiting for a lock."""
        self.writers = ThreadPoolExecutor(max(self.cfg.threads // 2, 1))
        self.health = ThreadPoolExecutor(1)
        return super().get_thread_pool()

    def pool_for(self, request):
        if request and request.path == "/health/live/":
            return self.health
        return self.tpool if not request or request.method in SAFE else self.writers

    def accept(self, listener):
        try:
            sock, address = listener.accept()
        except OSError:
            return
        self.nr_conns += 1
        if self.nr_conns >= self.worker_connections:
            self.make_room()
        self.receive(Client(self.cfg, sock, address, listener.getsockname()))

    def make_room(self):
        """Drop the client that has been waited for longest."""
        if self.waiting:
            self.drop(next(iter(self.waiting)))

    def wait_for(self, client, event, callback):
        if client not in self.waiting:
            self.waiting[client] = callback
            self.poller.register(client.sock, event, partial(self.on_ready, client))

    def stop_waiting(self, client):
        if self.waiting.pop(client, None):
            self.poller.unregister(client.sock)

    def on_ready(self, client, _socket):
        if callback := self.waiting.get(client):  # or it was dropped after the event
            callback(client)

    def receive(self, client):
        try:
            ready = client.receive()
        except BlockingIOError:
            ready = False
        except (ConnectionError, EOFError):
            self.drop(client)
            return
        except OSError:
            self.log.exception("Cannot store a request")
            self.refuse(client, 503, "Service Unavailable")
            return
        if ready:
            self.stop_waiting(client)
            self.enqueue_req(client)
        else:
            self.wait_for(client, EVENT_READ, self.receive)

    def enqueue_req(self, client):
        client.received = time.monotonic()
        future = self.pool_for(client.request).submit(self.handle, client)
        future.add_done_callback(lambda done: self.method_queue.defer(self.finish_request, client, done))

    def handle_request(self, req, conn):
        with deadline.of_request(conn.received, self.statement_timeout):
            return super().handle_request(req, conn)

    def _keepalive_after(self, client, keepalive):
        """Whether the connection goes on. What the application left unread of a body is here, whatever its length:
        gunicorn would close the connection after having promised to keep it.
        """
        return keepalive and client.parser.finish_body()

    def finish_request(self, client, done):
        client.keep = not done.cancelled() and not done.exception() and done.result()
        client.timeout = time.monotonic() + PATIENCE
        self.send(client)

    def send(self, client):
        """Send what the thread left in the outbox, then continue with the next request or close the connection."""
        try:
            sent = client.sock.send_kept()
        except OSError:
            self.drop(client)
            return
        if sent is not None:
            client.moved(sent)
            self.wait_for(client, EVENT_WRITE, self.send)
            return
        self.stop_waiting(client)
        if not client.keep:
            self.part_with(client)
        elif client.begin():
            self.receive(client)
        else:
            client.timeout = time.monotonic() + (self.cfg.keepalive if self.alive else STOP_KEEPALIVE_LINGER)
            self.wait_for(client, EVENT_READ, self.receive_next)

    def receive_next(self, client):
        self.stop_waiting(client)
        client.begin()
        self.receive(client)

    def refuse(self, client, status, reason):
        self.stop_waiting(client)
        util.write_error(client.sock, status, reason, "")
        client.keep, client.timeout = False, time.monotonic() + PATIENCE
        self.send(client)

    def part_with(self, client):
        """End the response, and close the connection when the client has seen that: sooner could lose the response."""
        try:
            client.sock.socket.shutdown(socket.SHUT_WR)
        except OSError:
            self.drop(client)
            return
        client.timeout = time.monotonic() + (CLOSING_SECONDS if self.alive else STOP_KEEPALIVE_LINGER)
        self.wait_for(client, EVENT_READ, self.ignore)

    def ignore(self, client):
        try:
            is_gone = not client.sock.socket.recv(PIECE)
        except BlockingIOError:
            return
        except OSError:
            is_gone = True
        if is_gone:
            self.drop(client)

    def drop(self, client):
        self.stop_waiting(client)
        if client.sock.fileno() != -1:
            self.nr_conns -= 1
            client.close()

    def murder_pending(self):
        """Drop clients past their deadline. Those in the middle of a request get an error."""
        now = time.monotonic()
        if now < self.next_check:
            return
        self.next_check = now + CHECK_SECONDS
        for client, callback in list(self.waiting.items()):
            if client.timeout > now:
                continue
            if callback == self.receive and client.head:
                self.refuse(client, 408, "Request Timeout")
            else:
                self.drop(client)

    def is_parent_alive(self):
        self.alive = self.alive and super().is_parent_alive()
        return self.alive

    def set_accept_enabled(self, enabled):
        """A worker that is stopping releases the port at once, for the next server."""
        super().set_accept_enabled(enabled)
        if not enabled and not self.alive:
            for listener in self.sockets:
                listener.close()

    def _cap_keepalive(self, deadline):
        """A worker that is stopping waits only until `deadline` for clients that have not begun a request."""
        for client, callback in self.waiting.items():
            if callback != self.send and not (callback == self.receive and client.head):
                client.timeout = min(client.timeout, deadline)
