"""The model that detects languages, 56 MB: unpacked once for all steps of `make test`, not in each data folder."""

import os
import tempfile
from contextlib import contextmanager
from pathlib import Path

KNOB = "TESTS_LANGUAGE_MODEL"


@contextmanager
def kept():
    """Tests started within share the model."""
    with tempfile.TemporaryDirectory(prefix="microblog-model-") as folder:
        os.environ[KNOB] = folder
        yield


def share(data_dir):
    """Let the site that keeps its data in this folder find the shared model, if there is one."""
    place = Path(data_dir, "language-model")
    if KNOB in os.environ and not place.exists():
        place.symlink_to(os.environ[KNOB])
