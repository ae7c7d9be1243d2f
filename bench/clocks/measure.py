"""Estimates of clocks, compared with the truth."""

from __future__ import annotations

import argparse
import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import ExifTags, Image

from bench.clocks.drawn import drive_around, motion_seen
from server.drives.cameras.course import course_of
from server.drives.cameras.evidence import Seen
from server.drives.cameras.offsets import CONFIDENT, Prior, estimate
from server.drives.cameras.sides import side_by_flow
from server.drives.track import Fix
from workers.media.exif import position
from workers.media.shift import change_between, shift_between

RIGHT_WITHIN_S = 2.0
NAMED = re.compile(r"(left|right)_(\d{8}_\d{6})")
CASES = ((40, None, 0.5), (40, None, 1.2), (60, 600, 0.6), (60, 300, 0.7), (25, 120, 0.5), (60, 120, 0.8))
"""Minutes of the drive, seconds of the video (None: all of it), noise of what is seen."""


def wrong_clock_s(rng: np.random.Generator) -> float:
    kinds = (
        0.0,
        rng.normal(0, 60),
        3600.0 * rng.integers(-12, 13) + rng.normal(0, 40),
        rng.uniform(-4e4, 4e4),
    )
    return float(rng.choice(kinds))


def judged(seen: Seen, track: list[Fix], offset_s: float) -> tuple[float, float]:
    """Error in seconds and confidence of the best candidate."""
    course = course_of(track)
    found = estimate(seen.clues(course), seen.ends_s, course, Prior()) if course else []
    return (abs(found[0].offset_s - offset_s), found[0].confidence) if found else (float("inf"), 0.0)


def drawn(repeats: int) -> Iterator[tuple[float, float]]:
    for number, (minutes, video_s, noise) in enumerate(CASES):
        for seed in range(repeats):
            rng = np.random.default_rng([number, seed])
            drive = drive_around(seed + 1000 * number, minutes)
            first = int(rng.integers(0, minutes * 60 - video_s)) if video_s else 0
            span = (first, first + video_s) if video_s else None
            offset_s = wrong_clock_s(rng)
            yield judged(motion_seen(drive, seed, offset_s, noise, span), drive.track, offset_s)


def stills_of(folder: Path, side: str) -> tuple[Seen, list[Fix]]:
    """What one phone of a rendered or real drive saw, by its own right clock, and the fixes that its photos carry."""
    rows, fixes = [], []
    for path in sorted(folder.glob(f"*{side}*.jpg")):
        with Image.open(path) as image:
            exif = image.getexif()
            at = moment_in(exif.get_ifd(ExifTags.IFD.Exif), path.name)
            where = position(dict(exif.get_ifd(ExifTags.IFD.GPSInfo)))
            small = image.convert("L").resize((160, 90), Image.Resampling.BILINEAR)
        rows.append((at.timestamp(), np.asarray(small, dtype=np.float32) / np.float32(255)))
        if where:
            fixes.append(Fix(at, *where))
    seen = [
        (one_s, other_s, change_between(one, other), flow_of(one, other, other_s - one_s))
        for (one_s, one), (other_s, other) in pairwise(rows)
        if 0 < other_s - one_s <= 30
    ]
    return Seen(*np.array(seen).T), fixes


def moment_in(photo: dict[int, str], name: str) -> datetime:
    """The camera's clock as if it were UTC: only differences count here."""
    told = photo.get(ExifTags.Base.DateTimeOriginal)
    if told is None:
        return datetime.strptime(NAMED.findall(name)[0][1], "%Y%m%d_%H%M%S").replace(tzinfo=UTC)
    fraction = float(f"0.{photo.get(ExifTags.Base.SubsecTimeOriginal, 0)}")
    clock = datetime.strptime(told, "%Y:%m:%d %H:%M:%S").replace(tzinfo=UTC)
    return clock + timedelta(seconds=fraction)


def flow_of(one: NDArray[np.float32], other: NDArray[np.float32], seconds: float) -> float:
    return shift_between(one, other) / seconds if seconds <= 2.5 else float("nan")


def photographed(folder: Path) -> dict[str, object]:
    """Each phone's clock by the other's track, at some wrong offsets; and the side that its stills tell."""
    phones = {side: stills_of(folder, side) for side in ("left", "right")}
    results, sides = [], {}
    for side, other in (("left", "right"), ("right", "left")):
        seen, guess = phones[side][0], side_by_flow(phones[side][0].flow)
        sides[side] = f"{guess.side} {guess.confidence:.2f}" if guess else ""
        for offset_s in (0.0, 28_812.0, -75.0):
            moved = Seen(seen.begins_s - offset_s, seen.ends_s - offset_s, seen.change, seen.flow)
            results.append(judged(moved, phones[other][1], offset_s))
    return {**summary(results), "sides": sides}


def summary(results: list[tuple[float, float]]) -> dict[str, object]:
    sure = [error_s for error_s, confidence in results if confidence >= CONFIDENT]
    right = [error_s <= RIGHT_WITHIN_S for error_s in sure]
    return {
        "clocks": len(results),
        "right": round(float(np.mean([error_s <= RIGHT_WITHIN_S for error_s, _ in results])), 3),
        "sure": len(sure),
        "right_of_sure": round(float(np.mean(right)), 3) if sure else None,
        "error_s": round(float(np.median(sure)), 2) if sure else None,
    }


def main() -> None:
    parser = argparse.ArgumentParser(description="How well the clocks of cameras are found.")
    parser.add_argument("--repeats", type=int, default=20, help="drawn drives of each of the six kinds")
    parser.add_argument(
        "--photos", type=Path, action="append", default=[], help="photos of a drive with two phones"
    )
    asked = parser.parse_args()
    figures: dict[str, object] = {"drawn": summary(list(drawn(asked.repeats)))}
    figures |= {str(folder.parent.name): photographed(folder) for folder in asked.photos}
    print(json.dumps(figures))
