"""Sentences to measure the language detection with; README.md tells where they come from."""

from pathlib import Path


def sentences():
    """The BCP 47 tag and the text of each."""
    for file in sorted(Path(__file__).parent.glob("*.txt")):
        for line in file.read_text(encoding="utf-8").splitlines():
            _source, text = line.split("\t")
            yield file.stem, text
