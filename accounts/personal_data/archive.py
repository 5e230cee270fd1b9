"""All data the site keeps about a person, as a ZIP file for them. `docs/data-download.md` describes the contents."""

import io
import tempfile
import zipfile

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.utils import timezone

from .register import entries

VERSION = 5  # of the structure of data.json

_json = DjangoJSONEncoder(ensure_ascii=False).encode


def make(person):
    """Return the archive as an open, unnamed temporary file."""
    file = tempfile.TemporaryFile()  # noqa: SIM115, the caller closes it
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for entry in entries:
            for path, content in entry.files(person).items():
                archive.writestr(path, content)
        with archive.open("data.json", "w", force_zip64=True) as raw, io.TextIOWrapper(raw, "utf-8") as out:
            out.writelines(_as_json(_data(person)))
    file.seek(0)
    return file


def _data(person):
    data = {"archive": {"version": VERSION, "site": settings.SITE_URL, "made_at": timezone.now()}}
    for entry in entries:
        data |= entry.export(person)
    return data


def _as_json(data):
    """Yield JSON in pieces, lists row by row, so that no list has to fit into memory."""
    for number, (name, value) in enumerate(data.items()):
        yield f"{',' if number else '{'}\n{_json(name)}: "
        yield from [_json(value)] if isinstance(value, dict) else _list_as_json(value)
    yield "\n}\n"


def _list_as_json(rows):
    yield "["
    for number, row in enumerate(rows):
        yield f"{',' if number else ''}\n{_json(row)}"
    yield "]"
