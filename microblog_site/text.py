"""Normalizes and checks what people type, the same way everywhere."""

import re
import unicodedata

LINE_BREAKS = re.compile(r"\r\n?|[\v\f\x85\u2028\u2029]")
CONTROL_CHARACTERS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")
# They change the direction of what follows, far beyond a name: in a title, an e-mail, a link preview.
DIRECTION_MARKS = re.compile(r"[\u061c\u200e\u200f\u202a-\u202e\u2066-\u206f]")
# Letters according to Unicode, but invisible: Hangul fillers and the blank Braille pattern.
BLANK_LETTERS = "\u115f\u1160\u2800\u3164\uffa0"


def normalize(text):
    """`text` in Unicode NFC, with line breaks as `\\n`, stripped."""
    return unicodedata.normalize("NFC", LINE_BREAKS.sub("\n", text)).strip()


def one_line(text):
    """`text` as a name: on one line, without control characters for its direction."""
    return " ".join(DIRECTION_MARKS.sub("", text).split())


def is_blank(text):
    """Whether `text` shows nothing: empty, white space, or only invisible characters."""
    return all(
        character in BLANK_LETTERS
        or unicodedata.category(character) in ("Zs", "Zl", "Zp", "Cc", "Cf", "Cn", "Co", "Mn")
        for character in text
    )


def has_control_characters(text):
    """Whether `text` contains control characters, which cannot be displayed."""
    return bool(CONTROL_CHARACTERS.search(text))
