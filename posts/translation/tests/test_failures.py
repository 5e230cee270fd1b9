"""Any failure of a translation service is one of three kinds, and is noticed soon: not set up, try later, refused."""

import socket
import threading
import time
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from posts.translation import services
from posts.translation.services import NotSetUp, Refused, TryLater, base
from tests import translation_server as stand_in

FOREVER, SOON = 60, 30  # seconds; busy machines take their time


def only(*names):
    return pytest.mark.parametrize("translator", names, indirect=True)


each_service = only(*stand_in.KINDS)


def translate(text, source="en", target="es"):
    return services.service().translate(text, source, target)


@pytest.fixture
def impatient(monkeypatch):
    """Waits 0.2 seconds in total, without a limit for each piece."""
    monkeypatch.setattr(base, "DEADLINE", 0.2)
    monkeypatch.setattr(base, "TIMEOUTS", (FOREVER, FOREVER))


@pytest.fixture
def patient(monkeypatch):
    monkeypatch.setattr(base, "DEADLINE", FOREVER)
    monkeypatch.setattr(base, "TIMEOUTS", (FOREVER, FOREVER))


FAILURES = {
    "401 with an empty body": (stand_in.says(401), NotSetUp),
    "403": (stand_in.says(403, {"message": "Forbidden"}), NotSetUp),
    "404": (stand_in.says(404, b"<html>", "text/html"), NotSetUp),
    "a redirect": (stand_in.redirects("http://127.0.0.1:9/"), NotSetUp),
    "a redirect without an end": (
        lambda handler: (handler.wfile.write(b"HTTP/1.1 302 F\r\nLocation: /x\r\n\r\n"), stand_in.is_endless(handler)),
        TryLater,
    ),
    "a page for people": (stand_in.says(200, b"<!doctype html><title>Hi</title>", "text/html"), NotSetUp),
    "400": (stand_in.says(400, {"error": "it says what was typed"}), Refused),
    "413": (stand_in.says(413), Refused),
    "429": (stand_in.says(429), TryLater),
    "500": (stand_in.says(500, b"oops", "text/plain"), TryLater),
    "502 with a page": (stand_in.says(502, b"<html>Bad gateway</html>", "text/html"), TryLater),
    "529": (stand_in.says(529), TryLater),
    "204": (stand_in.says(204), TryLater),
    "nothing": (stand_in.says(200), TryLater),
    "malformed JSON": (stand_in.says(200, b'[{"translations": [{"text": "Ho'), TryLater),
    "bytes": (stand_in.says(200, bytes(range(256))), TryLater),
    "deep JSON": (stand_in.says(200, b"[" * 100_000), TryLater),
    "10 MB": (stand_in.is_endless, TryLater),
    "a gzip bomb": (stand_in.sends_a_bomb, TryLater),
    "broken off": (stand_in.breaks_off, TryLater),
    "malformed headers": (
        lambda handler: handler.wfile.write(b"HTTP/1.1 500 Oops\r\nit says what was typed\r\n\r\n"),
        TryLater,
    ),
}


@each_service
@pytest.mark.parametrize(("failure", "error"), FAILURES.values(), ids=FAILURES)
def test_failures_are_of_three_kinds(translator, patient, failure, error, caplog):
    translator.failure = failure
    with pytest.raises(error):
        translate("Good morning, dear secret diary")
    assert len(translator.asked) == 1
    (line,) = caplog.messages
    assert services.service().title in line
    assert "Timeout" not in line
    assert not any(secret in caplog.text for secret in (stand_in.KEY, "diary", "typed"))


@each_service
@pytest.mark.parametrize("failure", [stand_in.silent, stand_in.drips_headers, stand_in.drips_body])
def test_no_service_is_waited_for_longer_than_the_deadline(translator, impatient, failure):
    translator.failure = failure
    begin = time.monotonic()
    with pytest.raises(TryLater):
        translate("Good morning")
    assert 0.15 < time.monotonic() - begin < SOON


def test_a_server_that_takes_calls_and_says_nothing_is_not_waited_for(settings, monkeypatch, impatient):
    monkeypatch.setenv("NO_PROXY", "*")
    with socket.create_server(("127.0.0.1", 0)) as listening:
        settings.TRANSLATOR = "libretranslate"
        settings.TRANSLATOR_URL = f"https://127.0.0.1:{listening.getsockname()[1]}"
        begin = time.monotonic()
        with pytest.raises(TryLater):
            translate("Good morning")
        assert time.monotonic() - begin < SOON


@pytest.mark.parametrize("failure", [stand_in.silent, stand_in.drips_headers, stand_in.drips_body, stand_in.is_endless])
def test_nothing_goes_on_in_the_background(translator, impatient, failure):
    before = set(threading.enumerate())
    translator.failure = failure
    with pytest.raises(TryLater):
        translate("Good morning")
    begun = set(threading.enumerate()) - before
    of_the_site = [thread for thread in begun if "process_request" not in thread.name]
    for thread in of_the_site:
        thread.join(10)
    assert not any(thread.is_alive() for thread in of_the_site)


def test_the_deadline_leaves_readers_an_answer_within_5_seconds():
    assert base.DEADLINE <= 4.5


def test_no_server_is_a_failure_for_now(settings, monkeypatch):
    monkeypatch.setenv("NO_PROXY", "*")
    settings.TRANSLATOR, settings.TRANSLATOR_URL = "libretranslate", "http://127.0.0.1:9"
    with pytest.raises(TryLater):
        translate("Good morning")


def test_names_that_are_looked_up_for_ever_are_not_waited_for(settings, monkeypatch, impatient):
    monkeypatch.setenv("NO_PROXY", "*")
    end = threading.Event()
    monkeypatch.setattr(socket, "getaddrinfo", lambda *args, **kwargs: end.wait(FOREVER))
    settings.TRANSLATOR, settings.TRANSLATOR_URL = "libretranslate", "http://translate.example"
    begin = time.monotonic()
    with pytest.raises(TryLater):
        translate("Good morning")
    assert time.monotonic() - begin < SOON
    end.set()


@only("microsoft")
def test_microsofts_quota_is_no_wrong_key(translator):
    translator.failure = stand_in.says(403, {"error": {"code": 403001, "message": "Out of call volume quota."}})
    with pytest.raises(TryLater) as error:
        translate("Good morning")
    assert error.value.retry_after >= 600


def test_deepls_quota_is_no_wrong_key(translator):
    translator.failure = stand_in.says(456, {"message": "Quota exceeded"})
    with pytest.raises(TryLater) as error:
        translate("Good morning")
    assert error.value.retry_after >= 600


@only("libretranslate")
def test_libretranslate_tells_in_words_what_it_wants(translator):
    translator.needs_key = True
    with pytest.raises(NotSetUp):
        translate("Good morning")
    translator.failure = stand_in.says(403, {"error": "Too many request limits violations"})
    with pytest.raises(TryLater):
        translate("Good morning")


@each_service
def test_a_wrong_key_is_noticed(translator, settings):
    settings.TRANSLATOR_KEY = "another-key"
    with pytest.raises(NotSetUp):
        translate("Good morning")


@each_service
@pytest.mark.parametrize(
    ("header", "at_least", "at_most"),
    [
        ("30", 30, 30),
        ("0", 0, 0),
        ("Sun Nov  6 08:49:37 1994", 0, 0),
    ],
)
def test_a_service_says_when_to_ask_again(translator, header, at_least, at_most):
    translator.failure = stand_in.says(429, Retry_After=header)
    with pytest.raises(TryLater) as error:
        translate("Good morning")
    assert at_least <= error.value.retry_after <= at_most


@each_service
@pytest.mark.parametrize(("minutes", "at_least", "at_most"), [(30, 1790, 1800), (-30, 0, 0)])
def test_it_may_say_so_with_a_date(translator, minutes, at_least, at_most):
    moment = datetime.now(UTC) + timedelta(minutes=minutes)
    translator.failure = stand_in.says(429, Retry_After=format_datetime(moment, usegmt=True))
    with pytest.raises(TryLater) as error:
        translate("Good morning")
    assert at_least <= error.value.retry_after <= at_most


@pytest.mark.parametrize("header", ["soon", "-5", "1.5", "²", "9" * 5000, "", "Sun, 99 Nov 2026 25:61:61 GMT"])
def test_nonsense_about_when_to_ask_again_is_ignored(translator, header):
    translator.failure = stand_in.says(429, Retry_After=header)
    with pytest.raises(TryLater) as error:
        translate("Good morning")
    assert error.value.retry_after is None


WRONG_SHAPES = {
    "microsoft": [
        {},
        [],
        "text",
        [{}],
        [None],
        [{"translations": []}],
        [{"translations": [{}]}],
        [{"translations": [{"text": None}]}],
        [{"translations": [{"text": 1}]}],
        [{"translations": [{"text": "a"}]}] * 2,
        {"error": {"code": 400000}},
        [{"detectedLanguage": None, "translations": [{"text": "a"}]}],
    ],
    "deepl": [
        {},
        [],
        0,
        {"translations": None},
        {"translations": "a"},
        {"translations": []},
        {"translations": [{}]},
        {"translations": [{"text": {}}]},
        {"translations": [{"text": "a"}] * 2},
        {"message": "ok"},
    ],
    "libretranslate": [
        {},
        [],
        True,
        {"translatedText": None},
        {"translatedText": ["a"]},
        {"translatedText": {"text": "a"}},
        {"translatedText": "a", "detectedLanguage": "es"},
        {"error": "no"},
    ],
}


@pytest.mark.parametrize(
    ("translator", "payload"),
    [(name, payload) for name, payloads in WRONG_SHAPES.items() for payload in payloads],
    indirect=["translator"],
)
def test_an_answer_of_another_form_is_a_failure_for_now(translator, payload):
    translator.failure = stand_in.says(200, payload)
    with pytest.raises(TryLater):
        translate("Good morning", source="")


@only("libretranslate")
def test_a_word_is_no_list_of_translations(translator):
    translator.failure = stand_in.says(200, {"translatedText": "ab"})
    with pytest.raises(TryLater):
        translate("Good\nmorning")


@each_service
@pytest.mark.parametrize("answer", ["", "  \n ", "\u200b\u202e", "word salad " * 1000])
def test_an_empty_or_endless_translation_is_a_refusal(translator, answer):
    translator.translated = lambda text, language: answer
    with pytest.raises(Refused):
        translate("Good morning")


@each_service
def test_a_language_found_that_is_no_text_is_unknown(translator):
    translator.detected = "x" * 5000
    assert translate("Good morning", source="").source == ""


def test_more_lines_than_a_service_takes_are_refused(translator):
    with pytest.raises(Refused):
        translate("\n".join(["line"] * 51))
    assert services.service().cost("\n".join(["line"] * 51)) == 0
    assert translate("\n".join(["line"] * 50)).text == "\n".join(["LINE"] * 50)
    assert services.service().cost("\n".join(["line"] * 50)) == 200


@each_service
def test_a_key_goes_nowhere_else(translator):
    with stand_in.serve(translator.name) as other:
        translator.failure = stand_in.redirects(other.url + translator.path)
        with pytest.raises(NotSetUp):
            translate("Good morning")
        assert other.asked == []
