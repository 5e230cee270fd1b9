"""Sentences to measure language detection with; README.md lists their sources."""

from pathlib import Path


def sentences():
    """Pairs of BCP 47 tag and text."""
    for file in sorted(Path(__file__).parent.glob("*.txt")):
        for line in file.read_text(encoding="utf-8").splitlines():
            _source, text = line.split("\t")
            yield file.stem, text
