"""The size of a home page with an empty browser cache: each answer as sent, headers and body.

`make bench` measures it on its own posts. For any running site, with an account there:

python -m benchmarks.wire http://127.0.0.1:8000 NAME PASSWORD
"""

import gzip
import http.client
import posixpath
import re
import sys
from contextlib import closing
from urllib.parse import urlsplit

import brotli
import requests

from .request import Request

DECODERS = {"br": brotli.decompress, "gzip": gzip.decompress, None: bytes}
# Home screens alone ask for the touch icon.
IN_PAGES = re.compile(r'(?<!rel="apple-touch-icon" )(?:href|src)="(/static/[^"#]+)')
IN_MODULES = re.compile(r'(?:from ?|import ?)"(\.[^"]+)"')
TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="(\w+)"')


def measure(host, page):
    """Bytes of the answer to each path that a browser requests from `host` (with port) to show this page."""
    sizes, wanted = {}, [page]
    for request in wanted:  # grows during the loop
        if request.path not in sizes:
            sizes[request.path], text = fetch(host, request)
            wanted += [Request(path) for path in named(request.path, text)]
    return sizes


def named(path, text):
    """The files that a page or a module refers to."""
    if path.endswith(".js"):
        return [posixpath.normpath(f"{posixpath.dirname(path)}/{module}") for module in IN_MODULES.findall(text)]
    return IN_PAGES.findall(text)


def fetch(host, request):
    """Bytes of an answer, and its text."""
    with closing(http.client.HTTPConnection(host, timeout=60)) as connection:
        connection.request("GET", request.path, headers=request.all_headers)
        response = connection.getresponse()
        body = response.read()
    if response.status != 200:
        raise RuntimeError(f"{request.path} answers {response.status}.")
    head = [f"HTTP/1.1 {response.status} {response.reason}", *map(": ".join, response.getheaders()), "", ""]
    text = DECODERS[response.headers["Content-Encoding"]](body).decode()
    return len("\r\n".join(head)) + len(body), text


def table(sizes):
    rows = [f"{size:>8,} {path}" for path, size in sizes.items()]
    return "\n".join([*rows, f"{sum(sizes.values()):>8,} in {len(sizes)} answers"])


def main():
    url, name, password = sys.argv[1:]
    with requests.Session() as browser:
        token = TOKEN.search(browser.get(f"{url}/login/").text)[1]
        form = {"username": name, "password": password, "csrfmiddlewaretoken": token}
        browser.post(f"{url}/login/", form).raise_for_status()
        cookies = "; ".join(map("=".join, browser.cookies.items()))
    print(table(measure(urlsplit(url).netloc, Request("/", {"Cookie": cookies}))))


if __name__ == "__main__":
    main()
