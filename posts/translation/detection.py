"""Which language a post is written in."""

import math
import re
from functools import cache
from threading import Lock

from accounts import markup
from microblog_site.languages import WRITTEN as LANGUAGES

TAGS_OF_THE_MODEL = {"no": "nb"}  # where it calls a language otherwise
# Others that the model knows, left in so that it takes none of them for one of ours: what seems to be in one of these
# stays open.
NOT_OFFERED = {
    "af", "am", "as", "az", "ba", "be", "cy", "dz", "fo", "ga", "gl", "gu", "hy", "kk", "km", "kn", "ku", "ky",
    "la", "lb", "lo", "mk", "ml", "mn", "mt", "my", "ne", "oc", "or", "pa", "ps", "si", "so", "sq", "tg", "tt",
    "ug", "uz", "zu",
}  # fmt: skip
RARE = 1.0  # how much less they are expected, in the logarithm of a probability

MIN_CONFIDENCE = 0.65  # benchmarks/LANGUAGES.md tells what others would give
SURE = 0.8  # from here on it does not matter what somebody writes otherwise
HABIT = 2.0  # how much it matters else, in the same logarithm
FADING = 0.8  # what a post says of a habit, against the one after it
REMEMBERED = 20  # posts

LETTER = re.compile(r"[^\W\d_]")
# Numbers, the sign of hashtags, emoji and other symbols.
NO_WORDS = re.compile(r"[#\d_\u2190-\u2bff\ufe0f\U0001f000-\U0001faff]+")

_loading = Lock()


def detect(body, usual=()):
    """The BCP 47 tag of the language `body` is written in, one of `LANGUAGES`, or "" if that is not sure.

    `usual` are the tags of what the author wrote lately, newest first: they decide where the text alone does not.
    """
    text = _prose(body)
    if not LETTER.search(text):
        return ""
    scores = _scores(text)
    best, confidence = _best(scores)
    if confidence < SURE and usual:
        for language, share in _shares(usual).items():
            scores[language] = scores.get(language, -math.inf) + HABIT * share
        best, confidence = _best(scores)
    return best if best in LANGUAGES and confidence >= MIN_CONFIDENCE else ""


def remember(usual, language, guess):
    """The list of tags `usual`, newest first, after a post in `language` for which `guess` was the guess.

    Who corrects a guess says that it may have been wrong before, too: it no longer counts as theirs.
    """
    if not language:
        return usual
    return [language, *(before for before in usual if before == language or before != guess)][:REMEMBERED]


def _prose(body):
    """`body` without what says nothing about its language: addresses, mentions, numbers, emoji."""
    words = (segment.text for segment in markup.segments(body) if not segment.url and not segment.username)
    return NO_WORDS.sub(" ", " ".join(words)).strip()


def _scores(text):
    """Logarithms of how likely each language is."""
    return {
        TAGS_OF_THE_MODEL.get(name, name): math.log(p + 1e-9) - RARE * (name in NOT_OFFERED)
        for name, p in identifier().rank(text)
    }


def _best(scores):
    """The most likely language, and how sure that is, from 0 to 1."""
    best = max(scores, key=scores.get)
    return best, 1 / sum(math.exp(score - scores[best]) for score in scores.values())


def _shares(usual):
    """How much of what somebody writes is in which language, the latest counting most: tags with parts of 1."""
    shares = {}
    for age, language in enumerate(usual):
        shares[language] = shares.get(language, 0) + FADING**age
    total = sum(shares.values())
    return {language: share / total for language, share in shares.items() if language}


def identifier():
    """The model, loaded once: by the web server before it forks, else when the first post comes."""
    with _loading:  # not twice at once
        return _load()


@cache
def _load():
    from . import detection_model  # with numpy it takes a quarter of a second to load: not before it is needed

    return detection_model.load(LANGUAGES.keys() - TAGS_OF_THE_MODEL.values() | TAGS_OF_THE_MODEL.keys() | NOT_OFFERED)
