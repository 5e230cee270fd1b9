"""Accuracy and cost of language detection: `python -m benchmarks.language_detection`.

With the path of a folder of compiled catalogues (.mo), such as those of any free game or program, it measures on these
instead: texts that were not used to choose anything.
"""

import os
import resource
import sys
import time
from collections import Counter, defaultdict

import django

from posts.translation import detection

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
django.setup()

from posts.demo import community  # noqa: E402
from posts.translation.tests.sentences import sentences  # noqa: E402

from . import catalogues  # noqa: E402

ROUNDS = 20
THRESHOLDS = (0.5, 0.6, 0.65, 0.7, 0.8)
LIKE = {"da": "nb", "nb": "da", "hr": "sr", "sr": "hr", "id": "ms", "ms": "id", "cs": "sk", "sk": "cs", "es": "pt"}


def main():
    print_costs()
    sets = texts()
    print_accuracy(sets)
    print_thresholds(sets)
    print_languages(sets["sentences"])


def print_costs():
    """Cost of loading, and per post: the fastest of several rounds, because the machine has other work, too."""
    before, start = memory(), time.perf_counter()
    detection.detect("The model is loaded now.")
    print(f"Loading the model: {time.perf_counter() - start:.1f} s, {memory() - before:.0f} MB")
    posts = [post for person in community() for post in person.posts][::10]
    print(f"A post of the demo: {min(microseconds(posts) for _round in range(ROUNDS)):.0f} µs\n")


def microseconds(posts):
    start = time.process_time()
    for post in posts:
        detection.detect(post)
    return (time.process_time() - start) / len(posts) * 1e6


def memory():
    """The peak memory of this process in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def texts():
    """Texts by kind, each with its language."""
    if len(sys.argv) > 1:
        pairs = catalogues.sentences(sys.argv[1])
        return {"sentences": pairs, "sentences, their first three words": beginnings(pairs)}
    posts = [(person.language, post) for person in community() for post in person.posts]
    return {
        "sentences": list(sentences()),
        "sentences, their first three words": beginnings(sentences()),
        "posts of the demo": posts,
        "posts of the demo, their first three words": beginnings(posts),
    }


def beginnings(pairs):
    return [(tag, " ".join(text.split()[:3])) for tag, text in pairs if len(text.split()) > 3]


def print_accuracy(sets):
    print("| texts | the author writes | number | answered | of these right |")
    print("|---|---|---|---|---|")
    for name, pairs in sets.items():
        print_row(name, "unknown", pairs, lambda tag: ())
        print_row(name, "always this language", pairs, lambda tag: [tag] * detection.REMEMBERED)
        print_row(name, "this one and English", pairs, lambda tag: ["en", tag] * (detection.REMEMBERED // 2))
        similar = [(tag, text) for tag, text in pairs if tag in LIKE]
        print_row(name, "always a similar one until now", similar, lambda tag: [LIKE[tag]] * detection.REMEMBERED)
    print()


def print_row(name, habit, pairs, usual):
    told = [(tag, detection.detect(text, usual(tag))) for tag, text in pairs]
    print(f"| {name} | {habit} | {len(pairs):,} | {rates(told)} |")


def rates(told):
    answers = [(tag, answer) for tag, answer in told if answer]
    right = sum(tag == answer for tag, answer in answers)
    return f"{len(answers) / len(told):.1%} | {right / max(len(answers), 1):.1%}"


def print_thresholds(sets):
    print("| least confidence | texts | answered | of these right |")
    print("|---|---|---|---|")
    chosen = detection.MIN_CONFIDENCE
    for name, pairs in sets.items():
        for detection.MIN_CONFIDENCE in THRESHOLDS:
            told = [(tag, detection.detect(text)) for tag, text in pairs]
            print(f"| {detection.MIN_CONFIDENCE} | {name} | {rates(told)} |")
    detection.MIN_CONFIDENCE = chosen
    print()


def print_languages(pairs):
    print("| language | sentences | answered | of these right | taken for |")
    print("|---|---|---|---|---|")
    told = defaultdict(list)
    for tag, text in pairs:
        told[tag].append((tag, detection.detect(text)))
    for tag, answers in sorted(told.items()):
        wrong = Counter(answer for _tag, answer in answers if answer not in ("", tag))
        taken_for = ", ".join(f"{answer} {number}" for answer, number in wrong.most_common())
        print(f"| {tag} | {len(answers)} | {rates(answers)} | {taken_for} |")


if __name__ == "__main__":
    main()
