"""The language that is detected for a post. For the accuracy, see `test_detection_accuracy`."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from posts.demo import community
from posts.translation import detection, detection_model
from posts.translation.detection import LANGUAGES, detect


@pytest.mark.parametrize("text", ["", "🎺🎺", "123", "ok", "2:1!", "…", "xD", "https://example.com/ich/bin/ein/pfad"])
def test_what_is_too_short_to_tell_is_left_open(text):
    assert detect(text) == ""


def test_addresses_and_mentions_say_nothing_about_the_language():
    german = "Heute früh lag dichter Nebel über dem Hafen"
    english = "https://example.com/this/is/the/way/we/went www.example.com/what-a-day @the_one_and_only_person"
    assert detect(f"{english} {german} {english}") == "de"
    assert detect(english) == ""


@pytest.mark.parametrize(
    "body",
    [
        "見て https://example.com/this/is/the/way/we/went すごい夕焼けだった",
        "@the_one_and_only_person すごい夕焼けだったよ、またあした",
        "すごい夕焼けだった example.com/what-a-day",
    ],
)
def test_what_is_glued_to_an_address_is_still_read(body):
    assert detect(body) == "ja"


def test_words_of_hashtags_count():
    assert detect("#Heute früh #lag dichter #Nebel über dem #Hafen") == "de"


def test_emoji_change_nothing():
    german = "Heute früh lag dichter Nebel"
    assert detect(f"🎺🎺🎺 {german} ❤️🌊👩‍👩‍👧🇩🇪✨") == detect(german) == "de"


def test_capitals_change_nothing():
    assert detect("HEUTE FRÜH LAG DICHTER NEBEL ÜBER DEM HAFEN") == "de"


@pytest.mark.parametrize(
    ("body", "language"),
    [
        ("ありがとう", "ja"), ("감사합니다", "ko"), ("ขอบคุณ", "th"), ("תודה", "he"), ("ευχαριστώ", "el"),
        ("მადლობა", "ka"), ("நன்றி", "ta"), ("ధన్యవాదాలు", "te"),
    ],
)  # fmt: skip
def test_one_word_is_enough_in_a_script_of_its_own(body, language):
    assert detect(body) == language


def test_a_word_of_another_script_does_not_decide():
    assert detect("The word of the day is ありがとう and I have been using it on everybody I met") == "en"


@pytest.mark.parametrize(
    "body",
    [
        "Усе людзі нараджаюцца свабоднымі і роўнымі ў сваёй годнасці і правах.",  # Belarusian
        "Сите човечки суштества се раѓаат слободни и еднакви по достоинство и права.",  # Macedonian
        "Alle menslike wesens word vry, met gelyke waardigheid en regte, gebore.",  # Afrikaans
        "Tódolos seres humanos nacen libres e iguais en dignidade e dereitos.",  # Galician
        "Բոլոր մարդիկ ծնվում են ազատ ու հավասար իրենց արժանապատվությամբ ու իրավունքներով։",  # Armenian
        "પ્રતિષ્ઠા અને અધિકારોની દૃષ્ટિએ સર્વ માનવો જન્મથી સ્વતંત્ર અને સમાન હોય છે.",  # Gujarati
    ],
)
def test_a_language_that_cannot_be_chosen_is_not_taken_for_one_that_can(body):
    assert detect(body) == ""


@pytest.mark.parametrize(
    ("body", "language"),
    [
        ("Saya tidak pergi ke kantor karena kunjungan teman", "id"),
        ("Saya tidak pergi ke pejabat kerana ramai kawan datang", "ms"),
        ("Jeg fik lidt mere tid til at læse en god bog", "da"),
        ("Jeg fikk litt mer tid til å lese en god bok", "nb"),
        ("Где је увек лепо време?", "sr"),
    ],
)
def test_similar_languages_are_told_apart_where_the_text_shows_it(body, language):
    assert detect(body) == language


def test_norwegian_goes_by_the_tag_browsers_know():
    assert detect("Jeg er glad for å være her i dag, det er så fint vær") == "nb"


def test_what_is_told_can_be_chosen_too():
    spoken = {person.language for person in community()}
    assert spoken <= LANGUAGES.keys()
    assert len(spoken) >= 10


def test_the_model_is_loaded_once_however_many_ask_at_once(monkeypatch):
    loaded, all_ask = [], threading.Barrier(8)

    def load(languages):
        loaded.append(languages)
        return load_model(languages)

    def ask(text):
        all_ask.wait(30)
        return detect(text)

    load_model = detection_model.load
    monkeypatch.setattr(detection_model, "load", load)
    detection._load.cache_clear()
    with ThreadPoolExecutor(8) as pool:
        told = list(pool.map(ask, ["The tide turned and we went home"] * 8))
    assert told == ["en"] * 8
    assert len(loaded) == 1


def test_the_model_is_unpacked_once_and_the_one_of_another_release_goes(settings, tmp_path):
    settings.DATA_DIR = tmp_path
    former = tmp_path / "language-model/0.1.0-former"
    former.mkdir(parents=True)
    detection_model.load({"en", "es"})
    (folder,) = (tmp_path / "language-model").iterdir()
    assert folder != former
    made = folder.stat().st_mtime_ns
    identifier = detection_model.load({"en", "es"})
    assert identifier.classify("The tide turned and we went home")[0] == "en"
    assert identifier.labels == ["en", "es"]
    assert folder.stat().st_mtime_ns == made
    assert list(tmp_path.iterdir()) == [folder.parent]


def test_a_model_that_cannot_be_unpacked_stays_in_memory(settings, tmp_path):
    settings.DATA_DIR = tmp_path / "full"
    settings.DATA_DIR.touch()
    identifier = detection_model.load({"en", "es"})
    language, probability = identifier.classify("The tide turned and we went home")
    assert language == "en"
    assert probability > 0.9
