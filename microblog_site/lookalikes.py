"""What a name reads like, however it is spelled: with look-alike letters, digits, accents, gaps, invisible characters.

A small part of Unicode's list (https://www.unicode.org/reports/tr39/): what people use to spell a word past a filter.
"""

import re
import unicodedata

from .text import BLANK_LETTERS

SPELLED = {
    "a": "аАαΑɑᴀᎪ@",
    "b": "ВвьЬβΒʙᏴ",
    "c": "сСςᴄᏟ¢",
    "d": "ԁԀđĐᴅᎠ",
    "e": "еЕεΕΣҽєЄᴇᎬ€",
    "f": "ƒꜰϝϜ",
    "g": "ɡɢԍԌցᏀ",
    "h": "һҺнНΗħĦʜհᎻ",
    "i": "іІιΙıɩɪ!¡",
    "j": "јЈϳᴊᎫ",
    "k": "кКκΚᴋᏦ",
    "l": "ӏӀłŁʟ|Ꮮ£",
    "m": "мМΜᴍᎷ",
    "n": "пПηΝոɴ",
    "o": "оОοΟσøØօՕᴏ",
    "p": "рРρΡᴘᏢ",
    "q": "ԛԚ",
    "r": "гГʀᖇ",
    "s": "ѕЅꜱՏᏚ$§",
    "t": "тТτΤŧŦᴛᎢ",
    "u": "υμսՍᴜ",
    "v": "νѵѴᴠᏙ",
    "w": "ԝԜωᴡᎳ",
    "x": "хХχΧ×",
    "y": "уУүҮγΥʏ¥",
    "z": "ΖζᴢᏃ",
}
SQUARED_LETTERS = (0x1F130, 0x1F150, 0x1F170, 0x1F1E6)  # 🄰 🅐 🅰 🇦
LETTERS = str.maketrans(
    {alike: letter for letter, others in SPELLED.items() for alike in others}
    | {chr(first + number): chr(ord("a") + number) for first in SQUARED_LETTERS for number in range(26)}
    | {"æ": "ae", "Æ": "ae", "œ": "oe", "Œ": "oe"}
)
LONG = 5  # letters
DIGITS = [str.maketrans("01345789", f"o{one}eastbg") for one in "il"]
# Marks that a word is known without: accents, Hebrew and Arabic vowels, variation selectors; and the Arabic stretcher.
OPTIONAL = re.compile(
    r"[\u0300-\u036f\u0591-\u05c7\u0610-\u061a\u0640\u064b-\u065f\u0670\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe00-\ufe0f"
    rf"\ufe20-\ufe2f{BLANK_LETTERS}]"
)


def at_a_glance(letters):
    """`letters` as a hasty eye sees them, if there are many: of short words, such as "all" and "Ali", it sees each."""
    return letters.replace("l", "i").replace("rn", "m").replace("vv", "w") if len(letters) >= LONG else letters


def skeleton(name):
    """`name` in small, plain letters, which other spellings that look the same share. Digits stay."""
    letters = OPTIONAL.sub("", unicodedata.normalize("NFKD", name)).translate(LETTERS).casefold()
    kept = [character for character in letters if character.isalnum() or unicodedata.category(character)[0] == "M"]
    return unicodedata.normalize("NFC", "".join(kept))


def readings(name):
    """What `name` may be read as: its digits as they are, or as the letters they stand for."""
    plain = skeleton(name)
    return {plain, *(plain.translate(digits) for digits in DIGITS)}


def contains(name, word):
    """Whether somebody reads `word` in `name`."""
    plain = skeleton(word) or word
    found = {name, *readings(name)}
    return any(plain in reading for reading in found) or (
        len(plain) >= LONG and any(at_a_glance(plain) in at_a_glance(reading) for reading in found)
    )
