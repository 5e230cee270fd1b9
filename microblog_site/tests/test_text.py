import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from microblog_site.text import compose, has_control_characters, is_blank, is_long, limit_marks, normalize, shown


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  words  ", "words"),
        ("one\r\ntwo\rthree\u2028four\x85five", "one\ntwo\nthree\nfour\nfive"),
        ("cafe\u0301", "caf\u00e9"),
        ("\u1112\u1161\u11ab", "\ud55c"),
        ("a\n\n\nb", "a\n\n\nb"),
    ],
)
def test_text_is_brought_into_one_form(typed, kept):
    assert normalize(typed) == kept


@given(st.text())
def test_a_second_time_changes_nothing(typed):
    once = normalize(typed)
    assert normalize(once) == once


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "\n\t",
        "\u200b",
        "\u2060\ufeff",
        "\u3164",
        "\u2800",
        "\u00ad",
        "\u034f",
        "\ue000",
        "\u2065",
        "\U000e0fff",
    ],
)
def test_what_shows_nothing_is_blank(text):
    assert is_blank(text)


@pytest.mark.parametrize("text", ["a", ".", "한", "\u200bא\u200b", "👍", "👩‍👩‍👧", "🏳️‍🌈", "क्ष"])
def test_what_shows_something_is_not_blank(text):
    assert not is_blank(text)


@pytest.mark.parametrize("text", ["\U0001fac8", "\U0001f6d8", "\u0378", "\U00033000"])
def test_emoji_and_letters_that_browsers_know_before_python_does_are_not_blank(text):
    assert not is_blank(text)


@pytest.mark.parametrize("text", ["\x00", "a\x07b", "\x1b[31m", "\x7f", "\x9b", "\ud800"])
def test_commands_to_machines_are_control_characters(text):
    assert has_control_characters(text)


@pytest.mark.parametrize("text", ["", "two\nlines", "a\ttab", "👩‍👩‍👧 שלום \u200f"])
def test_line_breaks_tabs_and_joiners_are_text(text):
    assert not has_control_characters(text)


@pytest.mark.parametrize("mark", ["\u0301\u0316", "\u0344\u0316", "\u302a\u05b7"])
def test_marks_without_end_are_composed_in_a_moment(mark):
    composed = compose("\u0958" + mark * 250_000)
    assert max(len(run) for run in composed.split("\u034f")) <= 33
    once = normalize("\u0958" + mark * 40)
    assert once.replace("\u034f", "").startswith("\u0915\u093c")
    assert normalize(once) == once


# What readers see


@pytest.mark.parametrize(
    "text",
    [
        "\u0e01\u0e33\u0e49\u0e33 \u0e17\u0e35\u0e48\u0e19\u0e31\u0e49\u0e19 \u0e1b\u0e4a\u0e36\u0e4a",  # Thai
        "\u0f68\u0f7c\u0f7e\u0f38 \u0f67\u0f71\u0f74\u0f83\u0f82 \u0f62\u0fa8\u0fb1\u0f71\u0f74\u0f7e",  # Tibetan
        unicodedata.normalize("NFD", "Việt Nam, ngữ điệu"),
        "بِسْمِ ٱللَّهِ ٱلرَّحْمَـٰنِ",
        "בְּרֵאשִׁ֖ית בָּרָ֣א אֱלֹהִ֑ים",
        "क्षत्रिय श्रीः தமிழ் မြန်မာ ស្រ្តី",
        "👩🏽‍❤️‍💋‍👨🏿🏴󠁧󠁢󠁥󠁮󠁧󠁿1️⃣🏳️‍🌈🇪🇸☎️☎️☎️☎️☎️☎️☎️☎️☎️☎️",
        "\u1103\u1161\u11bd \U0001d15f \u20dd",
        "🏴󠁧󠁢󠁥󠁮󠁧󠁿" * 20,
    ],
)
def test_letters_of_all_scripts_are_shown_whole(text):
    assert limit_marks(text) == shown(text) == text


@pytest.mark.parametrize("between", ["", "\u200d", "\u200c", "\ufe0f", "\u034f", "\u2060", "\u202e"])
@pytest.mark.parametrize("mark", ["\u0301", "\u0e49", "\u0489", "\u05b0", "\u20dd", "\u0336"])
def test_marks_are_not_stacked_without_end(mark, between):
    text = limit_marks(f"a{(mark + between) * 200}bc{mark}")
    assert text.count(mark) <= 9
    assert text.endswith(f"bc{mark}")


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("a\nb\n\nc", "a\nb\n\nc"),
        ("a" + "\n" * 500 + "b", "a\n\nb"),
        ("a\n \n\u00a0\n\u200b\n\u2800\nb", "a\n\nb"),
        ("a\n\n\nb\n\n\n\nc", "a\n\nb\n\nc"),
        ("  a\n", "  a\n"),
    ],
)
def test_of_many_blank_lines_one_is_shown(text, seen):
    assert shown(text) == seen


@given(st.lists(st.sampled_from(["a", " ", "\n", "\u200b", "\u0301", "é"])).map("".join))
def test_what_is_shown_is_shown_as_it_is(text):
    assert shown(shown(text)) == shown(text)


def test_a_long_text_is_one_of_many_lines():
    assert not is_long("one line\n" * 11 + "the twelfth")
    assert is_long("one line\n" * 12 + "the thirteenth")
    assert not is_long("a" + "\n" * 499)
    assert not is_long("x" * 500)
    assert is_long("x" * 5000)
    assert is_long("\ufdfd" * 500)  # ﷽
    assert is_long("a\t" * 250)
