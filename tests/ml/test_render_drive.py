"""A small rendered drive: its files, its truth, its EXIF."""

from __future__ import annotations

import itertools
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from PIL.ExifTags import GPS, IFD, Base

from ml.tools.render import Plan, render_drive
from ml.tools.render.street import Plane, distance_to_line_m, read_streets
from ml.tools.render.world import build_world

PLAN = Plan(seed=7, houses=6, decorated=0.5, spacing_m=7.0)


@pytest.fixture(scope="module")
def drive(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Any]]:
    folder = tmp_path_factory.mktemp("drive")
    render_drive(folder, PLAN, jobs=1)
    return folder, json.loads((folder / "truth.json").read_text())


def seen_by(truth: dict[str, Any], house: int, at_least: float = 0.0) -> list[str]:
    """Sides of the frames in which a house fills more than a share of the picture."""
    return [
        frame["side"]
        for frame in truth["frames"]
        if any(seen["house"] == house and seen["share"] > at_least for seen in frame["houses"])
    ]


def degrees(parts: tuple[float, float, float]) -> float:
    return float(parts[0]) + float(parts[1]) / 60 + float(parts[2]) / 3600


def read_exif(path: Path) -> tuple[dict[int, Any], dict[int, Any], dict[int, Any]]:
    exif = Image.open(path).getexif()
    return dict(exif), dict(exif.get_ifd(IFD.Exif)), dict(exif.get_ifd(IFD.GPSInfo))


def test_every_decorated_house_stands_in_at_least_three_frames(drive: tuple[Path, dict[str, Any]]) -> None:
    truth = drive[1]
    decorated = [house["id"] for house in truth["houses"] if house["decorated"]]
    assert len(decorated) == 3
    assert all(len(seen_by(truth, house)) >= 3 for house in decorated)


def test_a_house_close_by_is_seen_only_by_the_camera_of_its_side(drive: tuple[Path, dict[str, Any]]) -> None:
    truth = drive[1]
    assert {house["side"] for house in truth["houses"]} == {"left", "right"}
    assert all(set(seen_by(truth, house["id"], 0.03)) == {house["side"]} for house in truth["houses"])


def test_every_photo_has_a_mask_and_a_house_image_of_its_size(drive: tuple[Path, dict[str, Any]]) -> None:
    folder, truth = drive
    photos = sorted(folder.glob("photos/*.jpg"))
    assert [path.name for path in photos] == sorted(frame["photo"] for frame in truth["frames"])
    for path in photos:
        for kind in ("masks", "houses"):
            assert Image.open(folder / kind / f"{path.stem}.png").size == Image.open(path).size == (800, 450)


def test_masks_hold_only_black_and_white_and_show_the_decorated_houses(
    drive: tuple[Path, dict[str, Any]],
) -> None:
    folder, truth = drive
    masks = [np.asarray(Image.open(path)) for path in sorted(folder.glob("masks/*.png"))]
    assert {int(level) for mask in masks for level in np.unique(mask)} == {0, 255}
    shares = [frame["festive_share"] for frame in truth["frames"]]
    assert 0.001 < float(np.mean(shares)) < 0.2


def test_exif_gives_the_measured_position_and_it_lies_within_the_noise(
    drive: tuple[Path, dict[str, Any]],
) -> None:
    folder, truth = drive
    for frame in truth["frames"]:
        gps = read_exif(folder / "photos" / frame["photo"])[2]
        lon, lat = degrees(gps[GPS.GPSLongitude]), degrees(gps[GPS.GPSLatitude])
        assert (lon, lat) == pytest.approx((frame["lon"], frame["lat"]), abs=2e-7)
        plane = Plane(lon, lat)
        off_m = float(np.hypot(*plane.to_metres(np.array([[frame["true"]["lon"], frame["true"]["lat"]]]))[0]))
        assert 0.0 < off_m < 12.0


def test_local_time_with_its_offset_and_gps_time_name_the_same_moment(
    drive: tuple[Path, dict[str, Any]],
) -> None:
    folder, truth = drive
    for frame in truth["frames"]:
        base, exif, gps = read_exif(folder / "photos" / frame["photo"])
        assert (base[Base.Make], base[Base.Model]) == ("Festivity Map", "synthetic camera")
        local = (
            f"{exif[Base.DateTimeOriginal]}.{exif[Base.SubsecTimeOriginal]}{exif[Base.OffsetTimeOriginal]}"
        )
        at = datetime.strptime(local, "%Y:%m:%d %H:%M:%S.%f%z")
        assert at == datetime.fromisoformat(frame["captured_at"])
        hour, minute, second = (float(part) for part in gps[GPS.GPSTimeStamp])
        assert gps[GPS.GPSDateStamp] == f"{at.astimezone(UTC):%Y:%m:%d}"
        assert (hour, minute) == (at.astimezone(UTC).hour, at.minute)
        assert second == pytest.approx(at.second + at.microsecond / 1e6, abs=1e-3)


def test_every_pose_stays_in_the_lane_of_a_street() -> None:
    world = build_world(PLAN)
    _, streets = read_streets()
    for pose in world.poses:
        nearest = min(distance_to_line_m(pose.true, street.points) for street in streets)
        assert nearest < 4.5


def test_the_car_never_jumps_and_never_speeds() -> None:
    poses = [pose for pose in build_world(Plan(seed=3, houses=20)).poses if pose.side == "left"]
    for before, after in itertools.pairwise(poses):
        moved_m = float(np.hypot(*(after.true - before.true)))
        assert 3.0 < moved_m < 8.0
        assert moved_m / (after.at_s - before.at_s) < 9.0


def test_the_same_seed_gives_the_same_bytes_with_one_process_and_with_two(
    drive: tuple[Path, dict[str, Any]], tmp_path: Path
) -> None:
    folder, _ = drive
    render_drive(tmp_path, PLAN, jobs=2)
    paths = [path.relative_to(folder) for path in sorted(folder.rglob("*")) if path.is_file()]
    assert len(paths) > 20
    assert all((tmp_path / path).read_bytes() == (folder / path).read_bytes() for path in paths)


def test_some_displays_look_alike_at_different_addresses() -> None:
    lots = build_world(Plan(seed=7, houses=30)).lots
    alike = [lot.house.recipe for lot in lots if lot.house.decorated]
    assert len(alike) == round(30 * 0.45)
    assert len(set(alike)) < len(alike)
    assert len({(lot.house.east_m, lot.house.north_m) for lot in lots}) == 30
