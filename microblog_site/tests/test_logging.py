import logging
import re
import subprocess
import sys
from datetime import UTC, datetime

import pytest
from django.conf import settings
from django.db import OperationalError
from django.test import Client
from django.urls import reverse

from microblog_site.logging import LineFormatter, SharedFileHandler, hide_secrets

TOKEN = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.dBjftJeZ4CVPmB92K27uhbUJU1p1r"


def line(message, *args, **extra):
    record = logging.LogRecord(
        "posts.views", logging.WARNING, "views.py", 7, message, args, extra.pop("exc_info", None)
    )
    record.__dict__ |= extra
    return LineFormatter().format(record)


def error_of(function):
    try:
        function()
    except Exception:  # noqa: BLE001
        return sys.exc_info()


def test_a_line_tells_when_how_bad_where_and_what():
    text = line("Not Found: %s", "/nowhere/")
    match = re.fullmatch(r"(\S+)Z WARNING posts\.views \[\d+\] Not Found: /nowhere/", text)
    written = datetime.fromisoformat(match[1]).replace(tzinfo=UTC)
    assert abs((datetime.now(UTC) - written).total_seconds()) < 60


@pytest.mark.parametrize(
    ("secret", "text"),
    [
        ("c0ffee-1a2b", "Not Found: /password/reset/MQ/c0ffee-1a2b/"),
        ("c0ffee-1a2b", "GET /login/?next=%2Fpassword%2Freset%2FMQ%2Fc0ffee-1a2b%2F HTTP/1.1"),
        ("c0ffee-1a2b", "Not Found: /email/confirm/c0ffee-1a2b/"),
        ("c0ffee-1a2b", "Not Found: /email/undo/c0ffee-1a2b/"),
        ("5f1e" * 16, f"Max retries exceeded with url: /avatar/{'5f1e' * 16}?s=512"),
        (TOKEN, f"bad token {TOKEN}"),
        (TOKEN, f"Authorization: Bearer {TOKEN}"),
        ("Zm9vOmJhcg", "Authorization: Basic Zm9vOmJhcg=="),
        ("k3yk3yk3y", "Cookie: theme=dark; sessionid=k3yk3yk3y; csrftoken=abc"),
        ("abcdef", "Cookie: theme=dark; sessionid=k3yk3yk3y; csrftoken=abcdef"),
        ("k3yk3yk3y", "{'HTTP_COOKIE': 'sessionid=k3yk3yk3y'}"),
        ("k3yk3yk3y", "Set-Cookie: __Host-sessionid=k3yk3yk3y; Path=/"),
        ("k3yk3yk3y", "Key (session_key)=(k3yk3yk3y) already exists."),
        ("hunter2", "{'username': 'susan', 'password1': 'hunter2'}"),
        ("hunter2 is long", '{"new_password2": "hunter2 is long"}'),
        ("hunter2", "username=susan&password=hunter2&remember_me=on"),
        ("hunter2", "SECRET_KEY = hunter2"),
        ("hunter2", "csrfmiddlewaretoken=hunter2"),
        ("hunter2", "postgres://microblog:hunter2@db.example:5432/town"),
        ("hunter2", "smtp+tls://me%40town.example:hunter2@mail.example:587"),
        ("argon2$argon2id", "password hash argon2$argon2id$v=19$m=102400,t=2,p=8$c2FsdA$aGFzaA"),
        ("susan", "args=['susan@example.org']"),
        ("Susan.Green", "SMTPRecipientsRefused: {'Susan.Green+news@mail.example.co.uk': (550, b'no')}"),
    ],
)
def test_secrets_stay_out_of_lines(secret, text):
    assert secret in text
    assert secret not in line("%s", text)
    assert secret not in line("failed", exc_info=error_of(lambda: int(text)))


@pytest.mark.parametrize(
    "text",
    [
        "Not Found: /@susan/12/",
        "Forbidden (CSRF token missing.): /posts/",
        "Task id=2b0c6a7e-6a1c path=accounts.tasks.send_reset_link state=SUCCESSFUL",
        "GET /password/reset/ HTTP/1.1",
        "connection to server at 127.0.0.1, port 5432 failed",
        'File "/srv/accounts/tokens.py", line 12, in check_token',
        "@susan mentioned @john",
    ],
)
def test_what_helps_to_find_an_error_stays(text):
    assert line("%s", text).endswith(text)


def test_a_path_cannot_forge_a_line():
    forged = line("Not Found: %s", "/\r\n2026-01-01T00:00:00.000Z ERROR root [1] all is lost\x1b[2J\u2028")
    assert "\\n2026-01-01" in forged
    assert not re.search(r"[\r\n\x1b\u2028]", forged)


def test_neither_can_an_error():
    text = line("failed", exc_info=error_of(lambda: int("\n2026-01-01T00:00:00.000Z ERROR root [1] all is lost")))
    first, *rest = text.splitlines()
    assert first.endswith("failed")
    assert len(rest) > 2
    assert all(further.startswith("    ") for further in rest)


def refused():
    try:
        raise OperationalError("connection failed:\nno such host")
    except OperationalError:
        raise RuntimeError("no session") from None


def test_a_database_that_is_down_takes_one_line_instead_of_a_traceback():
    _first, *rest = line("Service Unavailable: /", exc_info=error_of(refused)).splitlines()
    assert rest == ["    django.db.utils.OperationalError: connection failed: no such host"]


@pytest.mark.parametrize(
    "text", ["a" * 200_000, "a.-" * 70_000, "eyJ" * 70_000, "://" * 70_000, "password" * 25_000, "@" * 200_000]
)
def test_a_long_line_does_not_take_long(text):
    started = datetime.now(UTC)
    hide_secrets(text)
    assert (datetime.now(UTC) - started).total_seconds() < 5


WRITER = """
import logging, sys
from microblog_site.logging import SharedFileHandler

path, writer = sys.argv[1:]
handler = SharedFileHandler(path, maxBytes=5_000, backupCount=100)
for number in range(300):
    handler.handle(logging.LogRecord("test", logging.INFO, "", 0, f"{writer} {number} {'x' * 50}", (), None))
"""


def test_processes_that_share_a_file_lose_no_line(tmp_path):
    path = tmp_path / "log" / "site.log"
    writers = [
        subprocess.Popen([sys.executable, "-c", WRITER, path, str(writer)], cwd=settings.BASE_DIR)
        for writer in range(3)
    ]
    assert [writer.wait() for writer in writers] == [0, 0, 0]
    files = set(path.parent.iterdir()) - {path.with_name("site.log.lock")}
    lines = [line for file in files for line in file.read_text().splitlines()]
    assert len(files) > 5
    assert sorted(lines) == sorted(f"{writer} {number} {'x' * 50}" for writer in range(3) for number in range(300))


def test_old_files_go(tmp_path):
    handler = SharedFileHandler(tmp_path / "site.log", maxBytes=100, backupCount=2)
    for number in range(50):
        handler.handle(logging.LogRecord("test", logging.INFO, "", 0, f"line {number}", (), None))
    handler.close()
    assert {path.name for path in tmp_path.iterdir()} == {"site.log", "site.log.1", "site.log.2", "site.log.lock"}
    assert "line 49" in (tmp_path / "site.log").read_text()


def test_a_folder_that_cannot_be_written_stops_nothing(tmp_path, capsys):
    handler = SharedFileHandler(tmp_path / "log" / "site.log", maxBytes=100, backupCount=2)
    (tmp_path / "log").rmdir()
    handler.handle(logging.LogRecord("test", logging.INFO, "", 0, "a line", (), None))
    handler.close()
    told = capsys.readouterr().err
    assert "a line" in told
    assert f"{tmp_path}/log/site.log cannot be written: No such file or directory" in told
    assert told.count("\n") == 1


def test_lines_that_a_full_disk_does_not_take_go_to_the_terminal(tmp_path, capsys):
    (tmp_path / "site.log").symlink_to("/dev/full")
    handler = SharedFileHandler(tmp_path / "site.log", maxBytes=100, backupCount=2)
    for text in ("one", "two"):
        handler.handle(logging.LogRecord("test", logging.INFO, "", 0, text, (), None))
    reason = f" ({tmp_path}/site.log cannot be written: No space left on device)"
    assert capsys.readouterr().err.splitlines() == [text + reason for text in ("one", "two")]


def test_what_people_look_for_in_vain_is_no_error(client, db, caplog):
    client.get("/no-such-page/")
    assert {record.levelname for record in caplog.records} == {"WARNING"}


def test_a_reset_link_and_a_typed_address_reach_no_line(client, susan, run_tasks, caplog):
    caplog.set_level(logging.DEBUG)
    client.post(reverse("password_reset"), {"email": "susan@example.org"})
    client.get(reverse("password_reset_confirm", args=["MQ", TOKEN]))
    Client(raise_request_exception=False).get(reverse("password_reset_confirm", args=["MQ", TOKEN]) + "nowhere/")
    run_tasks()
    text = "\n".join(LineFormatter().format(record) for record in caplog.records)
    assert text
    assert "susan@example.org" not in text
    assert TOKEN not in text
