"""Photos of every kind, sound and damaged: what is read, and what is refused with which reason."""

from __future__ import annotations

import os
import tracemalloc
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

import pytest
from PIL import ExifTags

from server.drives.models import Reason
from tests.workers.photos import (
    GPS_TAGS,
    NOW,
    animation,
    exif,
    heic,
    jpeg_header,
    night,
    photo,
    png_header,
    read,
    saved,
)
from workers.media.kinds import HEAD_BYTES, Kind, sniff
from workers.media.photo import read_photo
from workers.media.refusal import REASONS, Refused

VIDEO = b"\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00mp42isom" + bytes(100)
AVIF = b"\x00\x00\x00\x1cftypavif\x00\x00\x00\x00avifmif1miaf" + bytes(100)


def refusal(content: bytes, name: str = "IMG_1.jpg") -> str:
    with pytest.raises(Refused) as refused:
        read(content, name=name)
    return refused.value.reason


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (photo(), Kind.JPEG),
        (saved(night(), "PNG"), Kind.PNG),
        (heic(night()), Kind.HEIC),
        (b"PK\x03\x04" + bytes(30), Kind.ZIP),
        (animation("GIF"), Kind.GIF),
        (animation("WEBP"), Kind.WEBP),
        (saved(night(), "TIFF"), Kind.TIFF),
        (saved(night(), "BMP"), Kind.BMP),
        (AVIF, Kind.AVIF),
        (VIDEO, Kind.VIDEO),
        (b"just words", None),
        (b"", None),
    ],
)
def test_a_kind_is_known_by_its_content(content: bytes, kind: Kind | None) -> None:
    assert sniff(content[:HEAD_BYTES]) is kind


@pytest.mark.parametrize(
    "content",
    [
        photo(),
        saved(night(), "PNG", exif=exif()),
        heic(night(), exif=exif()),
        saved(night(), progressive=True, exif=exif()),
        saved(night(mode="CMYK"), exif=exif()),
        saved(night(mode="L"), exif=exif()),
        saved(night(mode="P"), "PNG", exif=exif()),
        saved(night(mode="RGBA"), "PNG", exif=exif()),
        saved(night(), "MPO", save_all=True, append_images=[night()], exif=exif()),
        photo() + VIDEO,
    ],
    ids=["jpeg", "png", "heic", "progressive", "cmyk", "grey", "palette", "alpha", "two pictures", "motion"],
)
def test_every_sound_photo_is_read_with_time_and_place(content: bytes) -> None:
    facts = read(content)
    assert (facts.width, facts.height) == (160, 90)
    assert facts.device_at == datetime(2025, 12, 8, 1, 28, 13, tzinfo=UTC)
    assert facts.position == pytest.approx((-117.150427, 32.920291), abs=1e-6)


def test_a_photo_on_its_side_has_its_upright_size() -> None:
    facts = read(photo(base={ExifTags.Base.Orientation: 6}))
    assert (facts.width, facts.height) == (90, 160)


def test_a_jpeg_named_png_harms_nobody() -> None:
    assert read(photo(), name="IMG_1.png").width == 160


@pytest.mark.parametrize(
    "content",
    [
        b"Dear diary, no lights today.",
        VIDEO,
        AVIF,
        animation("GIF", 1),
        saved(night(), "WEBP"),
        b"PK\x03\x04" * 9,
    ],
)
def test_a_name_that_promises_a_photo_must_keep_it(content: bytes) -> None:
    assert refusal(content, "IMG_1.JPG") == "mislabelled"


@pytest.mark.parametrize(
    ("content", "name"), [(b"Dear diary", "diary.txt"), (VIDEO, "a.mp4"), (b"\x7fELF" * 9, "x")]
)
def test_what_neither_is_nor_promises_a_photo_is_of_unknown_kind(content: bytes, name: str) -> None:
    assert refusal(content, name) == "unknown_kind"


TIFF = b"II*\x00\x08\x00\x00\x00"


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (TIFF, "IMG_1.DNG"),
        (TIFF, "a.nef"),
        (TIFF, "a.arw"),
        (b"MM\x00*\x00\x00\x00\x08", "a.pef"),
        (b"II*\x00\x10\x00\x00\x00CR\x02\x00", "renamed.jpg"),
        (b"FUJIFILMCCD-RAW 0201", "a.raf"),
        (b"IIU\x00\x18\x00\x00\x00", "a.rw2"),
        (b"IIRO\x08\x00\x00\x00", "a.orf"),
        (b"\x00\x00\x00\x18ftypcrx \x00\x00\x00\x01crx isom", "a.cr3"),
        (photo(), "sphere.insp"),
    ],
)
def test_raw_photos_are_refused_with_their_own_hint(content: bytes, name: str) -> None:
    assert refusal(content + bytes(200), name) == "raw"


def test_a_tiff_that_does_not_say_it_is_raw_is_a_tiff() -> None:
    assert refusal(saved(night(), "TIFF"), "scan.tif") == "unknown_kind"
    assert refusal(saved(night(), "TIFF"), "IMG_1.jpg") == "mislabelled"


def test_a_jpeg_named_like_a_raw_photo_is_read() -> None:
    assert read(photo(), name="IMG_1.DNG").width == 160


def test_an_empty_raw_file_is_empty() -> None:
    assert refusal(b"", "a.nef") == "empty"


def test_a_photo_says_what_took_it_and_where_it_looked() -> None:
    base = {ExifTags.Base.Make: "samsung", ExifTags.Base.Model: "SM-G991B\x00 "}
    gps = {**GPS_TAGS, ExifTags.GPS.GPSImgDirectionRef: "T", ExifTags.GPS.GPSImgDirection: 271.5}
    facts = read(photo(base=base, gps=gps))
    assert (facts.device, facts.direction_deg) == ("samsung SM-G991B", 271.5)
    assert read(photo()).direction_deg is None


def test_a_make_that_the_model_repeats_is_said_once() -> None:
    base = {ExifTags.Base.Make: "GoPro", ExifTags.Base.Model: "GoPro Max"}
    assert read(photo(base=base)).device == "GoPro Max"


def test_a_magnetic_compass_is_not_believed() -> None:
    gps = {**GPS_TAGS, ExifTags.GPS.GPSImgDirectionRef: "M", ExifTags.GPS.GPSImgDirection: 90.0}
    assert read(photo(gps=gps)).direction_deg is None


def box(kind: bytes, body: bytes) -> bytes:
    return (8 + len(body)).to_bytes(4, "big") + kind + body


@pytest.mark.parametrize("still", [photo(), heic(night(), exif=exif())], ids=["jpeg", "heic"])
def test_a_motion_photo_is_read_as_its_still(still: bytes) -> None:
    film = VIDEO + b"\xff\xd8\xff\xd9" * 40
    motion = still + (box(b"mpvd", film) if still[4:8] == b"ftyp" else film)
    facts = read(motion, name="PXL_20251208_012813.MP.jpg")
    assert (facts.width, facts.height) == (160, 90)
    assert facts.ends_at == (len(still) if still[:2] == b"\xff\xd8" else len(motion))


@pytest.mark.parametrize("form", ["GIF", "WEBP", "PNG"])
def test_animations_are_refused_whatever_their_name(form: str) -> None:
    assert (
        refusal(animation(form), "IMG_1.jpg") == refusal(animation(form), f"a.{form.lower()}") == "animated"
    )


def test_an_animated_png_of_one_frame_is_a_photo() -> None:
    assert refusal(animation("PNG", 1)) == "no_time"


def test_an_empty_file_is_empty() -> None:
    assert refusal(b"") == "empty"


@pytest.mark.parametrize("content", [photo(), saved(night(), "PNG", exif=exif()), heic(night(), exif=exif())])
@pytest.mark.parametrize("share", [0.3, 0.6, 0.9, 0.999])
def test_a_file_that_ends_too_early_is_truncated(content: bytes, share: float) -> None:
    assert refusal(content[: int(len(content) * share)]) == "truncated"


@pytest.mark.parametrize("content", [photo(), saved(night(), "PNG")])
def test_the_first_bytes_of_a_photo_are_truncated_too(content: bytes) -> None:
    assert refusal(content[:2]) == "truncated"


def test_a_file_of_zeros_is_unreadable() -> None:
    assert refusal(bytes(5000)) == "unreadable"


def test_a_jpeg_without_tables_is_unreadable() -> None:
    assert refusal(photo().replace(b"\xff\xdb", b"\xff\xe5")) == "unreadable"


def test_a_jpeg_of_a_thousand_scans_is_refused_before_decoding() -> None:
    content = saved(night(), progressive=True, exif=exif())
    at = content.rindex(b"\xff\xda")
    assert refusal(content[:at] + content[at:-2] * 1000 + b"\xff\xd9") == "unreadable"


@pytest.mark.parametrize(
    "content", [png_header(30_000, 30_000), jpeg_header(30_000, 30_000), png_header(9_000, 9_000)]
)
def test_a_huge_header_is_refused_before_decoding(content: bytes) -> None:
    tracemalloc.start()
    try:
        assert refusal(content, "IMG_1.png") == "too_large"
        assert tracemalloc.get_traced_memory()[1] < 2_000_000
    finally:
        tracemalloc.stop()


def test_the_limit_of_pixels_is_the_callers() -> None:
    with pytest.raises(Refused, match="too_large: 160 × 90 pixels"):
        read_photo(BytesIO(photo()), name="a.jpg", now=NOW, zone="UTC", max_pixels=10_000)


def test_a_picture_narrower_than_64_pixels_is_too_small() -> None:
    assert refusal(saved(night(640, 63))) == "too_small"
    assert refusal(saved(night(64, 64))) == "no_time"


def test_damaged_exif_counts_as_none() -> None:
    content = photo().replace(b"MM\x00*\x00\x00\x00\x08", b"MM\x00*\x7f\xff\xff\xf0")
    assert refusal(content) == "no_time"
    assert read(content, name="left_20251207_172817.jpg").position is None


def test_what_the_storage_raises_is_not_the_photos_fault() -> None:
    class Failing(BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            raise OSError("The disk is gone.")

    with pytest.raises(OSError, match="The disk is gone"):
        read_photo(Failing(), name="a.jpg", now=NOW, zone="UTC")


def test_the_reasons_are_those_of_the_database() -> None:
    assert set(REASONS) == set(Reason.values)


def test_an_unknown_reason_cannot_be_given() -> None:
    with pytest.raises(ValueError, match="no reason"):
        Refused("bad_weather")


def test_every_photo_of_the_real_drive_has_a_time_and_a_place() -> None:
    folder = os.environ.get("FESTIVITY_REAL_DATA")
    if not folder:
        pytest.skip("FESTIVITY_REAL_DATA does not name the folder of real drives.")
    photos = sorted(Path(folder, "mira_mesa_drive", "photos").iterdir())
    facts = [read_photo(path.open("rb"), name=path.name, now=NOW, zone="UTC") for path in photos]
    assert len(facts) == 825
    assert all(fact.position and fact.device_at.date() == datetime(2025, 12, 8).date() for fact in facts)
