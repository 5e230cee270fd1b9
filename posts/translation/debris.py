"""What translation services leave of markup in an answer, in any spelling they are known for.

`<x id="0">` may come back as `< X id = „0“ >`, `&lt;x id="0"&gt;`, `＜x id="0"＞` or broken off; and they add tags and
entities of their own.
"""

import re
from html import unescape

ROUNDS = 4  # removing one may reveal another

_OURS = r"(?:[xх]|span|code)"  # the elements of the services, and the Cyrillic letter that looks like the x
_LESS, _MORE = "[<＜﹤]", "[>＞﹥]"
_QUOTE = "[\"'“”„«»]"
_VALUE = rf"(?:\"[^\"<>]*+\"|'[^'<>]*+'|{_QUOTE}?[\w./:#-]*+{_QUOTE}?)"
_ATTRIBUTES = rf"(?:\s++[\w:-]++\s*+=\s*+{_VALUE})*+"

ELEMENT = re.compile(
    rf"""{_LESS}\s*+{_OURS}\b[^<>＜＞]*?\bid\s*+=\s*+{_QUOTE}?\s*+([0-9]{{1,4}})\b[^<>＜＞]*?
    (?:/\s*+{_MORE}|{_MORE}[^<>＜＞]*+{_LESS}\s*+/\s*+{_OURS}\s*+{_MORE})""",
    re.IGNORECASE | re.VERBOSE,
)
TAG = re.compile(
    rf"""<\s*+/?\s*+[a-z][\w:-]*+{_ATTRIBUTES}\s*+/?\s*+>        # any whole one
    | {_LESS}\s*+/?\s*+{_OURS}\b{_ATTRIBUTES}\s*+/?\s*+{_MORE}?  # ours, possibly broken off
    | /\s*+{_OURS}\s*+{_MORE}
    | \b(?:{_OURS}\s++)?(?:id\s*+=\s*+{_QUOTE}?[0-9]{{1,4}}\b{_QUOTE}?|translate\s*+=\s*+{_QUOTE}?no\b{_QUOTE}?)
      \s*+/?{_MORE}?
    """,
    re.IGNORECASE | re.VERBOSE,
)
ENTITY = re.compile(r"[&＆]\s?(\#\s?x?\s?[0-9a-f]{1,6}|[a-z]{2,8}[0-9]{0,2})\s?[;；]", re.IGNORECASE)
LINE_BREAK = re.compile(r"<\s*/?\s*(?:br|p|div)\b", re.IGNORECASE)


def looks_like_markup(text):
    return bool(TAG.search(text) or ENTITY.search(text))


def decoded(text):
    """`text` with the characters that entities stand for, however often they were encoded."""
    for _round in range(ROUNDS):
        text = ENTITY.sub(_character, text)
    return text


def removed(text):
    """`text` without tags and entities."""
    for _round in range(ROUNDS):
        text = TAG.sub(lambda tag: " " if LINE_BREAK.match(tag[0]) else "", decoded(text))
    return text


def _character(entity):
    name = "".join(entity[1].split())
    known = (unescape(f"&{spelling};") for spelling in (name, name.lower()))
    return next((character for character in known if not character.endswith(";") or character == ";"), "")
