"""Turns what people write (posts, "About me") into HTML with links and mentions.

The text is split into plain text, web addresses and mentions. Each segment is escaped when written out, so `<a>` is the
only possible tag and readers see exactly what was typed. Line breaks are kept; the style sheet shows them.
"""

import re
import unicodedata
from itertools import batched
from typing import NamedTuple
from urllib.parse import quote

from django.urls import reverse
from django.utils.html import escape, format_html
from linkify_it import LinkifyIt

from accounts.models import FormerUsername, User

# Addresses without http:// become links if they end in a country code, in a common domain such as .com, or in one of
# these.
LINKIFY = LinkifyIt({"ftp:": None, "//": None}).tlds(["app", "blog", "dev", "social", "xyz"], keep_old=True)
# Country codes that are also file name extensions or short words: "main.py", "I'm done.so what".
DOUBTFUL_ENDING = re.compile("ac|am|as|at|be|by|cc|do|id|in|is|it|md|me|mk|ml|my|no|pl|ps|py|rs|sh|so|to|us")

# Scripts written without spaces between words: Thai, Lao, Burmese, Khmer, Chinese, Japanese; and Korean, whose
# particles follow a word directly. Then the punctuation and full-width forms used with them.
UNSPACED = (
    "\u0e00-\u0eff\u1000-\u109f\u1100-\u11ff\u1780-\u17ff\u2e80-\u2fff\u3005-\u3007\u3021-\u3029\u3031-\u3035\u303b-\u303c"
    "\u3040-\u4dbf\u4e00-\u9fff\ua960-\ua97f\uac00-\ud7ff\uf900-\ufaff\uff66-\uff9f\U00020000-\U0003ffff"
)
WIDE_PUNCTUATION = "\u3000-\u3004\u3008-\u3020\u302a-\u3030\u3036-\u303a\u303d-\u303f\uff00-\uff65\uffa0-\uffef"
# Inside an address, such words may only start a path segment (/wiki/東京), their punctuation may not appear. A letter
# of any other script right before http:// belongs to the sentence.
NOT_OF_AN_ADDRESS = re.compile(
    rf"(?<![/=._\-{UNSPACED}])[{UNSPACED}]++|[{WIDE_PUNCTUATION}]|[^\W\x00-\x7f](?=https?://|www\.)", re.IGNORECASE
)
HOME_PAGE_THEN_WORDS = re.compile(rf"(https?://[\x21-\x2e\x30-\x7e]+/)[{UNSPACED}]+", re.IGNORECASE)
AUTHORITY = re.compile(r"(?:https?://)?([^/?#]*)", re.IGNORECASE)
TRAILING_SYMBOLS = frozenset(":*|^`&~\\\N{VARIATION SELECTOR-16}")
ILLEGAL_IN_URL = re.compile(r'["\\^`{|}\[\]]|%(?![0-9A-Fa-f]{2})')

ALPHABETS = frozenset({"ARMENIAN", "CHEROKEE", "CYRILLIC", "GREEK", "LATIN"})
CYRILLIC_LOOKALIKES = frozenset("асԁеһіјӏорԛѕԝхуъьҽпгѵѡ-0123456789")

# Scripts whose letters join adjacent letters into one word: Latin, Greek, Cyrillic, Armenian, Georgian.
WORD = r"A-Za-z0-9_\u00aa\u00b5\u00ba\u00c0-\u058f\u10a0-\u10ff\u1c80-\u1fff\u2c60-\u2dff\ua640-\ua7ff\uab30-\uab6f"
# Not in foo@bar.example, @name@elsewhere.social, @name.elsewhere.social or medium.example/@name.
MENTION = re.compile(rf"(?<![{WORD}@＠/])[@＠]([A-Za-z0-9_]++)(?![{WORD}]|[@＠]\w|\.[a-z0-9])")

LINK = '<a href="{}" rel="nofollow ugc noopener" dir="ltr">{}</a>'
# The style sheet truncates this one at its end, so that the host stays visible.
LONG_LINK = '<a class="long" href="{}" rel="nofollow ugc noopener" dir="ltr">{}</a>'
MENTION_LINK = '<a href="{}" dir="ltr">{}</a>'
LONG_ADDRESS = 40  # characters
LONG_HOST = 24  # characters, including the scheme

BATCH_SIZE = 500


def render(body):
    """Render `body` as HTML. Mentions of active people become links (two queries in all)."""
    return render_all([body])[0]


def render_all(bodies):
    """Render each of `bodies` like `render`, with two queries for everybody mentioned in them."""
    texts = [list(segments(body)) for body in bodies]
    people = _people_named({segment.username.lower() for text in texts for segment in text if segment.username})
    return ["".join(segment.html(people) for segment in text) for text in texts]


class Segment(NamedTuple):
    """Part of a body as typed, with the URL it links to or the user name it mentions."""

    text: str
    url: str = ""
    username: str = ""

    def html(self, people):
        if self.url:
            return format_html(LONG_LINK if _may_be_cut_short(self.text) else LINK, self.url, self.text)
        if username := people.get(self.username.lower()):
            return format_html(MENTION_LINK, reverse("profile", args=[username]), self.text)
        return escape(self.text)


def segments(body):
    """Split `body` into `Segment`s, in order; joined, they give back what was typed."""
    position = 0
    for start, end, url in _addresses(body):
        yield from _text_and_mentions(body, position, start)
        yield Segment(body[start:end], url=url)
        position = end
    yield from _text_and_mentions(body, position, len(body))


def _text_and_mentions(body, position, end):
    for mention in MENTION.finditer(body, position, end):
        yield Segment(body[position : mention.start()])
        yield Segment(mention[0], username=mention[1])
        position = mention.end()
    yield Segment(body[position:end])


def _addresses(body):
    """The web addresses as (start, end, URL); the URL is None for e-mail addresses and anything unsafe to link."""
    searchable = NOT_OF_AN_ADDRESS.sub(lambda found: " " * len(found[0]), body)
    for match in LINKIFY.match(searchable) or ():
        end = _end(body, match.index, match.last_index)
        text = body[match.index : end]
        if match.schema == "mailto:" or not _is_trustworthy(text):
            yield match.index, end, ""
        elif match.schema:
            yield match.index, end, _legal(text)
        elif _is_plainly_an_address(text):
            yield match.index, end, _legal(f"https://{text}")


def _end(body, start, end):
    """Where the address from `start` really ends: before trailing punctuation and symbols of any script."""
    if glued := HOME_PAGE_THEN_WORDS.fullmatch(body, start, end):
        return glued.end(1)
    while body[end - 1] in TRAILING_SYMBOLS or (
        not body[end - 1].isascii() and unicodedata.category(body[end - 1])[0] in "CPSZ"
    ):
        end -= 1
    return end


def _host(address):
    return AUTHORITY.match(address)[1].partition(":")[0]


def _is_plainly_an_address(text):
    """Whether text without http:// is meant as an address, not as a file name or a sentence with a missing space."""
    host = _host(text)
    if host.lower().startswith("www.") or len(text) > len(host):
        return True
    ending = host.rpartition(".")[2]
    return not DOUBTFUL_ENDING.fullmatch(ending) and (ending.islower() or host.isupper())


def _is_trustworthy(address):
    """Whether an address has a public host and leads where it seems to lead.

    `https://bank.example@evil.example/` does not, nor do lookalikes: labels that mix alphabets, and Cyrillic ones that
    pass for Latin (Unicode Technical Standard 39; browsers show such names in Punycode).
    """
    authority = AUTHORITY.match(address)[1]
    labels = authority.partition(":")[0].lower().split(".")
    return (
        "@" not in authority and len(labels) > 1 and all(_is_trustworthy_label(label, labels[-1]) for label in labels)
    )


def _is_trustworthy_label(label, ending):
    if label.isascii():
        return True
    return (
        all(character == "-" or unicodedata.category(character)[0] in "LMN" for character in label)
        and len(ALPHABETS & {unicodedata.name(character, "").split(" ")[0] for character in label}) <= 1
        and not (CYRILLIC_LOOKALIKES.issuperset(label) and ending.isascii())
    )


def _legal(url):
    return ILLEGAL_IN_URL.sub(lambda found: quote(found[0]), url)


def _may_be_cut_short(address):
    return len(address) > LONG_ADDRESS and len(AUTHORITY.match(address)[0]) <= LONG_HOST


def _people_named(names):
    """Canonical user names of active people, keyed by their current and former names in lower case."""
    people = {}
    for batch in batched(sorted(names), BATCH_SIZE):
        former = FormerUsername.objects.held().named(*batch).filter(user__is_active=True)
        people |= dict(former.values_list("username__lower", "user__username"))
        people |= dict(User.objects.active().named(*batch).values_list("username__lower", "username"))
    return people
