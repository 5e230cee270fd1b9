"""Finds the web addresses in what people write: where each begins and ends as a reader would see it, and its URL."""

import ipaddress
import re
import unicodedata
from urllib.parse import quote

from linkify_it import LinkifyIt

from microblog_site.text import DIRECTION_MARKS

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
BEGINNING = r"(?=https?://|www\.)"
# What ends an address or stands right before one, replaced by blanks. Inside an address, words in such scripts may only
# start a path segment (/wiki/東京), their punctuation may not appear.
NOT_OF_AN_ADDRESS = re.compile(
    rf"""(?<![/=._\-{UNSPACED}])[{UNSPACED}]++ | [{WIDE_PUNCTUATION}]
    | [^\x00-\x7f]{BEGINNING} | [,;|~^`]{BEGINNING} | _++{BEGINNING} | (?<!\S)[\w-]*+[=+$]{BEGINNING}
    | (?<!\S)[^\s/.|]*+[|] | {DIRECTION_MARKS.pattern}""",
    re.IGNORECASE | re.VERBOSE,
)
# linkify-it knows no IPv6, nor hosts with underscores, a dot at the end, or a dash or symbol after them, nor nested
# parentheses.
HOST = re.compile(r"(?:(?<=http://)|(?<=https://)|(?<=www\.))([^\s/?#@<>()\"']++)(?![^\s/?#]*@)(/?)", re.IGNORECASE)
AFTER_HOST = re.compile("[|^~`+=$\U0001f000-\U0001ffff]")  # no others: some look like a slash
BARE_HOST = re.compile(r"(?<![\w.@/-])(?:[a-z0-9_-]++\.)+(?=[a-z0-9-]++\.[a-z]{2})", re.IGNORECASE)
# In linkify-it, such a label matches in two ways, and so n of them in 2ⁿ ways. The last one may be a domain it knows.
PUNYCODE = re.compile(r"xn--(?=[a-z0-9-]++\.(?:[\w$+=^`|~]|[^\x00-\x7f]))", re.IGNORECASE)
IPV6 = re.compile(r"(?<=//)\[([0-9a-f:.]{2,45})\]", re.IGNORECASE)
ENDING_AND_MORE = re.compile(r"(\.[a-z]{2,6})([-_]++(?![\w./-])|[|])", re.IGNORECASE)
NESTED = re.compile(r"(?<=\()[^\s()]*+\([^\s()]*+\)[^\s()]*+(?=\))")
HOME_PAGE_THEN_WORDS = re.compile(rf"(https?://[\x21-\x2e\x30-\x7e]+/)[{UNSPACED}]+", re.IGNORECASE)
AUTHORITY = re.compile(r"(?:https?://)?([^/?#]*)", re.IGNORECASE)

TRAILING_SYMBOLS = frozenset(".,;:!?*|^`&~\\\N{VARIATION SELECTOR-16}")
# "'s" after an address, and what is added in Turkish. In titles such as /wiki/McDonald's, only ’s is no part of them.
SUFFIX = re.compile(r"['’ʼ´`′](?:s|[dt][ae](?:n|ki)?|y?[aeiı]|n?[iı]n)$")
SEGMENT = re.compile(r"[^/?#=&]*$")
ABBREVIATION = re.compile(r"[/_.,(=-](?:(?:[A-Z]\.)+[A-Z]|(?<=[_-])(?:Inc|Jr|Sr|Ltd|Co|Corp|Bros))$")
# After these, what looks like the end of a sentence is the end of the address: #!, /*, :*.
LAST_OF_AN_ADDRESS = re.compile(r"(?<=#)!|(?<=[/:=._-])\*+|:\*+")
EXCLAMATION = re.compile(r"!(?![!\w])(?! +[^\Wa-z])")  # not before a new sentence
ILLEGAL_IN_URL = re.compile(r'["\\^`{|}\[\]]|%(?![0-9A-Fa-f]{2})')

ALPHABETS = frozenset({"ARMENIAN", "CHEROKEE", "CYRILLIC", "GREEK", "LATIN"})
CYRILLIC_LOOKALIKES = frozenset("асԁеһіјӏорԛѕԝхуъьҽпгѵѡ-0123456789")


def addresses(body):
    """The web addresses as (start, end, URL); the URL is "" for e-mail addresses and anything unsafe to link."""
    for match in LINKIFY.match(_searchable(body)) or ():
        end = _end(body, match.index, match.last_index)
        text = body[match.index : end]
        if match.schema == "mailto:" or not _is_trustworthy(text):
            yield match.index, end, ""
        elif match.schema:
            yield match.index, end, _legal(text)
        elif _is_plainly_an_address(text):
            yield match.index, end, _legal(f"https://{text}")


def _searchable(body):
    """`body` as linkify-it finds the addresses in it; every character keeps its place."""
    text = NOT_OF_AN_ADDRESS.sub(lambda found: " " * len(found[0]), body)
    text = ENDING_AND_MORE.sub(lambda found: found[1] + " " * len(found[2]), text)
    text = IPV6.sub(_searchable_ipv6, text)
    text = HOST.sub(_searchable_host, text)
    text = BARE_HOST.sub(lambda found: found[0].replace("_", "x"), text)
    text = PUNYCODE.sub("xnxx", text)
    return NESTED.sub(lambda found: re.sub("[()]", "x", found[0]), text)


def _searchable_ipv6(found):
    try:
        is_public = ipaddress.IPv6Address(found[1]).is_global
    except ValueError:
        is_public = False
    return "x.xx".rjust(len(found[0]), "x") if is_public else found[0]


def _searchable_host(found):
    host = AFTER_HOST.split(found[1])[0].rstrip("-_")
    if found[2] and host.endswith("."):
        host = f"{host[:-1]}x"
    return host.replace("_", "x").ljust(len(found[1])) + found[2]


def _end(body, start, end):
    """Where the address from `start` really ends: before punctuation, symbols and suffixes that follow it."""
    if glued := HOME_PAGE_THEN_WORDS.fullmatch(body, start, end):
        return glued.end(1)
    while body[end - 1] in TRAILING_SYMBOLS or (
        not body[end - 1].isascii() and unicodedata.category(body[end - 1])[0] in "CPSZ"
    ):
        end -= 1
    if body[start - 1 : start] == "_":  # _emphasis_
        end = start + len(body[start:end].rstrip("_"))
    end = _without_suffix(body, start, end)
    if end < len(body):
        end = _with_last_character(body, start, end)
    return end


def _without_suffix(body, start, end):
    text = body[start:end]
    suffix = SUFFIX.search(text)
    if suffix and ("/wiki/" not in text or suffix[0] == "’s"):
        return start + suffix.start()
    segment = SEGMENT.search(text)[0]
    words = segment.rstrip("-")
    dashes = len(segment) - len(words)
    # A single one may be part of an identifier, such as that of a video.
    return end - dashes if dashes > 1 or re.fullmatch(r"[^\W\dA-Z][^\dA-Z]*", words) else end


def _with_last_character(body, start, end):
    """The end with a last character that belongs to the address: of S.C., Yahoo!, *."""
    text = body[start:end]
    if body[end] == "." and ABBREVIATION.search(text):
        return end + 1
    if body[start - 1 : start] != "*" and (last := LAST_OF_AN_ADDRESS.match(body, end)):
        return last.end()
    is_alone = body[start - 1 : start] in ("", "\n") and body[end + 1 : end + 2] in ("", "\n")
    is_title = SEGMENT.search(text)[0][:1].isupper() and ("/wiki/" in text or is_alone)
    return end + 1 if is_title and EXCLAMATION.match(body, end) else end


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
    if authority.startswith("["):
        return True  # IPv6, checked before
    labels = authority.partition(":")[0].lower().removesuffix(".").split(".")
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
    host = AUTHORITY.match(url)[0]
    return host + ILLEGAL_IN_URL.sub(lambda found: quote(found[0]), url[len(host) :])
