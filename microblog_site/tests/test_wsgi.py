from io import BytesIO

import pytest

from microblog_site.wsgi import application

FORM = b'--x\r\nContent-Disposition: form-data; name="username"\r\n\r\n+2AA-\r\n--x--\r\n'


def status(method, content_type, body=b""):
    answers = []
    environ = {
        "REQUEST_METHOD": method,
        "PATH_INFO": "/login/",
        "QUERY_STRING": "next=/",
        "SERVER_NAME": "localhost",
        "SERVER_PORT": "80",
        "CONTENT_TYPE": content_type,
        "CONTENT_LENGTH": str(len(body)),
        "wsgi.input": BytesIO(body),
        "wsgi.url_scheme": "http",
    }
    b"".join(application(environ, lambda status, headers: answers.append(status)))
    return answers[0]


@pytest.mark.django_db
@pytest.mark.parametrize("charset", ["rot13", "hex", "undefined", "utf-7", "no-such-charset"])
def test_a_charset_that_a_client_names_breaks_nothing(charset):
    assert status("GET", f"text/plain; charset={charset}") == "200 OK"
    for content_type in ("application/x-www-form-urlencoded", "multipart/form-data; boundary=x"):
        assert status("POST", f"{content_type}; charset={charset}", FORM) == "403 Forbidden"  # no CSRF token


def test_what_is_sent_is_read_as_utf_8():
    environ = {"REQUEST_METHOD": "POST", "CONTENT_LENGTH": len(FORM), "wsgi.input": BytesIO(FORM)}
    content_type = "multipart/form-data; boundary=x; charset=utf-7"
    assert application.request_class({**environ, "CONTENT_TYPE": content_type}).POST["username"] == "+2AA-"
