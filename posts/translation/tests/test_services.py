"""The requests to each translation service, and the handling of its answers."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from posts.translation import services
from posts.translation.detection import LANGUAGES
from posts.translation.services import Refused, Translated
from tests import translation_server as stand_in

INTERFACE = ["en", "es", "de", "fr", "pt-br", "it", "pl", "ru", "tr", "ar", "he", "hi", "ja", "ko", "zh-hans"]


def only(*names):
    return pytest.mark.parametrize("translator", names, indirect=True)


each_service = only(*stand_in.KINDS)


def translate(text, source="en", target="es"):
    return services.service().translate(text, source, target)


# Answers


@each_service
def test_a_text_is_translated(translator):
    translator.phrases = {"es": {"Good morning": "Buenos días"}}
    assert translate("Good morning") == Translated("Buenos días", "en")
    assert len(translator.asked) == 1


@each_service
def test_the_service_says_which_language_it_found(translator):
    translator.phrases = {"es": {"こんにちは": "Hola"}}
    assert translate("こんにちは", source="") == Translated("Hola", "ja")


@each_service
@pytest.mark.parametrize("debris", ["{}", '&lt;b a="0"&gt;{}&lt;/b&gt;', '{}</x></span></code id="0"', "<br>{}"])
def test_what_is_left_of_its_markup_is_not_kept(translator, debris):
    translator.translated = lambda text, language: debris.format(text.strip().upper())
    for text in ("Ahoy @susan", "Ahoy there"):
        assert translate(text).text.split() == ["AHOY", text.split()[1] if "@" in text else "THERE"]


@each_service
@pytest.mark.parametrize("text", ["Ahoy there", "Ahoy @susan there"])
def test_an_answer_of_which_no_line_can_be_used_is_a_refusal(translator, text):
    translator.translated = lambda text, language: f"{text.upper()} <<"
    with pytest.raises(Refused):
        translate(text)


@pytest.mark.parametrize(
    ("translator", "code", "language"),
    [
        ("microsoft", "zh-Hant", "zh"),
        ("microsoft", "sr-Latn", "sr"),
        ("microsoft", "fil", "tl"),
        ("microsoft", "tlh-Latn", ""),
        ("deepl", "ZH", "zh"),
        ("deepl", "NB", "nb"),
        ("libretranslate", "zt", "zh"),
        ("libretranslate", "pt-BR", "pt"),
        ("libretranslate", "pb", "pt"),
        ("libretranslate", "eo", ""),
    ],
    indirect=["translator"],
)
def test_languages_found_are_those_of_posts(translator, code, language):
    translator.detected = code
    assert translate("Something", source="").source == language


@each_service
def test_the_language_is_that_of_the_longest_line(translator):
    assert translate("Oh\nおはようございます", source="").source == "ja"


@each_service
@pytest.mark.parametrize(
    "text",
    [
        "one\ntwo\n\n  three  \n\n\nfour",
        "see https://example.com/a?b=1&c=2 and www.example.org, (http://example.net/x).",
        "hi @susan and @john_1! https://example.com/@nobody",
        "hello @susan https://example.com/1 https://example.com/2",
        "a #hashtag in it, me@example.org too",
        "<b>bold</b> &amp; &lt;script&gt; AT&T R&D Tom & Jerry <3 a < b > c",
        "\"quoted\" 'single' „low“ «angled» 5 & 6 \\n %s {x}",
        "family 👩‍👩‍👧 flag 🇪🇸 heart ❤️ 🤷🏽‍♀️",
        '<code id="0">x</code> <x id=\'0\'/> <span translate="no" id="1">@susan</span>',
        "https://example.com is down, @susan",
        "שלום @susan ראו https://example.com/דף היום",
        "見て@susanさん https://example.com/東京 です",
    ],
)
def test_what_people_typed_comes_through(translator, text):
    letters = translate(text).text
    assert letters.casefold() == text.casefold()
    assert [line.count("@") for line in letters.split("\n")] == [line.count("@") for line in text.split("\n")]
    assert len(translator.asked) == 1


@each_service
def test_links_mentions_and_hashtags_are_exactly_as_typed(translator):
    text = "look, @Susan: https://example.com/CamelCase #TagsToo (me@Example.org) now"
    assert translate(text).text == "LOOK, @Susan: https://example.com/CamelCase #TagsToo (me@Example.org) NOW"


@each_service
def test_each_line_is_a_text_and_links_at_the_end_are_not_sent(translator):
    translate("first line\n\nsecond https://example.com/secret\nhttps://example.com/alone")
    assert "example.com" not in repr(translator.asked[0].json)
    assert services.service().cost("first line\n\nsecond https://example.com/secret") == len("first linesecond")


@each_service
@pytest.mark.parametrize("text", ["https://example.com", "@susan @john", "😀 👍", "2 + 2 = 4", "#tag me@example.org"])
def test_nothing_to_translate_is_not_sent(translator, text):
    with pytest.raises(Refused):
        translate(text)
    assert translator.asked == []
    assert services.service().cost(text) == 0


@each_service
def test_markup_is_only_sent_where_something_must_be_kept(translator):
    translate("5 < 6 & so on")
    translate("5 < 6 & so on, @susan, is it?")
    plain, marked_up = (repr(request.json) for request in translator.asked)
    assert "5 < 6 & so on" in plain
    assert "5 &lt; 6 &amp; so on" in marked_up


@each_service
def test_no_html_of_a_service_is_taken_for_markup(translator):
    bad = '<script>alert(1)</script><img src=x onerror="alert(2)">'
    translator.translated = lambda text, language: bad
    assert translate("Good morning").text == "alert(1)"
    translator.translated_markup = lambda *args: bad
    assert translate("Good @susan morning").text == "alert(1) @susan"


def test_readers_of_many_posts_do_not_get_in_each_others_way(translator):
    texts = [f"number {number} of @susan here" for number in range(24)]
    with ThreadPoolExecutor(8) as threads:
        answers = threads.map(translate, texts)
        assert [answer.text for answer in answers] == [f"NUMBER {n} OF @susan HERE" for n in range(24)]


# Requests


@only("microsoft")
def test_microsoft_gets_key_region_and_version(translator):
    translate("Good morning", "ja", "pt-br")
    (request,) = translator.asked
    assert request.query == {"api-version": ["3.0"], "from": ["ja"], "to": ["pt"], "textType": ["plain"]}
    assert request.headers["Ocp-Apim-Subscription-Key"] == stand_in.KEY
    assert request.headers["Ocp-Apim-Subscription-Region"] == stand_in.REGION
    assert request.json == [{"Text": "Good morning"}]


@only("microsoft")
@pytest.mark.parametrize(
    ("source", "text", "code"),
    [
        ("zh", "我们说这种语言", "zh-Hans"),
        ("zh", "我們說這種語言", "zh-Hant"),
        ("sr", "Добро јутро", "sr-Cyrl"),
        ("sr", "Dobro jutro", "sr-Latn"),
        ("tl", "Magandang umaga", "fil"),
        ("nb", "God morgen", "nb"),
    ],
)
def test_microsoft_wants_to_know_the_script(translator, source, text, code):
    translate(text, source)
    assert translator.asked[0].query["from"] == [code]


def test_deepl_gets_its_key_in_a_header_and_codes_in_capitals(translator):
    translate("Good morning, @susan!", "pt", "zh-hans")
    (request,) = translator.asked
    assert request.headers["Authorization"] == f"DeepL-Auth-Key {stand_in.KEY}"
    assert request.json == {
        "text": ['Good morning, <x id="0">@susan</x>!'],
        "source_lang": "PT",
        "target_lang": "ZH-HANS",
        "preserve_formatting": True,
        "tag_handling": "xml",
        "ignore_tags": ["x"],
        "non_splitting_tags": ["x"],
    }


@pytest.mark.parametrize(("key", "url"), [("abc:fx", "https://api-free.deepl.com"), ("abc", "https://api.deepl.com")])
def test_free_keys_of_deepl_have_an_address_of_their_own(settings, key, url):
    settings.TRANSLATOR, settings.TRANSLATOR_KEY, settings.TRANSLATOR_URL = "deepl", key, ""
    assert services.service().url == url


@only("libretranslate")
def test_libretranslate_gets_a_key_only_where_there_is_one(translator, settings):
    translate("Good morning", "", "pt-br")
    settings.TRANSLATOR_KEY = stand_in.KEY
    translate("Good\nmorning", "zh", "en")
    assert [request.json for request in translator.asked] == [
        {"q": "Good morning", "source": "auto", "target": "pb", "format": "text"},
        {"q": ["Good", "morning"], "source": "zh", "target": "en", "format": "text", "api_key": stand_in.KEY},
    ]


@each_service
def test_nothing_of_the_machine_goes_out(translator, tmp_path, monkeypatch):
    (tmp_path / ".netrc").write_text("machine 127.0.0.1 login me password secret")
    monkeypatch.setenv("NETRC", str(tmp_path / ".netrc"))
    translate("Good morning")
    (request,) = translator.asked
    assert "Basic" not in request.headers.get("Authorization", "")
    assert not {"Cookie", "Referer", "X-Forwarded-For"} & set(request.headers)


# Languages


@each_service
def test_every_pair_that_is_offered_is_accepted(translator):
    service = services.service()
    for source in ("", *LANGUAGES):
        for target in INTERFACE:
            if service.can_translate(source, target):
                _status, answer = translator.translation(asked_for(service, source, target))
                assert _status == 200, (source, target, answer)


def asked_for(service, source, target):
    """The request that the stand-in would see, without sending it."""
    request = service.request(["x"], False, source, service._target(target))
    query = {name: [value] for name, value in request.get("params", {}).items()}
    return stand_in.SimpleNamespace(headers=request.get("headers", {}), query=query, json=request["json"])


@pytest.mark.parametrize(
    ("translator", "unknown"),
    [("microsoft", ""), ("deepl", ""), ("libretranslate", "hr is ka mr sr sw ta te")],
    indirect=["translator"],
)
def test_languages_a_service_does_not_know_are_not_offered(translator, unknown):
    service = services.service()
    assert {source for source in LANGUAGES if not service.can_translate(source, "es")} == {"es", *unknown.split()}


@each_service
@pytest.mark.parametrize(
    ("source", "target"), [("pt", "pt-br"), ("zh", "zh-hans"), ("en", "en"), ("tlh", "en"), ("en", "tlh")]
)
def test_what_makes_no_sense_is_not_offered_and_not_sent(translator, source, target):
    assert not services.service().can_translate(source, target)
    with pytest.raises(Refused):
        translate("Good morning", source, target)
    assert translator.asked == []


@each_service
def test_every_interface_language_is_served(translator):
    assert all(services.service().can_translate("", target) for target in INTERFACE)
