"""A failing service is paused for a while; readers get a clear sentence, and the post stays."""

import logging
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from django.utils.html import escape
from pytest_django.asserts import assertContains, assertNotContains

from posts.models import Post, Provider, Translation
from posts.tests.factories import PostFactory
from posts.translation import services
from posts.translation.models import Untranslated
from tests import translation_server as stand_in
from tests.races import at_once

pytestmark = pytest.mark.any_database

AJAX = {"X-Requested-With": "XMLHttpRequest"}
LATER = escape("The translation service isn't responding right now.")
NOT_SET_UP = escape("Translation isn't set up on this site.")
REFUSED = escape("This post can't be translated into your language.")


@pytest.fixture
def clock(monkeypatch):
    """A clock that stands still until it is moved forward: `clock(seconds=5)`."""
    moment = timezone.now()

    def put_forward(**step):
        nonlocal moment
        moment += timedelta(**step)

    monkeypatch.setattr(timezone, "now", lambda: moment)
    return put_forward


@pytest.fixture
def post(john):
    return PostFactory(author=john, body="潮が満ちてきた", language="ja")


@pytest.fixture
def ask(susan_client, post):
    return lambda: susan_client.post(reverse("post_translation", args=[post.pk]), headers=AJAX)


def pause():
    """The seconds for which the service is paused."""
    return Provider.objects.seconds_left("deepl")


@pytest.mark.parametrize(
    ("failure", "sentence"),
    [
        (stand_in.says(503), f"{LATER} Try again in a minute."),
        (stand_in.says(429, Retry_After=600), f"{LATER} Try again in about 10 minutes."),
        (stand_in.says(456), f"{LATER} Try again in about 60 minutes."),
        (stand_in.says(401), NOT_SET_UP),
        (stand_in.says(400), REFUSED),
    ],
)
def test_the_reader_hears_of_a_failure(susan_client, post, ask, clock, translator, failure, sentence):
    translator.failure = failure
    response = ask()
    assert response.status_code == 200
    assertContains(response, sentence)
    page = susan_client.post(reverse("post_translation", args=[post.pk]), follow=True)
    assertContains(page, "潮が満ちてきた")
    assert len(translator.asked) == 1


def test_the_next_reader_tries_again_when_the_pause_is_over(ask, clock, translator):
    translator.failure = stand_in.says(503)
    ask()
    assert not Translation.objects.exists()
    translator.failure = None
    clock(seconds=4)
    assertContains(ask(), LATER)
    clock(seconds=1)
    assertContains(ask(), "post-translation")
    assert len(translator.asked) == 2


@pytest.mark.parametrize("status", [401, 403, 404, 429, 456, 500])
def test_what_is_wrong_with_the_service_is_not_kept_as_if_it_were_the_text(ask, clock, translator, status):
    translator.failure = stand_in.says(status)
    ask()
    assert not Translation.objects.exists()
    translator.failure = None
    clock(hours=1)
    assertContains(ask(), "post-translation")


@pytest.mark.django_db
def test_pauses_grow_with_failures_in_a_row(clock):
    pauses = []
    for _time in range(9):
        Provider.objects.pause("deepl")
        pauses.append(pause())
        clock(seconds=pauses[-1])
    assert pauses == [5, 10, 20, 40, 80, 160, 320, 600, 600]


def test_after_success_they_begin_anew(susan_client, clock, translator):
    def ask():
        url = reverse("post_translation", args=[PostFactory(body="潮が満ちてきた", language="ja").pk])
        susan_client.post(url, headers=AJAX)

    translator.failure = stand_in.says(503)
    for _time in range(2):
        ask()
        clock(seconds=pause())
    for answer in (None, stand_in.says(400)):  # refusing a text is no failure of the service
        translator.failure = answer
        ask()
        assert Provider.objects.get().failures == 0
        translator.failure = stand_in.says(503)
        ask()
        assert pause() == 5
        clock(seconds=5)


@pytest.mark.parametrize(("asked_for", "seconds"), [(90, 90), (0, 1), (10**8, 24 * 60 * 60), ("soon", 5)])
def test_it_is_left_alone_for_as_long_as_it_says_but_no_longer_than_a_day(ask, clock, translator, asked_for, seconds):
    translator.failure = stand_in.says(429, Retry_After=asked_for)
    ask()
    assert pause() == seconds


@pytest.mark.django_db
def test_a_short_pause_does_not_end_a_longer_one(clock):
    Provider.objects.pause("deepl", 600)
    Provider.objects.pause("deepl", 5)
    assert pause() == 600


@pytest.mark.django_db
def test_many_failures_in_a_row_break_nothing(clock):
    Provider.objects.create(name="deepl", failures=10**6)
    Provider.objects.pause("deepl")
    assert pause() == 600


@pytest.mark.django_db(transaction=True)
def test_failures_at_the_same_moment_are_all_counted_and_one_begins_the_pause():
    assert sum(at_once(lambda _number: Provider.objects.pause("deepl", 60))) == 1
    assert Provider.objects.get().failures == 12


def test_wrong_settings_are_told_the_operator_once(ask, clock, translator, caplog):
    translator.failure = stand_in.says(401)

    def told():
        return [record.getMessage() for record in caplog.records if record.levelno == logging.ERROR]

    assertContains(ask(), NOT_SET_UP)
    assert told() == ["DeepL is not set up right: HTTP 401"]
    assert pause() == 600
    response = ask()
    assertContains(response, NOT_SET_UP)
    assertNotContains(response, LATER)
    clock(minutes=10)
    translator.failure = stand_in.says(503)
    ask()
    assertContains(ask(), LATER)
    clock(minutes=10)
    translator.failure = stand_in.says(401)
    ask()
    assert len(told()) == 2
    assert len(translator.asked) == 3


def test_a_text_that_it_refused_is_not_sent_again_for_a_day(susan_client, post, ask, clock, translator):
    translator.failure = stand_in.says(400)
    for _time in range(2):
        assertContains(ask(), REFUSED)
        clock(hours=23)
    assert len(translator.asked) == 1
    assert pause() == 0
    clock(hours=1)
    translator.failure = stand_in.says(503)
    page = susan_client.post(reverse("post_translation", args=[post.pk]), follow=True)
    assertContains(page, LATER)
    translator.failure = None
    clock(hours=1)
    assertContains(ask(), "post-translation")


@pytest.mark.parametrize("answer", [" ", "word salad " * 1000, None])
def test_any_refusal_is_void_after_a_day(ask, clock, translator, answer):
    if answer:
        translator.translated = lambda text, language: answer
    else:
        translator.failure = stand_in.says(200, {"translations": [{"text": "The", "detected_source_language": "EN"}]})
        Post.objects.update(language="")
    assertContains(ask(), REFUSED)
    vars(translator).pop("translated", None)
    translator.failure, translator.detected = None, "ja"
    assertContains(ask(), REFUSED)
    clock(days=1)
    assertContains(ask(), "post-translation")


def test_what_one_service_refused_another_is_asked_at_once(ask, post, translator, settings):
    translator.failure = stand_in.says(400)
    assertContains(ask(), REFUSED)
    with stand_in.serve("libretranslate") as other:
        for knob, value in other.knobs.items():
            setattr(settings, knob, value)
        assertContains(ask(), "post-translation")
    assert Translation.objects.get().provider == "libretranslate"


@pytest.mark.django_db
def test_an_old_refusal_is_taken_over_by_one_reader_only(post, translator):
    moment = timezone.now() - timedelta(days=1)
    made = {"provider": "deepl", "made_at": moment, "claimed_at": moment}
    Translation.objects.create(post=post, language="es", digest=post.digest, **made)
    service = services.service()
    claims = [Translation.objects.claim(post, "es", service) for _time in range(2)]
    assert [claim is None for claim in claims] == [False, True]
    with pytest.raises(Untranslated) as reason:
        Translation.objects.kept(post, "es")
    assert reason.value.kind == "under-way"


def test_a_fault_of_the_site_leaves_nothing_behind(susan_client, post, ask, translator, monkeypatch):
    def fail(*args):
        raise ZeroDivisionError

    monkeypatch.setattr(services.DeepL, "translate", fail)
    susan_client.raise_request_exception = False
    for _time in range(3):  # more than the maximum of simultaneous calls
        assert ask().status_code == 500
    assert not Translation.objects.exists()
    monkeypatch.undo()
