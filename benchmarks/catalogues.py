"""Sentences from folders of compiled catalogues: `…/<language>/LC_MESSAGES/<name>.mo`."""

import random
import re
import unicodedata
from collections import Counter, defaultdict
from pathlib import Path

import polib

from posts.translation.detection import LANGUAGES

PER_LANGUAGE = 150
LEAST = 40
NAMES = {"nb_NO": "nb", "pt_BR": "pt", "zh_CN": "zh", "zh_TW": "zh", "sr@latin": "sr", "es_419": "es", "en_GB": "en"}
MARKUP = re.compile(r"[<>$%{}|\[\]=]")
END = re.compile(r"(?<=[.!?…。！？])\s+|\n|(?<=[。！？])")
UNSPACED = re.compile("[\u3040-\u30ff\u3400-\u9fff]")


def sentences(folder):
    """Pairs of language and sentence: always the same for the same folder, and no sentence in two languages."""
    found = defaultdict(set)
    for file in sorted(Path(folder).rglob("*.mo")):
        name = file.parts[-3]
        language = NAMES.get(name, name)
        if language in LANGUAGES:
            for entry in polib.mofile(str(file)):
                found[language].update(_sentences(entry, is_source=language == "en"))
    times = Counter(text.lower() for texts in found.values() for text in texts)
    return [
        (language, text)
        for language, texts in sorted(found.items())
        if len(texts) >= LEAST
        for text in _sample(sorted(text for text in texts if times[text.lower()] == 1), language)
    ]


def _sentences(entry, is_source):
    if MARKUP.search(entry.msgstr) or (entry.msgstr == entry.msgid and not is_source):
        return
    for part in END.split(entry.msgstr):
        text = unicodedata.normalize("NFC", " ".join(part.split()))
        unspaced = UNSPACED.search(text)
        is_short = (12 if unspaced else 25) <= len(text) < 140
        if is_short and text.endswith(tuple(".!?…。！？")) and (unspaced or len(text.split()) >= 4):
            yield text


def _sample(texts, seed):
    random.Random(seed).shuffle(texts)
    return texts[:PER_LANGUAGE]
