"""A request as a browser sends it, for the site in this process and for a web server."""

from dataclasses import dataclass, field, replace
from io import BytesIO
from urllib.parse import urlencode

from django.utils.crypto import get_random_string

CSRF_TOKEN = "a" * 32
HEADERS = {
    "Host": "127.0.0.1",
    "User-Agent": "Mozilla/5.0 (X11; Linux x86_64; rv:150.0) Gecko/20100101 Firefox/150.0",
    "Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
    "Accept-Language": "en-GB,en;q=0.5",
    "Accept-Encoding": "gzip, deflate, br, zstd",
    "Connection": "keep-alive",
}


@dataclass(frozen=True)
class Request:
    """A GET, or the POST of a `form`."""

    path: str
    headers: dict = field(default_factory=dict)
    form: dict | None = None

    @property
    def method(self):
        return "GET" if self.form is None else "POST"

    @property
    def body(self):
        return urlencode(self.form or {}).encode()

    @property
    def all_headers(self):
        about_body = {"Content-Type": "application/x-www-form-urlencoded", "Content-Length": str(len(self.body))}
        return HEADERS | self.headers | (about_body if self.form else {})

    def of_another_browser(self):
        """The same with another CSRF token: with the same one, it would be a form sent twice."""
        secret = get_random_string(len(CSRF_TOKEN))
        form = self.form and {name: value.replace(CSRF_TOKEN, secret) for name, value in self.form.items()}
        headers = {name: value.replace(CSRF_TOKEN, secret) for name, value in self.headers.items()}
        return replace(self, headers=headers, form=form)

    def as_text(self):
        head = [
            f"{self.method} {self.path} HTTP/1.1",
            *(f"{name}: {value}" for name, value in self.all_headers.items()),
        ]
        return "\r\n".join([*head, "", self.body.decode()])

    def answer(self, application):
        """Status, headers and body of a WSGI `application`'s answer."""
        started = []
        path, _mark, query = self.path.partition("?")
        environ = {
            "REQUEST_METHOD": self.method,
            "PATH_INFO": path,
            "QUERY_STRING": query,
            "REMOTE_ADDR": "127.0.0.1",
            "SERVER_NAME": "127.0.0.1",
            "SERVER_PORT": "80",
            "SERVER_PROTOCOL": "HTTP/1.1",
            "wsgi.url_scheme": "http",
            "wsgi.input": BytesIO(self.body),
        }
        names = {"Content-Type": "CONTENT_TYPE", "Content-Length": "CONTENT_LENGTH"}
        for name, value in self.all_headers.items():
            environ[names.get(name) or f"HTTP_{name.upper().replace('-', '_')}"] = value
        parts = application(environ, lambda status, headers: started.append((int(status[:3]), dict(headers))))
        try:
            return *started[0], b"".join(parts)
        finally:
            parts.close()
