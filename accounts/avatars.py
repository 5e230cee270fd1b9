"""Avatars: uploaded pictures are checked, cropped and stored in the sizes that pages show; without one, initials.

A picture's key is a hash of the person and the content, and its files are `avatars/<key>-<size>.webp`. A name never
shows anything else, so browsers may cache it for good, and no two people share a file.
"""

import hashlib
import io
import warnings
from contextlib import suppress
from itertools import batched

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext_lazy as _
from PIL import Image, ImageCms, ImageOps

FOLDER = "avatars"
FORMATS = ["JPEG", "PNG", "WEBP", "GIF", "AVIF"]
# Pixels: twice the 48 and 128 at which pages show them, for high-density screens.
SMALL, LARGE = 96, 256
QUALITY = 85
BATCH_SIZE = 500

warnings.simplefilter("error", Image.DecompressionBombWarning)


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
        square = _square(Image.open(file, formats=FORMATS))
        return {size: _webp(square, size) for size in (SMALL, LARGE)}
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise PictureError(
            _("This picture has too many pixels. Choose one of %(maximum)d megapixels or less."),
            code="too_many_pixels",
            params={"maximum": settings.AVATAR_MAX_PIXELS // 1_000_000},
        ) from error
    except Exception as error:  # Pillow raises whatever its decoders trip over in a broken file.
        raise PictureError(
            _("This file isn't a picture, or it's damaged. Choose a JPEG, PNG, WebP, GIF or AVIF file."),
            code="unreadable",
        ) from error


def _square(picture):
    """The centre of the picture's first frame, upright and in sRGB."""
    if picture.width * picture.height > settings.AVATAR_MAX_PIXELS:
        raise Image.DecompressionBombError
    picture.draft(None, (2 * LARGE, 2 * LARGE))  # decode a JPEG no larger than needed
    picture = ImageOps.fit(_in_eight_bits(picture), (LARGE, LARGE), Image.Resampling.LANCZOS)
    return _in_srgb(ImageOps.exif_transpose(picture))


def _in_eight_bits(picture):
    if picture.mode.startswith("I;16"):
        picture = picture.point(lambda value: value / 256).convert("L")
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
    """Store the output of `cut` for a person. Returns the picture's key."""
    key = hashlib.sha256(b"%d:" % person_id + squares[LARGE]).hexdigest()[:40]
    for size, content in squares.items():
        if not default_storage.exists(_name(key, size)):
            default_storage.save(_name(key, size), ContentFile(content))
    return key


def contents(key):
    """The stored files of a picture, `{size: bytes}`, without any that are missing."""
    found = {}
    for size in (SMALL, LARGE):
        with suppress(FileNotFoundError), default_storage.open(_name(key, size)) as file:
            found[size] = file.read()
    return found


def jpeg(key):
    """A stored picture in the large size as JPEG, on white; None if its file is missing."""
    try:
        with default_storage.open(_name(key, LARGE)) as file:
            picture = Image.open(file, formats=["WEBP"]).convert("RGBA")
    except FileNotFoundError:
        return None
    ground = Image.new("RGBA", picture.size, "white")
    converted = io.BytesIO()
    Image.alpha_composite(ground, picture).convert("RGB").save(converted, "JPEG", quality=QUALITY)
    return converted.getvalue()


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
