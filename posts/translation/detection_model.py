"""The model that `detection` uses, unpacked once into `DATA_DIR` and memory-mapped from there.

As py3langid ships it, loading takes a second and 160 MB in each process. Mapped, only the pages in use are in memory,
shared by all processes. The folder may be deleted at any time: it is created again.
"""

import logging
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

logger = logging.getLogger(__name__)


def load(languages):
    """A classifier for these languages, given by the model's own tags."""
    folder = _folder(languages)
    if not folder.exists():
        identifier = _packed(languages)
        try:
            _unpack(identifier, folder)
        except OSError as error:
            logger.warning("The language model takes 160 MB of memory, because it cannot be unpacked: %s", error)
            return identifier
    parts = {part: numpy.load(folder / f"{part}.npy", mmap_mode="r") for part in PARTS}
    # Much faster than numpy for single numbers.
    parts |= {part: memoryview(parts[part]) for part in READ_NUMBER_BY_NUMBER}
    parts["nb_classes"] = parts["nb_classes"].tolist()
    return LanguageIdentifier(**parts, norm_probs=True)


def _folder(languages):
    """Depends on the release of the model and on the languages."""
    fingerprint = crc32(" ".join(sorted(languages)).encode())
    return settings.DATA_DIR / "language-model" / f"{py3langid.__version__}-{fingerprint:08x}"


def _packed(languages):
    identifier = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    identifier.set_languages(languages)
    return identifier


def _unpack(identifier, folder):
    folder.parent.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=settings.DATA_DIR, prefix="language-model-") as unfinished:
        for part in PARTS:
            _save(f"{unfinished}/{part}.npy", getattr(identifier, part))
        with suppress(OSError):  # another process was faster
            os.rename(unfinished, folder)
    for other in set(folder.parent.iterdir()) - {folder}:
        shutil.rmtree(other, ignore_errors=True)


def _save(path, part):
    """Flushed to disk before the folder is renamed, so that it is complete even after a power cut."""
    with open(path, "wb") as file:
        numpy.save(file, numpy.ascontiguousarray(part))
        file.flush()
        os.fsync(file.fileno())
