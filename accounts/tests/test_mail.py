"""E-mail as it leaves the site, received by a real SMTP server."""

import socket

import pytest
from django.core import mail as django_mail
from django.test import Client
from django.urls import reverse
from django_ox.models import OxTask

from accounts.emails import send_password_changed
from accounts.models import User
from microblog_site import mail
from tests.mail_server import serve
from tests.ports import free_port

TIMEOUT = 1  # second, for all answers but the last

pytestmark = pytest.mark.any_database


@pytest.fixture
def mail_server():
    with serve() as postbox:
        yield postbox


def use(settings, port):
    options = {"host": "127.0.0.1", "port": port, "timeout": TIMEOUT}
    settings.MAILERS = {"default": {"BACKEND": "microblog_site.smtp.EmailBackend", "OPTIONS": options}}


@pytest.fixture
def postbox(mail_server, settings):
    use(settings, mail_server.port)
    return mail_server


def test_a_server_that_looks_for_spam_gets_the_mail_once(postbox):
    postbox.seconds = TIMEOUT + 0.2
    mail.send("account_deleted", "susan@example.org", {"person": {"name": "Susan", "username": "susan"}}, "en")
    assert len(postbox.received) == 1


def test_a_mail_has_text_and_html_in_the_reader_s_language(postbox, susan, settings):
    settings.DEFAULT_FROM_EMAIL = "Our Town <noreply@town.example>"
    settings.SITE_NAME = "Our Town"
    context = {"person": susan, "link": "http://127.0.0.1:8000/password/reset/"}
    mail.send("password_changed", "susan@example.org", context, "es")
    message = postbox.received[0]
    assert message["To"] == "susan@example.org"
    assert message["From"] == "Our Town <noreply@town.example>"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message.get_content_type() == "multipart/alternative"
    text, html = (message.get_body([kind]).get_content() for kind in ("plain", "html"))
    assert "http://127.0.0.1:8000/password/reset/" in text
    assert '<html lang="es" dir="ltr">' in html
    assert 'href="http://127.0.0.1:8000/password/reset/"' in html
    for active_or_foreign in ("<script", "<img", "<link", "src=", "url("):
        assert active_or_foreign not in html


def test_what_people_call_themselves_is_text_everywhere(postbox, susan, settings):
    settings.SITE_NAME = "Tea & <b>Cake</b>"
    susan.display_name = "<script>alert('&')</script>"
    mail.send("password_changed", "susan@example.org", {"person": susan, "link": "http://127.0.0.1:8000/"}, "en")
    text, html = (postbox.received[0].get_body([kind]).get_content() for kind in ("plain", "html"))
    assert postbox.received[0]["Subject"] == "Your password for Tea & <b>Cake</b> was changed"
    assert "Hello <script>alert('&')</script>," in text
    assert "Tea & <b>Cake</b>" in text
    assert "<script>" not in html
    assert "<b>Cake" not in html
    assert "Tea &amp; &lt;b&gt;Cake" in html


def test_a_subject_is_one_line(postbox, susan, settings):
    settings.SITE_NAME = "Our\r\nBcc: everybody@example.org\r\nTown"
    mail.send("password_changed", "susan@example.org", {"person": susan, "link": "http://127.0.0.1:8000/"}, "en")
    assert postbox.received[0]["Bcc"] is None
    assert "Our Bcc: everybody@example.org Town" in postbox.received[0]["Subject"]


@pytest.mark.parametrize("language", ["", "tlh"])
def test_an_unknown_language_is_that_of_the_site(postbox, susan, language):
    mail.send("password_changed", "susan@example.org", {"person": susan, "link": "http://127.0.0.1:8000/"}, language)
    assert '<html lang="en"' in postbox.received[0].get_body(["html"]).get_content()


def test_a_reset_link_arrives_through_the_server(postbox, susan, run_tasks):
    Client().post(reverse("password_reset"), {"email": "susan@example.org"})
    run_tasks()
    assert "http://127.0.0.1:8000/password/reset/" in postbox.received[0].get_body(["plain"]).get_content()


def test_a_mail_that_the_server_refuses_waits_and_is_sent_later(postbox, susan, run_tasks):
    postbox.full = True
    Client().post(reverse("password_reset"), {"email": "susan@example.org"})
    run_tasks(raise_failures=False)
    assert OxTask.objects.get().status == "READY"

    postbox.full = False
    OxTask.objects.update(run_after=None)
    run_tasks()
    assert len(postbox.received) == 1
    assert OxTask.objects.get().status == "SUCCESSFUL"


def test_a_mail_waits_while_there_is_no_server(susan, settings, run_tasks):
    use(settings, free_port())
    send_password_changed.enqueue(susan.pk, "en")
    run_tasks(raise_failures=False)
    assert OxTask.objects.get().status == "READY"


def test_the_page_does_not_wait_for_a_server_that_hangs(susan, settings):
    with socket.create_server(("127.0.0.1", 0)) as silent:
        use(settings, silent.getsockname()[1])
        silent.settimeout(0.05)
        assert Client().post(reverse("password_reset"), {"email": "susan@example.org"}).status_code == 302
        with pytest.raises(TimeoutError):
            silent.accept()


def test_a_task_about_somebody_who_is_gone_does_nothing(susan):
    user_id = susan.pk
    User.objects.all().delete()
    send_password_changed.call(user_id, "en")
    assert django_mail.outbox == []
