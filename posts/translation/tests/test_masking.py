"""Whatever is typed and whatever a service does to it: links, mentions and line breaks stay."""

import time
from collections import Counter

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from accounts import markup
from microblog_site.text import CONTROL_CHARACTERS, normalize
from posts.translation.masking import MaskedText

ELEMENTS = [("x", ""), ("span", ' translate="no"'), ("code", "")]


def links(text):
    return Counter(segment.text for segment in markup.segments(text) if segment.url or segment.username)


def restored(typed, *answers, element=("x", "")):
    return MaskedText(typed, element).restored(answers)


# A service at its best


@pytest.mark.parametrize(
    ("typed", "sent"),
    [
        ("plain & <3", ["plain & <3"]),
        ("hi @susan & all", ['hi <x id="0">@susan</x> &amp; all']),
        ("https://a.example/?b&c is down", ['<x id="0">https://a.example/?bc</x> is down']),
        ("look: https://a.example  https://b.example", ["look:"]),
        ("look https://a.example.", ['look <x id="0">https://a.example</x>.']),
        ("thanks @susan", ['thanks <x id="0">@susan</x>']),
        ("<b>bold</b>", ['<x id="0">b</x>bold<x id="1">/b</x>']),
        ("one\n\n 2 \n  three  ", ["one", "three"]),
        ("https://a.example\nAT&T\n@susan", []),
    ],
)
def test_what_is_sent(typed, sent):
    assert MaskedText(typed, ("x", "")).texts == sent


@pytest.mark.parametrize("element", ELEMENTS)
@pytest.mark.parametrize(
    "answer", ['Hi, <{0} id="0">@susan</{0}>', "Hi, <{0}  ID='0' >@SUSAN</ {0} >", '<{0} id=0/>, "']
)
def test_elements_are_found_in_any_spelling(element, answer):
    text = restored("Hola, @susan", answer.format(element[0]), element=element)
    assert text in ("Hi, @susan", '@susan, "')


def test_pieces_may_change_places():
    typed = "From @susan to @john about https://a.example today"
    answer = 'Today <x id="1">@john</x> got <x id="2">https://a.example</x> from <x id="0">@susan</x>'
    assert restored(typed, answer) == "Today @john got https://a.example from @susan"


def test_line_breaks_and_blanks_are_those_of_the_post():
    assert restored("  uno\n\n\tdos  \n", " one ", "two\nlines") == "  one\n\n\ttwo lines  \n"


def test_a_line_without_an_answer_stays_as_it_is():
    assert restored("uno\ndos", "one", "  ") == "one\ndos"
    assert restored("uno\ndos", "one", "\u200b\u202e") == "one\ndos"


# A service at its worst


@pytest.mark.parametrize(
    ("typed", "answer", "text"),
    [
        # Elements removed, with their content left.
        ("Hola @susan, ¿qué tal?", "Hi @susan, how are you?", "Hi @susan, how are you?"),
        # Elements lost, duplicated, unclosed, or with an unknown number.
        ("Hola @susan, ¿qué tal?", "Hi, how are you?", "Hi, how are you? @susan"),
        ("Hola @susan a", 'Hi <x id="0">@susan</x> <x id="0">@susan</x>', "Hi @susan"),
        ("Hola @susan a", 'Hi <x id="0">Susan', "Hi Susan @susan"),
        ("Hola @susan a", 'Hi <x id="7">@susan</x>', "Hi @susan"),
        # Translated, or attached to a word.
        ("Mira https://a.example/casa ya", "Look at https://a.example/house now", "Look at now https://a.example/casa"),
        ("Hola @susan a", 'hi<x id="0">@susan</x>there', "hi @susan there"),
        ("Hola @susan a", 'me@<x id="0">@susan</x>', "me@ @susan"),
        # With additional content.
        ("Hola a todos", "Hi all, see https://evil.example and @evil", "Hi all, see  and"),
        ("Hola @susan a", 'Hi <x id="0">@evil</x>', "Hi @susan"),
        ("Hola @susan a", 'Hi <x id="0">@susan</x> <script>x</script>', "Hi @susan x"),
    ],
)
def test_a_service_that_mangles(typed, answer, text):
    assert " ".join(restored(typed, answer).split()) == " ".join(text.split())


def test_commands_to_a_machine_are_left_out():
    assert restored("Hola a todos", "Hi\x00 \ud800\x1ball\u2028of&#7; you\r\n") == "Hi all of you"
    assert restored("Hola @susan a", 'Hi&#x1b;&#10;<x id="0"/> you') == "Hi @susan you"


# What is left of its markup


DEBRIS = [
    '<{0} id="0" {1}',
    '<{0} id="0">{1}',
    '{1}</{0}>',
    '{1}</{0}',
    '{1} </ {0} >',
    '{1}<{0}',
    '< {0} id = "0" > {1} < / {0} >',
    '<{0} id=„0“>{1}</{0}>',
    '＜{0} id="0"＞{1}＜/{0}＞',
    '{0} id="0">{1}/{0}>',
    'id="0" {1}',
    '&lt;{0} id="0"&gt;{1}&lt;/{0}&gt;',
    '&amp;lt;{0} id=&amp;quot;0&amp;quot;&amp;gt;{1}&amp;lt;/{0}&amp;gt;',
    '&lt;{0}&gt;{1}',
    '& lt; {0} & gt; {1}',
    '<span translate="no">{1}</span>',
    'translate="no">{1}',
    '<{0} id="7" translate="no">{1}</{0}>',
    '<b class="a b" href=\'/x?\'>{1}</b>',
    '<br/>{1}<br>',
    '<!-- {1} -->',
    '{1}&nbsp;&#39;&quot;&amp;quot;&#x27;',
    '{1} &Quot; &QUOT; & # 39 ; ＆quot；',
    '{1}>',
    '<{1}',
    '"> {1}',
]  # fmt: skip


@pytest.mark.parametrize("element", ELEMENTS)
@pytest.mark.parametrize("answer", DEBRIS)
@pytest.mark.parametrize("typed", ["Hola @susan a", "Hola a todos"])
def test_nobody_reads_what_is_left_of_the_markup(element, answer, typed):
    text = restored(typed, "Hello " + answer.format(element[0], "@susan" if "@" in typed else "all"), element=element)
    assert text == typed or text.startswith("Hello")
    assert text.count("@susan") == typed.count("@susan")
    for debris in ("<", ">", "＜", "＞", "&", "＆", ";", "id", "translate", "quot", element[0] + " "):
        assert debris not in text


@pytest.mark.parametrize(
    ("typed", "answer", "text"),
    [
        ("Hola 'todos' & <3", "Hello &#39;all&#39; &amp; &lt;3", "Hello 'all' & <3"),
        ("Hola @susan & <3", '<x id="0">@susan</x> &amp;amp; &lt;3', "@susan & <3"),
        ("uno<dos @susan", 'one&lt;two <x id="0">@susan</x>', "one<two @susan"),
        ("a -> b", "a -&gt; b", "a -> b"),
        ("Hola, uno", "Hello<br>one", "Hello one"),
        ("Escribe &nbsp; aquí", 'Write <x id="0">nbsp</x> here', "Write &nbsp; here"),
        ("Hola ＜todos＞", "Hello ＜all＞", "Hello ＜all＞"),
    ],
)
def test_entities_become_what_they_stand_for(typed, answer, text):
    assert restored(typed, answer) == text


def test_who_writes_about_markup_reads_it_as_it_comes():
    assert restored('pon < x id = "0" > @susan', 'put &lt; x id = "0" &gt; <x id="0">@susan</x>') == (
        'put < x id = "0" > @susan'
    )


TYPED = st.lists(
    st.one_of(
        st.sampled_from(
            [
                *"@#<>&;.:/ \n",
                "hola",
                "мир",
                "東京",
                "שלום",
                "@susan",
                "@john_1",
                "https://example.com/a_(b)?c=d&e=f#g",
                "www.example.org",
                "example.com",
                "me@example.org",
                "http://münchen.de",
                "&amp;",
                "&lt;b&gt;",
                "<b>",
                '<x id="0">',
                "</x>",
                "😀",
                "e\u0301",
                "\u200f",
            ]
        ),
        st.text(max_size=4),
    ),
    max_size=14,
).map("".join)


ANSWERS = st.one_of(
    TYPED,
    st.sampled_from(
        [
            "",
            '<x id="0"/>',
            'a<x id="1">b</x>c<x id="0">d</x>e',
            '<x id="0"><x id="1"></x></x>',
            "@susan https://evil.example @",
            "https://https://example.comhttps://example.com",
            "\u0301",
        ]
    ),
)


def posted(typed):
    """As the form for posts leaves it."""
    return CONTROL_CHARACTERS.sub("", normalize(typed)).strip()


@settings(max_examples=100)
@given(TYPED.map(posted))
@example("a @susan b")
def test_what_comes_back_unchanged_is_what_was_typed(typed):
    for element in ELEMENTS:
        masked = MaskedText(typed, element)
        assert masked.restored(masked.texts) == typed


@settings(max_examples=100)
@given(TYPED.map(posted), st.data())
def test_no_service_can_take_links_away_or_put_some_in(typed, data):
    masked = MaskedText(typed, ("x", ""))
    answers = [data.draw(ANSWERS) for _text in masked.texts]
    text = masked.restored(answers)
    assert links(text) == links(typed)
    assert text.count("\n") == typed.count("\n")


@pytest.mark.parametrize(
    "piece",
    [
        "<x id=0",
        "< ",
        "<x a=",
        "&#",
        "& ",
        "x id=",
        "<a b",
        "/ ",
        "@a",
        "<",
        "&",
        "a.b@",
        "#a",
        "https://a.b",
        "<x id=",
        "a@b.",
        "é&#x",
    ],
)
def test_a_long_answer_takes_no_long_time(piece):
    typed = "hola @susan a todos"
    begin = time.thread_time()
    restored(typed, (piece * 1200)[:1200])
    MaskedText((piece * 500)[:500], ("x", "")).texts  # noqa: B018
    assert time.thread_time() - begin < 3
