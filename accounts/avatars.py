"""Avatars: uploaded pictures are checked, cropped and stored in the sizes that pages show; without one, initials.

A picture's key is a hash of the person and the content, and its files are `avatars/<key>-<size>.webp`. A name never
shows anything else, so browsers may cache it for good, and no two people share a file.
"""

import hashlib
import io
import warnings
from contextlib import contextmanager, suppress
from itertools import batched, islice
from threading import Lock

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext_lazy as _
from PIL import ExifTags, Image, ImageCms, ImageFile, ImageOps, ImageSequence

FOLDER = "avatars"
FORMATS = ["JPEG", "PNG", "WEBP", "GIF", "AVIF"]
# Pixels: twice the 48 and 128 at which pages show them, for high-density screens.
SMALL, LARGE = 96, 256
QUALITY = 85
WHOLE_ENOUGH = 0.9  # of the height
# Of an animation are searched for the first one with something to see; together no more pixels than one picture has.
MAX_FRAMES = 100
LONGEST_SIDE = 65_535  # pixels, as in JPEG: millions of short rows take long to decode
BATCH_SIZE = 500
HEIC_BRANDS = {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"}  # ISO/IEC 23008-12
# What each value of the Exif tag "Orientation" asks for (Exif 2.32, 4.6.4).
UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}

warnings.simplefilter("error", Image.DecompressionBombWarning)
lenient = Lock()


class PictureError(ValidationError):
    """The file is not a picture that this site accepts; the message tells the person who uploaded it why."""


def cut(file):
    """Crop the picture in `file` to upright WebP squares without metadata: `{size: bytes}`. Raises `PictureError`."""
    if file.size > settings.AVATAR_MAX_BYTES:
        raise PictureError(
            _("This file is %(size)s. Choose one of %(maximum)s or less."),
            code="too_large",
            params={"size": filesizeformat(file.size), "maximum": filesizeformat(settings.AVATAR_MAX_BYTES)},
        )
    try:
        square = _square(_open(file))
        return {size: _webp(square, size) for size in (SMALL, LARGE)}
    except PictureError:
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise PictureError(
            _("This picture has too many pixels. Choose one of %(maximum)d megapixels or less."),
            code="too_many_pixels",
            params={"maximum": settings.AVATAR_MAX_PIXELS // 1_000_000},
        ) from error
    except Exception as error:  # Pillow raises whatever its decoders trip over in a broken file.
        if _is_heic(file):
            raise PictureError(_("This is a HEIC picture. Save it as JPEG first."), code="heic") from error
        raise PictureError(
            _("This file isn't a picture, or it's damaged. Choose a JPEG, PNG, WebP, GIF or AVIF file."),
            code="unreadable",
        ) from error


def _open(file):
    """The picture, also where a camera or an upload has lost its last bytes. Decoded no larger than needed."""
    try:
        return _decoded(file)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise
    except Exception:
        with lenient:
            ImageFile.LOAD_TRUNCATED_IMAGES = True  # for others at this moment, too, which does no harm
            try:
                picture = _decoded(file)
            finally:
                ImageFile.LOAD_TRUNCATED_IMAGES = False
        _left, _top, _right, bottom = picture.getbbox(alpha_only=False) or (0, 0, 0, 0)
        if bottom < picture.height * WHOLE_ENOUGH:  # rows that are missing are black
            raise
        return picture


def _decoded(file):
    picture = Image.open(file, formats=FORMATS)
    if picture.width * picture.height > settings.AVATAR_MAX_PIXELS or max(picture.size) > LONGEST_SIDE:
        raise Image.DecompressionBombError
    picture.draft(None, (2 * LARGE, 2 * LARGE))
    picture.load()
    return picture


def _is_heic(file):
    file.seek(0)
    head = file.read(12)
    return head[4:8] == b"ftyp" and head[8:] in HEIC_BRANDS


def _square(picture):
    """The centre of the picture's first frame with something to see, upright and in sRGB."""
    turn = UPRIGHT.get(_orientation(picture))
    picture = ImageOps.fit(_first_visible(picture), (LARGE, LARGE), Image.Resampling.LANCZOS)
    return _in_srgb(picture if turn is None else picture.transpose(turn))


def _orientation(picture):
    with suppress(Exception):  # metadata may be broken in any way; the picture is fine without
        return picture.getexif().get(ExifTags.Base.Orientation)
    return None


def _first_visible(picture):
    frames = min(max(settings.AVATAR_MAX_PIXELS // (picture.width * picture.height), 1), MAX_FRAMES)
    for frame in islice(ImageSequence.Iterator(picture), frames):
        shown = _in_eight_bits(frame)
        if shown.mode == "RGB" or shown.getchannel("A").getbbox():
            return shown
    raise PictureError(_("There is nothing to see in this picture: all of it is transparent."), code="transparent")


def _in_eight_bits(picture):
    if picture.mode.startswith("I;16"):
        picture = picture.point(lambda value: value / 256).convert("L")
    if picture.mode not in ("P", "PA", "1"):
        picture = picture.reduce(max(min(picture.size) // (2 * LARGE), 1))  # each copy of a large one takes long
    return picture.convert("RGBA" if picture.has_transparency_data else "RGB")


def _in_srgb(picture):
    """Apply the colour profile, because it is dropped with all other metadata."""
    profile = io.BytesIO(picture.info.get("icc_profile") or b"")
    with suppress(ImageCms.PyCMSError, OSError):
        return ImageCms.profileToProfile(picture, ImageCms.ImageCmsProfile(profile), ImageCms.createProfile("sRGB"))
    return picture


def _webp(square, size):
    file = io.BytesIO()
    square.resize((size, size), Image.Resampling.LANCZOS).save(file, "WEBP", quality=QUALITY)
    return file.getvalue()


def keep(squares, person_id):
    """Store the output of `cut` for a person. Safe to repeat. Returns the picture's key.

    Not inside a transaction, which on SQLite keeps everybody else from writing. Raises `OSError`, for example because
    the disk is full.
    """
    key = hashlib.sha256(b"%d:" % person_id + squares[LARGE]).hexdigest()[:40]
    for size, content in squares.items():
        if not default_storage.exists(_name(key, size)):
            default_storage.save(_name(key, size), ContentFile(content))
    return key


@contextmanager
def kept(squares, person_id):
    """Store the output of `cut` around a transaction that shows it: gives the picture's key, '' for no squares.

    It is looked for again afterwards, because the task that deletes what is not shown may have come between.
    """
    key = keep(squares, person_id) if squares else ""
    yield key
    if squares:
        keep(squares, person_id)


def contents(key):
    """The stored files of a picture, `{size: bytes}`, without any that are missing."""
    found = {}
    for size in (SMALL, LARGE):
        with suppress(FileNotFoundError), default_storage.open(_name(key, size)) as file:
            found[size] = file.read()
    return found


def jpeg(key):
    """A stored picture in the large size as JPEG, on white; None if its file is missing."""
    if not (content := contents(key).get(LARGE)):
        return None
    picture = Image.open(io.BytesIO(content), formats=["WEBP"]).convert("RGBA")
    on_white = Image.alpha_composite(Image.new("RGBA", picture.size, "white"), picture)
    file = io.BytesIO()
    on_white.convert("RGB").save(file, "JPEG", quality=QUALITY)
    return file.getvalue()


def is_kept(key):
    return all(default_storage.exists(_name(key, size)) for size in (SMALL, LARGE))


def remove(key):
    """Delete a picture's files. Safe to repeat."""
    for size in (SMALL, LARGE):
        default_storage.delete(_name(key, size))


def url(key, size):
    """The URL of a picture's file; '' without a picture."""
    return default_storage.url(_name(key, size)) if key else ""


def remove_orphans(before):
    """Delete files written before `moment` that deleted accounts or interrupted uploads left behind."""
    for names in batched(_stored_names(), BATCH_SIZE):
        keys = {_key(name) for name in names}
        used = set(get_user_model().objects.filter(avatar__in=keys).values_list("avatar", flat=True))
        for name in names:
            if _key(name) not in used and default_storage.get_modified_time(name) < before:
                default_storage.delete(name)


def _stored_names():
    try:
        _folders, names = default_storage.listdir(FOLDER)
    except FileNotFoundError:
        return []
    return [f"{FOLDER}/{name}" for name in names]


def _name(key, size):
    return f"{FOLDER}/{key}-{size}.webp"


def _key(name):
    return name.removeprefix(f"{FOLDER}/").partition("-")[0]


def initials(name):
    """One or two letters: the first letters of the first and last word that start with one; '' if none does."""
    letters = [word[0] for word in name.split() if word[0].isalnum()]
    return "".join(letters[:1] + letters[1:][-1:]).upper()[:2]
