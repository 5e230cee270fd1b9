"""Eight browsers that send requests to a web server as fast as it answers, keeping each connection for a while.

They run in a separate process, so that their CPU can be told from the server's: `benchmarks.load` starts it.
"""

import json
import re
import selectors
import socket
import sys
import time
from collections import Counter
from itertools import cycle
from statistics import quantiles

BROWSERS = 8
VISIT = 10  # requests per connection; a new one goes to whichever worker is free
PATIENCE = 30  # seconds
STATUS = re.compile(rb"HTTP/1\.1 (\d+)")
LENGTH = re.compile(rb"(?i)\r\ncontent-length: *(\d+)")


class Browser:
    def __init__(self, port, selector):
        self.port, self.selector = port, selector
        self.connect()

    def connect(self):
        self.left = VISIT
        self.socket = socket.create_connection(("127.0.0.1", self.port), timeout=PATIENCE)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.selector.register(self.socket, selectors.EVENT_READ, self)

    def hang_up(self):
        self.selector.unregister(self.socket)
        self.socket.close()

    def ask(self, request):
        self.started = time.perf_counter()
        if not self.left:
            self.hang_up()
            self.connect()
        self.left -= 1
        self.send(request)

    def send(self, request):
        self.request, self.answer = request, b""
        self.socket.sendall(request)

    def read(self):
        """The status of the answer once it is complete, else None."""
        part = self.socket.recv(1 << 18)
        if not part:  # the worker closes connections to be replaced, as it is after many requests
            self.hang_up()
            self.connect()
            self.send(self.request)
            return None
        self.answer += part
        head, end, body = self.answer.partition(b"\r\n\r\n")
        length = LENGTH.search(head)
        is_complete = end and len(body) >= (int(length[1]) if length else 0)
        return int(STATUS.match(head)[1]) if is_complete else None


def ask_all(port, requests, seconds, repeat):
    """Send `requests` in order for this many seconds, over and over with `repeat`, else each at most once."""
    requests = cycle(requests) if repeat else iter(requests)
    latencies, statuses = [], Counter()
    cpu, start = time.process_time(), time.perf_counter()
    with selectors.DefaultSelector() as selector:
        for _browser in range(BROWSERS):
            Browser(port, selector).ask(next(requests))
        busy = BROWSERS
        while busy:
            for key, _events in selector.select(PATIENCE):
                browser = key.data
                if (status := browser.read()) is None:
                    continue
                now = time.perf_counter()
                latencies.append((now - browser.started) * 1000)
                statuses[status] += 1
                request = next(requests, None) if now - start < seconds else None
                if request is None:
                    browser.hang_up()
                    busy -= 1
                else:
                    browser.ask(request)
    elapsed, cpu = time.perf_counter() - start, time.process_time() - cpu
    percentiles = quantiles(latencies, n=100)
    return {
        "rps": len(latencies) / elapsed,
        "p50": percentiles[49],
        "p99": percentiles[98],
        "generator_ms": cpu * 1000 / len(latencies),
        "statuses": statuses,
    }


def main():
    port, requests, seconds, repeat = json.load(sys.stdin)
    print(json.dumps(ask_all(port, [request.encode() for request in requests], seconds, repeat)))


if __name__ == "__main__":
    main()
