import errno
import io
import random
import struct
import zlib
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django_ox.models import OxTask
from PIL import Image, ImageCms, ImageDraw
from pytest_django.asserts import assertContains, assertRedirects

from accounts import avatars
from accounts.models import User
from accounts.tasks import remove_avatar
from conftest import logged_in
from microblog_site.storage import MediaStorage

from .factories import UserFactory
from .pictures import BLUE, GREEN, RED, encode, looks_like, picture, upload

pytestmark = pytest.mark.any_database


def save(client, **changes):
    data = {"username": "susan", "display_name": "Typed", "about_me": "", **changes}
    return client.post(reverse("settings_profile"), data)


def stored():
    """The names of all stored avatar files."""
    try:
        return set(default_storage.listdir("avatars")[1])
    except FileNotFoundError:
        return set()


def files_of(person):
    person.refresh_from_db()
    return {f"{person.avatar}-96.webp", f"{person.avatar}-256.webp"}


def content_of(name):
    with default_storage.open(f"avatars/{name}") as file:
        return file.read()


def shown(person, size=256):
    person.refresh_from_db()
    return Image.open(io.BytesIO(content_of(f"{person.avatar}-{size}.webp")))


def test_a_picture_is_kept_in_two_sizes(susan, susan_client):
    assertRedirects(save(susan_client, avatar=upload(picture())), reverse("settings_profile"))
    assert stored() == files_of(susan)
    for size in (96, 256):
        image = shown(susan, size)
        assert (image.format, image.size) == ("WEBP", (size, size))
        assert looks_like(image.getpixel((size // 2, size // 2)), RED)
    assert susan.avatar_url_small == f"/media/avatars/{susan.avatar}-96.webp"
    assert susan.avatar_url_large == f"/media/avatars/{susan.avatar}-256.webp"


def test_the_picture_is_served(susan, susan_client, client):
    save(susan_client, avatar=upload(picture()))
    susan.refresh_from_db()
    response = client.get(susan.avatar_url_small)
    assert response["Content-Type"] == "image/webp"
    assert Image.open(io.BytesIO(response.getvalue())).size == (96, 96)


def test_without_a_picture_there_is_no_url(susan):
    assert (susan.avatar_url_small, susan.avatar_url_large) == ("", "")


def test_saving_the_profile_without_a_file_keeps_the_picture(susan, susan_client):
    save(susan_client, avatar=upload(picture()))
    before = files_of(susan)
    save(susan_client)
    assert files_of(susan) == before
    assertContains(susan_client.get(reverse("settings_profile")), 'name="avatar-clear"')


def test_the_middle_is_cut_out(susan, susan_client):
    image = Image.new("RGB", (400, 100), RED)
    ImageDraw.Draw(image).rectangle((150, 0, 249, 99), fill=GREEN)
    save(susan_client, avatar=upload(encode(image)))
    for corner in ((4, 4), (251, 4), (4, 251), (251, 251)):
        assert looks_like(shown(susan).getpixel(corner), GREEN)


@pytest.mark.parametrize(("orientation", "at_top_left"), [(1, RED), (3, BLUE), (6, GREEN), (8, (240, 240, 30))])
def test_a_photo_is_turned_upright_and_loses_its_metadata(susan, susan_client, orientation, at_top_left):
    """A photo taken sideways: red | yellow over green | blue, with the orientation in the EXIF data."""
    image = Image.new("RGB", (200, 200))
    draw = ImageDraw.Draw(image)
    for box, color in (
        ((0, 0, 99, 99), RED),
        ((100, 0, 199, 99), (240, 240, 30)),
        ((0, 100, 99, 199), GREEN),
        ((100, 100, 199, 199), BLUE),
    ):
        draw.rectangle(box, fill=color)
    exif = Image.Exif()
    exif[0x0112], exif[0x010F] = orientation, "Secret Camera"
    save(susan_client, avatar=upload(encode(image, "JPEG", quality=95, exif=exif, comment=b"secret place")))
    assert looks_like(shown(susan).getpixel((40, 40)), at_top_left, tolerance=30)
    for name in stored():
        content = content_of(name)
        assert b"ecret" not in content
        assert not Image.open(io.BytesIO(content)).info.keys() & {"exif", "xmp", "icc_profile", "comment"}


def test_colours_are_those_of_the_profile_which_goes(susan, susan_client):
    """A profile that swaps red and green, so that ignoring it would show."""
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    profile = profile.replace(b"rXYZ", b"????").replace(b"gXYZ", b"rXYZ").replace(b"????", b"gXYZ")
    save(susan_client, avatar=upload(picture(color=(200, 30, 30), icc_profile=profile)))
    red, green, _blue = shown(susan).getpixel((50, 50))
    assert green > 150 > red
    assert "icc_profile" not in shown(susan).info


@pytest.mark.parametrize("profile", [b"rubbish", b"\x00" * 200])
def test_a_broken_colour_profile_does_no_harm(susan, susan_client, profile):
    save(susan_client, avatar=upload(picture(icc_profile=profile)))
    assert looks_like(shown(susan).getpixel((50, 50)), RED)
    assert "icc_profile" not in shown(susan).info


@pytest.mark.parametrize("file_format", ["JPEG", "PNG", "WEBP", "GIF", "AVIF"])
def test_usual_formats_are_taken_whatever_the_name_says(susan, susan_client, file_format):
    save(susan_client, avatar=upload(picture(file_format=file_format), "notes.txt"))
    assert looks_like(shown(susan).getpixel((128, 128)), RED, tolerance=24)


@pytest.mark.parametrize(
    ("content", "seen"),
    [
        (picture("L", color=128), (128, 128, 128)),
        (picture("1", color=1), (255, 255, 255)),
        (encode(Image.new("RGB", (100, 100), RED).quantize()), RED),
        (picture("LA", color=(128, 255)), (128, 128, 128)),
        (picture("I;16", color=0x8000), (128, 128, 128)),
        (picture("CMYK", color=(0, 200, 200, 0), file_format="JPEG"), (255, 55, 55)),
    ],
    ids=["grey", "black and white", "palette", "grey with transparency", "16 bits", "CMYK"],
)
def test_unusual_colour_modes_are_taken(susan, susan_client, content, seen):
    save(susan_client, avatar=upload(content))
    assert looks_like(shown(susan).convert("RGB").getpixel((128, 128)), seen)


def test_what_is_transparent_stays_so(susan, susan_client):
    image = Image.new("RGBA", (200, 200), (*RED, 255))
    ImageDraw.Draw(image).rectangle((0, 0, 200, 99), fill=(0, 0, 0, 0))
    save(susan_client, avatar=upload(encode(image)))
    assert shown(susan).getpixel((128, 40))[3] == 0
    assert looks_like(shown(susan).getpixel((128, 220)), (*RED, 255))


@pytest.mark.parametrize("file_format", ["GIF", "WEBP", "PNG"])
def test_only_the_first_frame_of_an_animation_is_kept(susan, susan_client, file_format):
    frames = [Image.new("RGB", (100, 100), color) for color in (RED, GREEN, BLUE)]
    content = encode(frames[0], file_format, save_all=True, append_images=frames[1:])
    save(susan_client, avatar=upload(content))
    assert not getattr(shown(susan), "is_animated", False)
    assert looks_like(shown(susan).getpixel((128, 128))[:3], RED)


@pytest.mark.parametrize("size", [(1, 1), (3000, 1), (1, 3000)])
def test_odd_sizes_are_taken(susan, susan_client, size):
    save(susan_client, avatar=upload(picture(size=size)))
    assert shown(susan).size == (256, 256)


def png_that_claims(width, height):
    """A PNG of a few bytes whose header claims a huge picture."""

    def chunk(kind, content):
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"")) + chunk(b"IEND", b"")


noise = random.Random(7).randbytes  # always the same
photo = encode(Image.frombytes("RGB", (64, 64), noise(64 * 64 * 3)), "JPEG")
REFUSED = {
    "text": b"not a picture",
    "nearly empty": b"\x00",
    "noise": noise(5000),
    "a script in SVG": b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>',
    "a page": b"GIF89a<html><script>alert(1)</script>",
    "a format nobody needs": picture(file_format="TIFF"),
    "another": picture(file_format="ICO"),
    "a cut-off PNG": picture()[:60],
    "a cut-off WebP": picture(file_format="WEBP")[:40],
    "a cut-off AVIF": picture(file_format="AVIF")[:-20],
    "a bomb": png_that_claims(5001, 10_000),
    "a large bomb": png_that_claims(10_000, 10_000),
    "a huge bomb": png_that_claims(60_000, 60_000),
    "a bomb of short rows": png_that_claims(1, 65_536),
    "a bomb of one row": png_that_claims(65_536, 1),
    "a broken PNG": png_that_claims(10, 10),
    "no pixels": png_that_claims(0, 0),
}


@pytest.mark.filterwarnings("error::PIL.Image.DecompressionBombWarning")  # as in production
@pytest.mark.parametrize("content", REFUSED.values(), ids=REFUSED)
def test_what_is_no_good_picture_is_refused_and_nothing_typed_is_lost(susan, susan_client, content):
    response = save(susan_client, avatar=upload(content), about_me="Typed, too")
    assert response.status_code == 200
    assert response.context["form"].errors.keys() == {"avatar"}
    assertContains(response, "Typed, too")
    susan.refresh_from_db()
    assert (susan.avatar, susan.about_me) == ("", "")
    assert stored() == set()


def broken_exif(orientation):
    """Exif with an orientation, and a tag that points behind its end."""
    entry = struct.pack("<HHI", 0x0112, 3, 1) + struct.pack("<HH", orientation, 0)
    broken = struct.pack("<HHII", 0x8769, 4, 1, 0xFFFFFF0)
    return b"Exif\0\0II*\0" + struct.pack("<IH", 8, 2) + entry + broken + struct.pack("<I", 0xFFFFFF)


USABLE = {
    "a JPEG without its last bytes": photo[:-40],
    "half a JPEG": photo[: len(photo) // 2],
    "a PNG without its end": picture()[:-12],
    "a GIF without its end": picture("P", color=1, file_format="GIF")[:-1],
    "broken metadata": picture(file_format="JPEG", exif=broken_exif(1)),
    "metadata that is none": picture(file_format="JPEG", exif=b"Exif\0\0II*\0\xff\xff\xff"),
    "nonsense as metadata": picture(file_format="WEBP", exif=b"\xff" * 40),
    "a broken colour profile": picture(file_format="JPEG", icc_profile=b"none"),
}


@pytest.mark.parametrize("content", USABLE.values(), ids=USABLE)
def test_what_can_be_seen_is_taken(susan, susan_client, content):
    save(susan_client, avatar=upload(content))
    assert shown(susan).size == (256, 256)


def test_an_orientation_counts_whatever_else_is_broken(susan, susan_client):
    image = Image.new("RGB", (100, 100), RED)
    image.paste(GREEN, (0, 0, 100, 50))
    save(susan_client, avatar=upload(encode(image, "JPEG", exif=broken_exif(3))))
    assert looks_like(shown(susan).getpixel((128, 20))[:3], RED)


def test_of_an_animation_that_begins_empty_the_first_frame_with_something_to_see_is_shown(susan, susan_client):
    empty, red = Image.new("RGBA", (100, 100)), Image.new("RGBA", (100, 100), (*RED, 255))
    save(susan_client, avatar=upload(encode(empty, "GIF", save_all=True, append_images=[red], disposal=2)))
    assert looks_like(shown(susan).convert("RGB").getpixel((128, 128)), RED)


def test_all_that_is_searched_of_an_animation_is_no_larger_than_a_picture(susan_client, settings):
    settings.AVATAR_MAX_PIXELS = 3 * 100 * 100
    frames = [Image.new("RGBA", (100, 100), (number, 0, 0, 255 * (number == 3))) for number in range(4)]
    for first, is_taken in ((1, True), (0, False)):
        content = encode(frames[first], save_all=True, append_images=frames[first + 1 :])
        assert (save(susan_client, avatar=upload(content)).status_code == 302) is is_taken


def test_what_nobody_can_see_is_refused(susan_client):
    errors = save(susan_client, avatar=upload(picture("RGBA", color=(0, 0, 0, 0)))).context["form"].errors["avatar"]
    assert errors == ["There is nothing to see in this picture: all of it is transparent."]


def test_heic_is_called_by_its_name(susan_client):
    errors = save(susan_client, avatar=upload(b"\0\0\0\x18ftypheic" + bytes(100))).context["form"].errors["avatar"]
    assert errors == ["This is a HEIC picture. Save it as JPEG first."]


def test_a_full_disk_is_an_error_of_the_form_and_leaves_nothing_behind(susan, susan_client, settings):
    Path(settings.MEDIA_ROOT).mkdir(parents=True)
    Path(settings.MEDIA_ROOT, "avatars").write_text("a file where the folder should be: nothing can be written there")
    response = save(susan_client, avatar=upload(picture()), about_me="Typed, too")
    assert response.context["form"].errors["avatar"] == ["We couldn't store your picture. Please try again later."]
    assertContains(response, "Typed, too")
    susan.refresh_from_db()
    assert (susan.avatar, susan.about_me) == ("", "")


def test_a_file_that_cannot_be_written_whole_is_not_there_at_all(settings):
    def half_of_it():
        yield b"half"
        raise OSError(errno.ENOSPC, "No space left on device")

    content = ContentFile(b"")
    content.chunks = half_of_it
    with pytest.raises(OSError, match="No space"):
        default_storage.save("avatars/half.webp", content)
    assert list(Path(settings.MEDIA_ROOT, "avatars").iterdir()) == []


@pytest.mark.django_db(transaction=True)
def test_while_files_are_written_others_can_write(susan, john, monkeypatch):
    save_file = MediaStorage._save

    def look(storage, name, content):
        assert not transaction.get_connection().in_atomic_block
        return save_file(storage, name, content)

    monkeypatch.setattr(MediaStorage, "_save", look)
    save(logged_in(susan), avatar=upload(picture()))
    assert shown(susan)


def test_an_empty_file_is_refused(susan_client):
    assert "avatar" in save(susan_client, avatar=upload(b"")).context["form"].errors


def test_damaged_pictures_never_break_the_page():
    """All kinds of damage lead to the same error: a flipped byte or a missing end, at positions throughout the file."""
    chance = random.Random(7)
    for file_format in ("JPEG", "PNG", "WEBP", "GIF", "AVIF"):
        whole = picture(size=(20, 20), file_format=file_format)
        for _attempt in range(60):
            damaged = bytearray(whole)
            damaged[chance.randrange(len(whole))] ^= chance.randrange(1, 256)
            del damaged[chance.randrange(len(whole) // 2, len(whole) + 1) :]
            try:
                avatars.cut(ContentFile(bytes(damaged)))
            except avatars.PictureError:
                continue


def test_the_limits_are_settings_and_named(susan_client, settings):
    settings.AVATAR_MAX_PIXELS = 2_000_000
    errors = save(susan_client, avatar=upload(picture(size=(2001, 1000)))).context["form"].errors["avatar"]
    assert errors == ["This picture has too many pixels. Choose one of 2 megapixels or less."]

    settings.AVATAR_MAX_BYTES = 1024
    errors = save(susan_client, avatar=upload(b"x" * 2048)).context["form"].errors["avatar"]
    assert errors == ["This file is 2.0\xa0KB. Choose one of 1.0\xa0KB or less."]


def test_what_just_fits_is_taken(susan, susan_client):
    save(susan_client, avatar=upload(picture("L", (5000, 5000), 128)))
    assert shown(susan).size == (256, 256)


def test_a_new_picture_replaces_the_old_one(susan, susan_client, run_tasks):
    save(susan_client, avatar=upload(picture(color=RED)))
    old = files_of(susan)
    save(susan_client, avatar=upload(picture(color=GREEN)))
    assert stored() == old | files_of(susan)
    run_tasks()
    assert stored() == files_of(susan)
    assert looks_like(shown(susan).getpixel((128, 128)), GREEN)


def test_the_same_picture_again_stays(susan, susan_client, run_tasks):
    for _time in range(2):
        save(susan_client, avatar=upload(picture()))
    run_tasks()
    assert stored() == files_of(susan)


def test_one_may_go_without(susan, susan_client, run_tasks):
    save(susan_client, avatar=upload(picture()))
    save(susan_client, **{"avatar-clear": "on"})
    susan.refresh_from_db()
    assert susan.avatar == ""
    run_tasks()
    assert stored() == set()


def test_removal_never_takes_the_present_picture(susan, susan_client, run_tasks):
    """Red, green, and red again before the task that removes the first red picture has run."""
    for color in (RED, GREEN, RED):
        save(susan_client, avatar=upload(picture(color=color)))
    run_tasks()
    assert stored() == files_of(susan)
    assert looks_like(shown(susan).getpixel((128, 128)), RED)


def test_removal_may_run_twice_and_after_the_person_is_gone(susan, susan_client):
    save(susan_client, avatar=upload(picture()))
    susan.refresh_from_db()
    user_id, key = susan.pk, susan.avatar
    susan.delete()
    for _time in range(2):
        remove_avatar.call(user_id, key)
    assert stored() == set()


def test_a_first_picture_leaves_nothing_to_remove(susan, susan_client):
    save(susan_client, avatar=upload(picture()))
    assert not OxTask.objects.exists()


def test_two_people_share_no_file(susan, john):
    squares = avatars.cut(ContentFile(picture()))
    for person in (susan, john):
        person.set_avatar(avatars.keep(squares, person.pk))
    assert susan.avatar != john.avatar
    assert stored() == files_of(susan) | files_of(john)


def test_one_chooses_either_a_file_or_the_gravatar(susan, susan_client):
    response = save(susan_client, avatar=upload(picture()), use_gravatar="on")
    assert response.context["form"].errors.keys() == {"use_gravatar"}
    assert stored() == set()


def test_orphaned_files_are_removed_after_a_day(susan, susan_client):
    save(susan_client, avatar=upload(picture()))
    avatars.keep(avatars.cut(ContentFile(picture(color=GREEN))), person_id=0)
    now = timezone.now()
    avatars.remove_orphans(before=now - timedelta(days=1))
    assert len(stored()) == 4
    avatars.remove_orphans(before=now + timedelta(days=1))
    assert stored() == files_of(susan)


@pytest.mark.parametrize(
    ("display_name", "initials"),
    [
        ("", "S"),
        ("Susan", "S"),
        ("susan b. anthony", "SA"),
        ("  Ada   Lovelace ", "AL"),
        ("小龙 李", "小李"),
        ("محمد علي", "مع"),
        ("🎈 Party 🎈", "P"),
        ("🎈🎈", "S"),
        ("straße ßa", "SS"),
        ("7 of nine", "7N"),
    ],
)
def test_initials_stand_in_for_a_picture(display_name, initials):
    assert User(username="susan", display_name=display_name).initials == initials


def test_a_name_without_letters_shows_its_first_character():
    assert User(username="___").initials == "_"


@pytest.mark.django_db
def test_everybody_has_one_of_ten_colours_for_ever():
    people = UserFactory.create_batch(12)
    colors = [person.color for person in people]
    assert set(colors) == set(range(10))
    for person in people:
        person.rename(f"{person.username}x")
    assert [User.objects.get(pk=person.pk).color for person in people] == colors
