"""Detects the language of a post."""

import math
import re
from functools import cache
from threading import Lock

from accounts import markup
from microblog_site.languages import WRITTEN as LANGUAGES

TAGS_OF_THE_MODEL = {"no": "nb"}  # where the model's tag differs from ours
# Other languages of the model, kept so that texts in them are not taken for one of ours: these get no language.
NOT_OFFERED = {
    "af", "am", "as", "az", "ba", "be", "cy", "dz", "fo", "ga", "gl", "gu", "hy", "kk", "km", "kn", "ku", "ky",
    "la", "lb", "lo", "mk", "ml", "mn", "mt", "my", "ne", "oc", "or", "pa", "ps", "si", "so", "sq", "tg", "tt",
    "ug", "uz", "zu",
}  # fmt: skip
RARE = 1.0  # how much less likely they are a priori, as a log probability

MIN_CONFIDENCE = 0.65  # benchmarks/LANGUAGES.md compares other values
SURE = 0.8  # from here on, the author's habits are ignored
HABIT = 2.0  # their weight otherwise, as a log probability
FADING = 0.8  # weight of a post in the habit, relative to the next newer one
REMEMBERED = 20  # posts

LETTER = re.compile(r"[^\W\d_]")
# Digits, the # of hashtags, emoji and other symbols.
NO_WORDS = re.compile(r"[#\d_\u2190-\u2bff\ufe0f\U0001f000-\U0001faff]+")

_loading = Lock()


def detect(body, usual=()):
    """The BCP 47 tag of the language of `body`, one of `LANGUAGES`, or "" if unsure.

    `usual` are the tags of the author's recent posts, newest first: they decide where the text alone does not.
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
    """The list of tags `usual`, newest first, updated after a post in `language` that was guessed as `guess`.

    Authors who correct a guess show that it may have been wrong before: it no longer counts as one of their languages.
    """
    if not language:
        return usual
    return [language, *(before for before in usual if before == language or before != guess)][:REMEMBERED]


def _prose(body):
    """`body` without what says nothing about its language: addresses, mentions, numbers, emoji."""
    words = (segment.text for segment in markup.segments(body) if not segment.url and not segment.username)
    return NO_WORDS.sub(" ", " ".join(words)).strip()


def _scores(text):
    """The log probability of each language."""
    return {
        TAGS_OF_THE_MODEL.get(name, name): math.log(p + 1e-9) - RARE * (name in NOT_OFFERED)
        for name, p in identifier().rank(text)
    }


def _best(scores):
    """The most likely language, and its probability from 0 to 1."""
    best = max(scores, key=scores.get)
    return best, 1 / sum(math.exp(score - scores[best]) for score in scores.values())


def _shares(usual):
    """The share of each language in the author's recent posts, the latest weighing most: tag → part of 1."""
    shares = {}
    for age, language in enumerate(usual):
        shares[language] = shares.get(language, 0) + FADING**age
    total = sum(shares.values())
    return {language: share / total for language, share in shares.items() if language}


def identifier():
    """The model, loaded once: by the web server before it forks, else with the first post."""
    with _loading:  # never loaded twice at once
        return _load()


@cache
def _load():
    from . import detection_model  # takes a quarter of a second to load, with numpy: not before it is needed

    return detection_model.load(LANGUAGES.keys() - TAGS_OF_THE_MODEL.values() | TAGS_OF_THE_MODEL.keys() | NOT_OFFERED)
