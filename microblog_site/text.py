"""Normalizes and checks what people type, the same way everywhere."""

import re
import unicodedata
from itertools import groupby
from unicodedata import east_asian_width

LINE_BREAKS = re.compile(r"\r\n?|[\v\f\x85\u2028\u2029]")
CONTROL_CHARACTERS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")
# They change the direction of what follows, far beyond a name: in a title, an e-mail, a link preview.
DIRECTION_MARKS = re.compile(r"[\u061c\u200e\u200f\u202a-\u202e\u2066-\u206f]")
# Letters according to Unicode, but invisible: Hangul fillers and the blank Braille pattern.
BLANK_LETTERS = "\u115f\u1160\u2800\u3164\uffa0"
JOINER = "\u034f"  # the combining grapheme joiner, which shows nothing
MAX_RUN = 30  # marks in a row
# Not assigned yet, and kept for invisible characters (Default_Ignorable_Code_Point). Others may have become emoji and
# letters that browsers show and this Python doesn't know.
FUTURE_INVISIBLE = re.compile("[\u2065\ufff0-\ufff8\U000e0000-\U000e0fff]")
MAX_MARKS = 8  # on a character; Tibetan, and Hebrew with vowels and accents, need six
POSSIBLE_STACK = re.compile(rf"[^\w\s\x00-\x7f]{{{MAX_MARKS + 1},}}")
MAX_LINES = 12  # of a text shown whole in lists
LINE_LENGTH = 80  # narrow characters, at least as many as the widest page shows
WIDTHS = {"\t": 8, "\u2e3b": 4, "\ufdfd": 10, "\U0001242b": 8}  # single characters as wide as a word


def normalize(text):
    """`text` in Unicode NFC, with line breaks as `\\n`, stripped."""
    return compose(LINE_BREAKS.sub("\n", text)).strip()


def compose(text, form="NFC"):
    """`text` in a Unicode normalization form, in time proportional to its length.

    A run of marks takes time by its square, and stops all threads meanwhile: a megabyte of them, hours. Joiners keep
    runs short, as in Unicode's Stream-Safe Text Format (UAX 15, 13). No language has such runs.
    """
    safe = "".join(_stream_safe(text)) if POSSIBLE_STACK.search(text) else text
    return unicodedata.normalize(form, safe)


def _stream_safe(text):
    run = 0
    for character in text:
        parts = [unicodedata.combining(part) > 0 for part in unicodedata.normalize("NFD", character)]
        if not all(parts):
            run = 0
        elif run + len(parts) > MAX_RUN:
            yield JOINER
            run = 0
        run += sum(parts)
        yield character


def one_line(text):
    """`text` as a name: on one line, without control characters for its direction."""
    return " ".join(DIRECTION_MARKS.sub("", text).split())


def is_blank(text):
    """Whether `text` shows nothing: empty, white space, or only invisible characters."""
    return all(
        character in BLANK_LETTERS
        or FUTURE_INVISIBLE.match(character)
        or unicodedata.category(character) in ("Zs", "Zl", "Zp", "Cc", "Cf", "Co", "Mn")
        for character in text
    )


def has_control_characters(text):
    """Whether `text` contains control characters, which cannot be displayed."""
    return bool(CONTROL_CHARACTERS.search(text))


def shown(text):
    """What readers see of `text`: at most one blank line in a row, and `MAX_MARKS` on a character."""
    lines = limit_marks(text).split("\n")
    if len(lines) < 3:
        return "\n".join(lines)
    kept = [lines[0]]  # it may continue a line, just as the last one
    for blank, group in groupby(lines[1:-1], is_blank):
        kept += [""] if blank else group
    return "\n".join([*kept, lines[-1]])


def is_long(text):
    """Whether `text`, as `shown`, takes more than `MAX_LINES` even on a wide screen."""
    return sum(1 + _width(line) // LINE_LENGTH for line in shown(text).split("\n")) > MAX_LINES


def _width(line):
    return sum(WIDTHS.get(character) or 1 + (east_asian_width(character) in "FW") for character in line)


def limit_marks(text):
    """`text` without the marks that would be stacked too high: they draw over the lines above and below."""
    return POSSIBLE_STACK.sub(_limited, text)


def _limited(found):
    kept, count = [], 0
    for character in found[0]:
        category = unicodedata.category(character)
        if category in ("Mn", "Me"):
            count += 1
        elif category != "Cf":  # joiners and the like do not begin a new character
            count = 0
        if count <= MAX_MARKS:
            kept.append(character)
    return "".join(kept)
