"""Panoramas: known by their metadata alone, and cut into views whose geometry is right."""

from __future__ import annotations

import time
from io import BytesIO

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import ExifTags, Image

from tests.workers.photos import exif, night, photo, read, saved
from workers.media.panorama import WHOLE, Sphere, sphere_of, view_size, views_of
from workers.media.photo import pictures_in

WALLS = {"ahead": (200, 0, 0), "right": (0, 200, 0), "behind": (0, 0, 200), "left": (200, 200, 0)}
SKY, ROAD = (90, 90, 90), (30, 30, 30)
WALL_TOP_DEG = 20.0


def direction_grid(width: int, sphere: Sphere) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """True azimuth and elevation, in degrees, of each pixel of an equirectangular picture that a tilted camera took.

    Written out for each axis by itself, as the definition of the fields reads, not as the code under test turns them.
    """
    height = width // 2
    azimuth = np.radians((np.arange(width) + 0.5) / width * 360 - 180)[None, :]
    elevation = np.radians(90 - (np.arange(height) + 0.5) / height * 180)[:, None]
    x, y, z = np.cos(elevation) * np.sin(azimuth), np.sin(elevation), np.cos(elevation) * np.cos(azimuth)
    y = y + 0 * x
    roll, pitch = np.radians(sphere.roll_deg), np.radians(sphere.pitch_deg)
    x, y = x * np.cos(roll) + y * np.sin(roll), -x * np.sin(roll) + y * np.cos(roll)
    y, z = y * np.cos(pitch) + z * np.sin(pitch), -y * np.sin(pitch) + z * np.cos(pitch)
    return np.degrees(np.arctan2(x, z)), np.degrees(np.arcsin(np.clip(y, -1, 1)))


def room(width: int = 1024, sphere: Sphere = WHOLE) -> NDArray[np.uint8]:
    """A room of four coloured walls, each 90° wide, from 20° below to 20° above the horizon."""
    azimuth, elevation = direction_grid(width, sphere)
    wall = ((azimuth + 45) // 90).astype(int) % 4
    rgb = np.array(list(WALLS.values()), dtype=np.uint8)[wall]
    rgb[elevation > WALL_TOP_DEG] = SKY
    rgb[elevation < -WALL_TOP_DEG] = ROAD
    return rgb


def colour_at(view: NDArray[np.uint8], across: float, down: float) -> tuple[int, ...]:
    rows, columns = view.shape[:2]
    return tuple(int(part) for part in view[int(down * rows), int(across * columns)])


def test_the_left_view_shows_the_left_wall_and_the_right_one_the_right() -> None:
    views = dict(views_of(room()))
    assert set(views) == {1, 2}
    for view, wall in ((views[1], "left"), (views[2], "right")):
        assert {colour_at(view, across, 0.5) for across in (0.02, 0.5, 0.98)} == {WALLS[wall]}
        assert colour_at(view, 0.5, 0.02) == SKY
        assert colour_at(view, 0.5, 0.98) == ROAD


def test_a_wall_as_high_as_a_view_is_wide_ends_where_the_tangent_says() -> None:
    left = dict(views_of(room(4096)))[1]
    rows, columns = left.shape[:2]
    top = int(np.argmax(left[:, columns // 2, 2] == WALLS["left"][2]))
    assert rows / 2 - top == pytest.approx(columns / 2 * np.tan(np.radians(WALL_TOP_DEG)), abs=1.5)


def test_the_horizon_is_a_straight_line_in_the_middle() -> None:
    azimuth, elevation = direction_grid(2048, WHOLE)
    ground = np.zeros((*azimuth.shape, 3), dtype=np.uint8)
    ground[elevation > 0] = 255
    for _, view in views_of(ground):
        edge = np.argmin(view[..., 0] > 127, axis=0)
        assert edge.min() == edge.max() == pytest.approx(view.shape[0] / 2, abs=1)


def test_what_lies_ahead_of_the_side_is_on_the_side_of_the_view_that_is_ahead() -> None:
    azimuth, _ = direction_grid(2048, WHOLE)
    street = np.zeros((*azimuth.shape, 3), dtype=np.uint8)
    street[np.abs(np.abs(azimuth) - 60) < 1] = 255
    for view, rgb in views_of(street):
        column = np.argmax(rgb[rgb.shape[0] // 2, :, 0]) / rgb.shape[1]
        across = np.tan(np.radians(30)) / 2
        assert column == pytest.approx(0.5 + across if view == 1 else 0.5 - across, abs=0.03)


@pytest.mark.parametrize(("pitch_deg", "roll_deg"), [(12, 0), (0, 17), (-9, -14), (25, 160)])
def test_a_camera_that_leant_gives_level_views(pitch_deg: float, roll_deg: float) -> None:
    sphere = Sphere(pitch_deg=pitch_deg, roll_deg=roll_deg)
    level, leant = dict(views_of(room(2048))), dict(views_of(room(2048, sphere), sphere))
    for view in (1, 2):
        difference = np.abs(level[view].astype(int) - leant[view]).max(axis=2)
        assert (difference > 40).mean() < 0.01


def test_what_a_cropped_panorama_does_not_hold_is_black() -> None:
    whole = room(1024)
    band = whole[128:384]
    views = dict(views_of(band, Sphere(top=0.25, height=0.5)))
    assert colour_at(views[1], 0.5, 0.5) == WALLS["left"]
    whole_views = dict(views_of(whole))
    assert (views[1] == whole_views[1]).mean() > 0.99


def test_a_panorama_without_its_back_still_has_its_sides() -> None:
    front = room(1024)[:, 128:896]
    views = dict(views_of(front, Sphere(left=0.125, width=0.75)))
    assert colour_at(views[1], 0.5, 0.5) == WALLS["left"]
    assert colour_at(views[2], 0.5, 0.5) == WALLS["right"]


def test_views_are_as_fine_as_the_picture_and_no_finer() -> None:
    assert view_size(6080) == (768, 1024)
    assert view_size(1000) == (238, 318)


def test_a_panorama_of_six_thousand_pixels_is_cut_quickly() -> None:
    rgb = np.zeros((3040, 6080, 3), dtype=np.uint8)
    views_of(rgb)
    started = time.process_time()
    views_of(rgb)
    assert time.process_time() - started < 0.4


def packet(**fields: object) -> bytes:
    told = "".join(f' GPano:{name}="{value}"' for name, value in fields.items())
    return (
        '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
        f'<rdf:Description xmlns:GPano="http://ns.google.com/photos/1.0/panorama/"{told}/></rdf:RDF></x:xmpmeta>'
    ).encode()


def opened(content: bytes) -> Image.Image:
    return Image.open(BytesIO(content))


def test_a_photo_sphere_is_known_by_its_fields() -> None:
    content = saved(
        night(400, 200),
        xmp=packet(
            ProjectionType="equirectangular",
            PoseHeadingDegrees="-90.0",
            PosePitchDegrees=3,
            PoseRollDegrees=-2,
        ),
    )
    assert sphere_of(opened(content)) == Sphere(heading_deg=270, pitch_deg=3, roll_deg=-2)


def test_fields_as_elements_count_too() -> None:
    told = packet().replace(
        b"/></rdf:RDF>",
        b"><GPano:ProjectionType>equirectangular</GPano:ProjectionType>"
        b"<GPano:FullPanoWidthPixels>400</GPano:FullPanoWidthPixels><GPano:CroppedAreaImageWidthPixels>320"
        b"</GPano:CroppedAreaImageWidthPixels><GPano:CroppedAreaLeftPixels>40</GPano:CroppedAreaLeftPixels>"
        b"</rdf:Description></rdf:RDF>",
    )
    assert sphere_of(opened(saved(night(320, 200), xmp=told))) == Sphere(left=0.1, width=0.8)


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"ProjectionType": "cylindrical"},
        {
            "ProjectionType": "equirectangular",
            "FullPanoWidthPixels": 4000,
            "CroppedAreaImageWidthPixels": 400,
        },
    ],
    ids=["a plain crop", "a cylinder", "a phone's sweep"],
)
def test_two_to_one_alone_is_a_plain_picture(fields: dict[str, object]) -> None:
    assert sphere_of(opened(saved(night(400, 200), xmp=packet(**fields)))) is None


@pytest.mark.parametrize(
    ("make", "model", "around"),
    [("RICOH", "RICOH THETA Z1", True), ("Arashi Vision", "Insta360 X3", True), ("GoPro", "GoPro Max", True),
     ("GoPro", "HERO9 Black", False), ("Apple", "iPhone 15", False)],
)  # fmt: skip
def test_a_camera_that_takes_nothing_else_is_believed(make: str, model: str, around: bool) -> None:
    named = exif(base={ExifTags.Base.Make: make, ExifTags.Base.Model: model})
    assert (sphere_of(opened(saved(night(400, 200), exif=named))) is not None) is around
    assert sphere_of(opened(saved(night(400, 220), exif=named))) is None


def test_what_was_read_says_that_it_is_a_panorama_and_where_it_looked() -> None:
    told = packet(ProjectionType="equirectangular", PoseHeadingDegrees=12.5)
    facts = read(saved(night(400, 200), exif=exif(), xmp=told))
    assert facts.panorama
    assert facts.direction_deg == 12.5
    assert not read(photo()).panorama


def test_a_panorama_gives_two_pictures_and_a_photo_one() -> None:
    told = packet(ProjectionType="equirectangular")
    panorama = pictures_in(BytesIO(saved(night(400, 200), xmp=told)), long_side=1024)
    assert [(view, rgb.shape) for view, rgb in panorama] == [(1, (95, 127, 3)), (2, (95, 127, 3))]
    assert [view for view, _ in pictures_in(BytesIO(photo()), long_side=1024)] == [0]
