"""The model that `detection` asks, unpacked once under `DATA_DIR` and mapped into memory from there.

As py3langid ships it, it takes each process a second and 160 MB. Mapped, it takes what is in use of it, which all
processes share. The folder may be deleted at any time: it is made again.
"""

import os
import shutil
from contextlib import suppress
from tempfile import TemporaryDirectory
from zlib import crc32

import numpy
import py3langid
from django.conf import settings
from py3langid.langid import MODEL_FILE, LanguageIdentifier

PARTS = ("nb_ptc", "nb_pc", "nb_classes", "tk_nextmove", "tk_output", "tk_row")
READ_NUMBER_BY_NUMBER = PARTS[3:]


def load(languages):
    """What tells these languages apart, given by the model's own names for them."""
    folder = _folder(languages)
    if not folder.exists():
        _unpack(languages, folder)
    parts = {part: numpy.load(folder / f"{part}.npy", mmap_mode="r") for part in PARTS}
    parts |= {part: memoryview(parts[part]) for part in READ_NUMBER_BY_NUMBER}  # far quicker at that than numpy
    parts["nb_classes"] = parts["nb_classes"].tolist()
    return LanguageIdentifier(**parts, norm_probs=True)


def _folder(languages):
    """Another one for another release of the model, and for other languages."""
    fingerprint = crc32(" ".join(sorted(languages)).encode())
    return settings.DATA_DIR / "language-model" / f"{py3langid.__version__}-{fingerprint:08x}"


def _unpack(languages, folder):
    identifier = LanguageIdentifier.from_model_file(MODEL_FILE)
    identifier.set_languages(languages)
    folder.parent.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=settings.DATA_DIR, prefix="language-model-") as unfinished:
        for part in PARTS:
            _save(f"{unfinished}/{part}.npy", getattr(identifier, part))
        with suppress(OSError):  # another process was quicker
            os.rename(unfinished, folder)
    for other in set(folder.parent.iterdir()) - {folder}:
        shutil.rmtree(other, ignore_errors=True)


def _save(path, part):
    """On the disk before the folder gets its name, so that what has it is whole also after a power cut."""
    with open(path, "wb") as file:
        numpy.save(file, numpy.ascontiguousarray(part))
        file.flush()
        os.fsync(file.fileno())
