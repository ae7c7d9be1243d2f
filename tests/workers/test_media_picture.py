"""Pixels: decoded upright as RGB from every mode, and written again without anything but pixels."""

from __future__ import annotations

from dataclasses import astuple
from io import BytesIO

import numpy as np
import pillow_heif
import pytest
from numpy.typing import NDArray
from PIL import ExifTags, Image

from tests.workers.photos import exif, heic, night, photo, png_header, saved
from workers.media.picture import decode, pictures_of
from workers.media.refusal import Refused

LAMP, DARK = 250, 12


def decoded(content: bytes, long_side: int | None = None) -> NDArray[np.uint8]:
    return decode(BytesIO(content), long_side=long_side)


def lamp_corner(rgb: NDArray[np.uint8]) -> str:
    """Which corner of the picture is lit, for instance "upper left"."""
    corners = {
        "upper left": rgb[2, 2],
        "upper right": rgb[2, -3],
        "lower left": rgb[-3, 2],
        "lower right": rgb[-3, -3],
    }
    (lit,) = (name for name, pixel in corners.items() if pixel.min() > 200)
    return lit


@pytest.mark.parametrize(
    "content",
    [
        saved(night(), quality=95),
        saved(night(), "PNG"),
        heic(night()),
        saved(night(mode="L"), quality=95),
        saved(night(mode="CMYK"), quality=95),
        saved(night(mode="P"), "PNG"),
        saved(night(mode="RGBA"), "PNG"),
        saved(night(mode="LA"), "PNG"),
    ],
    ids=["jpeg", "png", "heic", "grey", "cmyk", "palette", "rgba", "la"],
)
def test_every_mode_becomes_the_same_night(content: bytes) -> None:
    rgb = decoded(content)
    assert rgb.shape == (90, 160, 3)
    assert rgb.dtype == np.uint8
    assert np.abs(rgb[4, 4].astype(int) - LAMP).max() < 12
    assert np.abs(rgb[80, 150].astype(int) - DARK).max() < 12


def test_sixteen_bits_are_scaled_to_eight() -> None:
    deep = np.full((90, 160), DARK << 8, dtype=np.uint16)
    deep[:20, :40] = LAMP << 8
    rgb = decoded(saved(Image.fromarray(deep), "PNG"))
    assert rgb[4, 4].tolist() == [LAMP] * 3
    assert rgb[80, 150].tolist() == [DARK] * 3


def test_what_is_transparent_is_black() -> None:
    clear = Image.new("RGBA", (80, 80), (255, 255, 255, 0))
    assert decoded(saved(clear, "PNG")).max() == 0


@pytest.mark.parametrize(
    ("orientation", "corner"),
    [
        (1, "upper left"),
        (2, "upper right"),
        (3, "lower right"),
        (4, "lower left"),
        (5, "upper left"),
        (6, "upper right"),
        (7, "lower right"),
        (8, "lower left"),
    ],
)
def test_a_turned_photo_comes_out_upright(orientation: int, corner: str) -> None:
    rgb = decoded(photo(base={ExifTags.Base.Orientation: orientation}))
    assert rgb.shape[:2] == ((90, 160) if orientation < 5 else (160, 90))
    assert lamp_corner(rgb) == corner


def test_a_turned_heic_is_turned_once() -> None:
    rgb = decoded(heic(night(), exif=exif(base={ExifTags.Base.Orientation: 6})))
    assert rgb.shape[:2] == (160, 90)
    assert lamp_corner(rgb) == "upper right"


def test_of_several_pictures_in_a_heic_the_main_one_counts() -> None:
    burst = pillow_heif.from_pillow(night(160, 90))
    burst.add_from_pillow(night(320, 180))
    burst.add_from_pillow(night(96, 96))
    buffer = BytesIO()
    burst.save(buffer, quality=60, primary_index=1)
    assert decoded(buffer.getvalue()).shape == (180, 320, 3)


def test_a_heic_of_ten_bits_becomes_eight() -> None:
    deep = np.full((90, 160, 3), DARK << 8, dtype=np.uint16)
    deep[:24, :40] = LAMP << 8
    made = pillow_heif.from_bytes(mode="RGB;16", size=(160, 90), data=deep.tobytes())
    buffer = BytesIO()
    made.save(buffer, quality=90)
    assert pillow_heif.open_heif(buffer, convert_hdr_to_8bit=False).mode == "RGB;16"
    rgb = decoded(buffer.getvalue())
    assert rgb.dtype == np.uint8
    assert abs(int(rgb[4, 4, 0]) - LAMP) < 12
    assert abs(int(rgb[80, 150, 0]) - DARK) < 12


@pytest.mark.parametrize("form", ["JPEG", "PNG"])
def test_the_longer_side_is_what_was_asked_for(form: str) -> None:
    content = saved(night(1600, 900), form)
    assert decoded(content, 640).shape == (360, 640, 3)
    assert decoded(content, 800).shape == (450, 800, 3)


def test_no_picture_is_enlarged() -> None:
    assert decoded(photo(), 640).shape == (90, 160, 3)


def test_decoding_refuses_what_reading_refuses() -> None:
    with pytest.raises(Refused, match="too_large"):
        decoded(png_header(30_000, 30_000))
    with pytest.raises(Refused, match="truncated"):
        decoded(photo()[:-200], 640)


def jpegs_of(content: bytes) -> tuple[bytes, ...]:
    return astuple(pictures_of(decoded(content)))


def test_pictures_have_their_sizes() -> None:
    sizes = [Image.open(BytesIO(jpeg)).size for jpeg in jpegs_of(saved(night(1600, 900)))]
    assert sizes == [(1024, 576), (800, 450), (320, 180)]


def test_pictures_of_a_motion_photo_hold_nothing_of_its_film() -> None:
    film = b"\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00mp42isom" + b"FILM" * 500
    assert jpegs_of(photo() + film) == jpegs_of(photo())


def test_a_small_picture_stays_as_it_is() -> None:
    sizes = [Image.open(BytesIO(jpeg)).size for jpeg in jpegs_of(photo())]
    assert sizes == [(160, 90)] * 3


def test_no_metadata_comes_out() -> None:
    secret = exif(base={ExifTags.Base.Make: "SECRETPHONE"})
    content = saved(night(), exif=secret, icc_profile=b"SECRETPROFILE" * 20, comment=b"SECRETPLACE")
    for jpeg in jpegs_of(content):
        image = Image.open(BytesIO(jpeg))
        assert not dict(image.getexif())
        assert set(image.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}
        assert not any(trace in jpeg for trace in (b"SECRET", b"Exif", b"ICC_PROFILE", b"http"))
