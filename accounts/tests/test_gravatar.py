import hashlib
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.urls import reverse
from django_ox.models import OxTask
from pytest_django.asserts import assertContains

from accounts import avatars, gravatar
from accounts.models import User
from accounts.tasks import fetch_gravatar
from tests.stand_in import serving

from .pictures import GREEN, picture

pytestmark = pytest.mark.any_database

ADDRESS = hashlib.sha256(b"susan@example.org").hexdigest()


class Gravatar(BaseHTTPRequestHandler):
    """A server that behaves like https://docs.gravatar.com/rest/images/ for the address susan@example.org."""

    def do_GET(self):
        url = urlsplit(self.path)
        self.server.asked.append((url.path, parse_qs(url.query), dict(self.headers)))
        if url.path == f"/avatar/{ADDRESS}":
            self.server.answer(self)
        else:
            self.reply(404, b"404 Not Found", "text/plain")

    def reply(self, status, content, content_type="image/png", **headers):
        self.send_response(status)
        self.send_header("Content-Type", content_type)
        self.send_header("Content-Length", str(len(content)))
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *args):
        pass


@pytest.fixture
def service(settings):
    """A Gravatar server with a picture of Susan; `service.answer` can be replaced."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Gravatar)
    server.stopping = threading.Event()
    server.asked, server.answer = [], lambda handler: handler.reply(200, picture(color=GREEN))
    server.handle_error = lambda *args: None
    settings.GRAVATAR_URL = f"http://127.0.0.1:{server.server_port}"
    with serving(server):
        yield server
        server.stopping.set()


def ask_for_gravatar(client):
    return client.post(
        reverse("settings_profile"),
        {"username": "susan", "display_name": "", "about_me": "", "use_gravatar": "on"},
        follow=True,
    )


def test_the_picture_is_fetched_once_and_kept_here(service, susan, susan_client, run_tasks):
    assertContains(ask_for_gravatar(susan_client), "If you have a picture on Gravatar")
    assert service.asked == []
    run_tasks()
    susan.refresh_from_db()
    assert default_storage.exists(f"avatars/{susan.avatar}-256.webp")
    assert susan.avatar_url_small.startswith("/media/")
    susan_client.get(reverse("settings_profile"))
    assert [(path, query) for path, query, _headers in service.asked] == [
        (f"/avatar/{ADDRESS}", {"s": ["512"], "d": ["404"]})
    ]


def test_gravatar_learns_only_a_hash(service, susan, susan_client, run_tasks):
    ask_for_gravatar(susan_client)
    run_tasks()
    _path, _query, headers = service.asked[0]
    assert headers.keys() <= {"Host", "User-Agent", "Accept", "Accept-Encoding", "Connection"}


def test_the_address_is_hashed_in_small_letters(service):
    assert gravatar.fetch(" Susan@Example.ORG ")


def test_nothing_is_fetched_unless_asked_for(susan, susan_client):
    susan_client.post(reverse("settings_profile"), {"username": "susan", "display_name": "", "about_me": ""})
    assert not OxTask.objects.exists()


def test_somebody_unknown_there_keeps_what_they_have(service, susan, run_tasks):
    User.objects.update(email="sue@example.org")
    fetch_gravatar.enqueue(susan.pk, replacing="")
    run_tasks()
    susan.refresh_from_db()
    assert susan.avatar == ""
    assert len(service.asked) == 1


NO_PICTURE = {
    "a redirect": lambda handler: handler.reply(302, b"", Location="https://evil.example/"),
    "a page": lambda handler: handler.reply(200, b"<html>Welcome</html>", "text/html"),
    "a cut-off picture": lambda handler: handler.reply(200, picture()[:60]),
    "a refusal": lambda handler: handler.reply(403, b""),
    "nothing": lambda handler: handler.reply(200, b""),
    "too much": lambda handler: handler.reply(200, picture() + bytes(10 * 1024 * 1024)),
}


@pytest.mark.parametrize("answer", NO_PICTURE.values(), ids=NO_PICTURE)
def test_an_answer_that_is_no_picture_changes_nothing(service, susan, susan_client, run_tasks, answer):
    service.answer = answer
    ask_for_gravatar(susan_client)
    run_tasks()
    susan.refresh_from_db()
    assert susan.avatar == ""
    assert len(service.asked) == 1
    assert not OxTask.objects.exclude(status="SUCCESSFUL").exists()


def endless(handler):
    handler.send_response(200)
    handler.end_headers()
    while True:
        handler.wfile.write(bytes(64 * 1024))


def test_an_endless_answer_is_not_read_to_its_end(service):
    service.answer = endless
    assert gravatar.fetch("susan@example.org") is None


def break_off(handler):
    handler.send_response(200)
    handler.send_header("Content-Length", "1000")
    handler.end_headers()
    handler.wfile.write(b"half")


TRY_AGAIN = {
    "out of order": lambda handler: handler.reply(503, b""),
    "too many requests": lambda handler: handler.reply(429, b""),
    "broken off": break_off,
    "silent": lambda handler: handler.server.stopping.wait(60),
}


@pytest.mark.parametrize("answer", TRY_AGAIN.values(), ids=TRY_AGAIN)
def test_a_failure_is_tried_again_later(service, susan, susan_client, run_tasks, monkeypatch, answer):
    working, service.answer = service.answer, answer
    ask_for_gravatar(susan_client)
    with monkeypatch.context() as patch:
        patch.setattr(gravatar, "READ_TIMEOUT", 0.2)
        run_tasks(raise_failures=False)
    susan.refresh_from_db()
    assert susan.avatar == ""

    service.answer = working
    OxTask.objects.update(run_after=None)
    run_tasks()
    susan.refresh_from_db()
    assert susan.avatar


def drip(handler):
    handler.send_response(200)
    handler.end_headers()
    while not handler.server.stopping.wait(0.02):
        handler.wfile.write(b"x")
        handler.wfile.flush()


def test_a_dripping_answer_is_not_waited_for(service, monkeypatch):
    monkeypatch.setattr(gravatar, "DEADLINE", 0.1)
    service.answer = drip
    with pytest.raises(gravatar.GravatarError):
        gravatar.fetch("susan@example.org")


def test_no_server_is_a_failure(settings):
    settings.GRAVATAR_URL = "http://127.0.0.1:9"
    with pytest.raises(gravatar.GravatarError):
        gravatar.fetch("susan@example.org")


def test_a_picture_chosen_meanwhile_stays(service, susan, susan_client, run_tasks):
    ask_for_gravatar(susan_client)
    susan.set_avatar(avatars.keep(avatars.cut(ContentFile(picture())), susan.pk))
    chosen = susan.avatar
    run_tasks()
    susan.refresh_from_db()
    assert susan.avatar == chosen


def test_a_picture_chosen_while_it_is_fetched_stays(service, susan):
    susan.set_avatar(avatars.keep(avatars.cut(ContentFile(picture())), susan.pk))
    chosen = susan.avatar
    susan.set_avatar(avatars.keep(avatars.cut(ContentFile(picture(color=GREEN))), susan.pk), replacing="")
    susan.refresh_from_db()
    assert susan.avatar == chosen


def test_the_task_may_run_twice_and_after_the_person_is_gone(service, susan):
    for _time in range(2):
        fetch_gravatar.call(susan.pk, "")
    assert len(service.asked) == 1
    user_id = susan.pk
    susan.delete()
    fetch_gravatar.call(user_id, "")
    assert len(service.asked) == 1
