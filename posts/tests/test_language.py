"""How well the language of short posts is told. The posts of the demo are the measure: their files are named for it."""

import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest
from py3langid.langid import LanguageIdentifier

from posts import language
from posts.demo import community
from posts.language import LANGUAGES, detect


def test_nearly_all_posts_of_the_demo_are_told_and_hardly_one_wrongly():
    found = Counter()
    for person in community():
        for post in person.posts:
            told = detect(post)
            found["right" if told == person.language else "wrong" if told else "unsure"] += 1
    assert found["right"] >= 0.99 * found.total()
    assert found["wrong"] <= 0.002 * found.total()


@pytest.mark.parametrize("text", ["", "🎺🎺", "123", "ok", "2:1!", "…", "xD", "https://example.com/ich/bin/ein/pfad"])
def test_what_is_too_short_to_tell_is_left_open(text):
    assert detect(text) == ""


def test_addresses_and_mentions_say_nothing_about_the_language():
    german = "Heute früh lag dichter Nebel über dem Hafen"
    english = "https://example.com/this/is/the/way/we/went www.example.com/what-a-day @the_one_and_only_person"
    assert detect(f"{english} {german} {english}") == "de"
    assert detect(english) == ""


def test_norwegian_goes_by_the_tag_browsers_know():
    assert detect("Jeg er glad for å være her i dag, det er så fint vær") == "nb"


def test_what_is_told_can_be_chosen_too():
    spoken = {person.language for person in community()}
    assert spoken <= LANGUAGES.keys()
    assert len(spoken) >= 10


def test_the_model_is_loaded_once_however_many_ask_at_once(monkeypatch):
    loaded = []

    def load(*args, **kwargs):
        loaded.append(args)
        time.sleep(0.05)
        return from_model_file(*args, **kwargs)

    from_model_file = LanguageIdentifier.from_model_file
    monkeypatch.setattr(LanguageIdentifier, "from_model_file", load)
    language._load.cache_clear()
    with ThreadPoolExecutor(8) as pool:
        told = list(pool.map(detect, ["The tide turned and we went home"] * 8))
    assert told == ["en"] * 8
    assert len(loaded) == 1
