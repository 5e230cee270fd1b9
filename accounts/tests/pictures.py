"""Pictures as people upload them."""

import io

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

RED, GREEN, BLUE = (200, 30, 30), (30, 160, 30), (30, 30, 200)


def encode(image, file_format="PNG", **options):
    file = io.BytesIO()
    image.save(file, file_format, **options)
    return file.getvalue()


def picture(mode="RGB", size=(300, 200), color=RED, file_format="PNG", **options):
    return encode(Image.new(mode, size, color), file_format, **options)


def upload(content, name="picture.png"):
    return SimpleUploadedFile(name, content, "image/png")


def looks_like(actual, expected, tolerance=16):
    """Whether two colours look the same: WebP preserves them only approximately."""
    return all(abs(one - other) <= tolerance for one, other in zip(actual, expected, strict=True))
