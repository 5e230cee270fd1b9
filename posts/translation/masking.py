"""Separates the text of a post to be translated from what stays as typed: links, mentions, hashtags and line breaks.

A service gets each line as a text of its own. Parts that must not be translated become numbered elements that it leaves
alone (`<x id="0">@susan</x>`), so that the sentence stays whole and its words may be reordered. No service is trusted
with that: the parts are inserted again from the original, and each line is checked.
"""

import re
import unicodedata
from collections import Counter
from html import escape, unescape
from typing import NamedTuple

from accounts import markup
from microblog_site.text import CONTROL_CHARACTERS, LINE_BREAKS, is_blank

from . import debris

AS_TYPED = re.compile(
    r"""(
      (?<![\w.+-])[\w.+-]++@[\w-]++(?:\.[\w-]++)+                       # e-mail addresses
    | (?<![\w&])[#＃]\w++                                               # hashtags
    | </?[A-Za-z!?][^<>]*>                                              # what looks like a tag
    | (?<![A-Za-z0-9])[A-Za-z0-9]*+(?:&(?:\#[Xx]?)?[A-Za-z0-9]++;?)++   # and like an entity: &amp; AT&T
    )""",
    re.VERBOSE,
)
MARKUP = re.compile("[<>&]")
CLEANINGS = 5  # removing one link may reveal another


class Token(NamedTuple):
    """A part of a line, and whether it stays as typed."""

    text: str
    kept: bool = False
    link: bool = False  # a web link or a mention


class MaskedText:
    """`element` is how the service marks what it must not translate: a tag name and attributes, such as `("span", '
    translate="no"')`.
    """

    def __init__(self, text, element):
        self.lines = [Line(line) for line in text.split("\n")]
        self.sent = [line for line in self.lines if line.has_words]
        self.element = element
        self.has_markup = any(token.kept for line in self.sent for token in line.tokens)

    @property
    def texts(self):
        """The texts for the service: with markup if there is something to keep, else as typed."""
        if not self.has_markup:
            return [line.plain for line in self.sent]
        return [line.marked_up(*self.element) for line in self.sent]

    def restored(self, answers):
        """The translated text, assembled from the service's answer to each of `texts`."""
        given = dict(zip(self.sent, answers, strict=True))
        return "\n".join(
            line.restored(self._cut(line, given[line])) if given.get(line) else line.typed for line in self.lines
        )

    def _cut(self, line, answer):
        """Split an answer into text and the numbers of the elements between."""
        if line.is_about_markup:
            clean = unescape if self.has_markup else str
        else:
            # Tags and entities typed by people are sent as elements, so all others come from the service.
            answer, clean = debris.decoded(answer), debris.removed
        parts = debris.ELEMENT.split(answer) if self.has_markup else [answer]
        return [int(part) if position % 2 else _shown(clean(part)) for position, part in enumerate(parts)]


class Line:
    def __init__(self, typed):
        self.typed = typed
        self.before, words, self.after = typed.partition(typed.strip() or " ")
        self.tokens = list(_tokens(words))
        self.tail = _links_at_end(self.tokens)
        self.kept = [token for token in self.tokens if token.kept]
        self.links = _links(self.plain)
        self.words = [token.text for token in self.tokens if not token.kept]
        self.is_about_markup = any(map(debris.looks_like_markup, self.words))

    @property
    def has_words(self):
        return any(character.isalpha() for text in self.words for character in text)

    @property
    def plain(self):
        return _joined(self.tokens)

    def marked_up(self, name, attributes):
        numbers = iter(range(len(self.kept)))
        return "".join(
            f'<{name}{attributes} id="{next(numbers)}">{MARKUP.sub("", token.text)}</{name}>'
            if token.kept
            else escape(token.text, quote=False)
            for token in self.tokens
        )

    def restored(self, parts):
        """The line with the `parts` of an answer; as typed if there is no way to keep everything that must be kept."""
        if not self.is_about_markup and _brackets(filter(_is_text, parts)) > _brackets(self.words):
            return self.typed  # whatever is left of the service's markup
        for attempt in (_joined, self._spaced, self._cleaned):
            line = unicodedata.normalize("NFC", attempt(self._in_order(parts)))
            if not is_blank(line) and self._is_complete(line):
                return f"{self.before}{line.strip()}{self.tail}{self.after}"
        return self.typed

    def _in_order(self, parts):
        """`parts` with the token for each of our numbers, the first time it occurs."""
        seen = set()
        for part in parts:
            if _is_text(part):
                yield Token(part)
            elif part < len(self.kept) and part not in seen:
                seen.add(part)
                yield self.kept[part]

    def _spaced(self, tokens):
        """Put spaces around what is kept, which may not be a link next to other letters; append what is missing."""
        tokens = list(tokens)
        missing = list((Counter(self.kept) - Counter(token for token in tokens if token.kept)).elements())
        return re.sub(" {2,}", " ", " ".join(token.text for token in [*tokens, *missing]))

    def _cleaned(self, tokens):
        """Like `_spaced`, without links and mentions that are not in the post."""
        return self._spaced(token if token.kept else Token(_without_links(token.text)) for token in tokens)

    def _is_complete(self, line):
        others = Counter(token.text for token in self.kept if not token.link)
        return _links(line) == self.links and all(line.count(text) >= times for text, times in others.items())


def _is_text(part):
    return isinstance(part, str)


def _brackets(texts):
    return sum(text.count("<") + text.count(">") for text in texts)


def _joined(tokens):
    return "".join(token.text for token in tokens)


def _tokens(line):
    for segment in markup.segments(line):
        if segment.url or segment.username:
            yield Token(segment.text, kept=True, link=True)
        else:
            for number, part in enumerate(AS_TYPED.split(segment.text)):
                if part:
                    yield Token(part, kept=number % 2 == 1)


def _links_at_end(tokens):
    """Take trailing links and the white space before them off `tokens`: they need not be sent."""
    tail = ""
    while len(tokens) > 1 and tokens[-1].link and not tokens[-1].text.startswith(("@", "＠")):
        words = tokens[-2]
        stripped = words.text.rstrip()
        if words.kept or stripped == words.text:
            break
        tail = words.text[len(stripped) :] + tokens.pop().text + tail
        tokens[-1:] = [Token(stripped)] if stripped else []
    return tail


def _links(text):
    return Counter(segment.text for segment in markup.segments(text) if segment.url or segment.username)


def _without_links(text):
    for _time in range(CLEANINGS):
        text = "".join(segment.text for segment in markup.segments(text) if not (segment.url or segment.username))
    return text


def _shown(text):
    """A service's `text` in one line, without control characters."""
    return CONTROL_CHARACTERS.sub("", LINE_BREAKS.sub(" ", text).replace("\n", " "))
