import pytest
from hypothesis import given
from hypothesis import strategies as st

from microblog_site.text import has_control_characters, is_blank, normalize


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
    "text", ["", " ", "\n\t", "\u200b", "\u2060\ufeff", "\u3164", "\u2800", "\u00ad", "\u034f", "\ue000"]
)
def test_what_shows_nothing_is_blank(text):
    assert is_blank(text)


@pytest.mark.parametrize("text", ["a", ".", "한", "\u200bא\u200b", "👍", "👩‍👩‍👧", "🏳️‍🌈", "क्ष"])
def test_what_shows_something_is_not_blank(text):
    assert not is_blank(text)


@pytest.mark.parametrize("text", ["\x00", "a\x07b", "\x1b[31m", "\x7f", "\x9b", "\ud800"])
def test_commands_to_machines_are_control_characters(text):
    assert has_control_characters(text)


@pytest.mark.parametrize("text", ["", "two\nlines", "a\ttab", "👩‍👩‍👧 שלום \u200f"])
def test_line_breaks_tabs_and_joiners_are_text(text):
    assert not has_control_characters(text)
