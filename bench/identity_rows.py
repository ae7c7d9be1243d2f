"""Rows of drives that were never driven: frames and regions of a city drawn by `bench.identity_city`, without files behind
them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
from django.contrib.gis.geos import Point

from bench.identity_city import FIELD_DEG, FOLLOWED_SHARE, FOLLOWED_WRONG, Floats, Shot
from server.accounts.models import User
from server.drives.models import Camera, Drive, Footage
from server.frames.models import Frame, Region, Scorer
from server.houses.identity.comparisons import record_comparisons
from server.houses.identity.grouping import Pair
from server.houses.identity.passages import lonlat
from server.houses.models import Sighting
from server.houses.placing.locate import place_regions

ORIGIN = (-117.1, 32.9)
NIGHT = datetime(2026, 12, 5, 3, tzinfo=UTC)
Shown = tuple[int, int, int]
"""Ids of a sighting and its region, and the number of the house that it shows."""


def make_scorer() -> Scorer:
    named = {"backbone": "none", "head": "none", "card": {}, "live": True}
    return Scorer.objects.get_or_create(hash="5e1f5e1f5e1f", defaults=named)[0]


def make_drive(
    shots: Sequence[Shot], scorer: Scorer, began_at: datetime, rng: np.random.Generator
) -> tuple[Drive, list[Shown]]:
    """A drive that has been scored and placed, and some of whose regions were followed."""
    driver = User.objects.get_or_create(email="bench@localhost")[0]
    drive = Drive.objects.create(driver=driver, title="Drawn", synthetic=True, scorer_hash=scorer.hash)
    footage = {side: footage_of(drive, side) for side in (1, -1)}
    frames = Frame.objects.bulk_create(
        [frame_of(shot, number, footage[shot.side], began_at) for number, shot in enumerate(shots)],
        batch_size=1000,
    )
    shows = [(frame, glance) for frame, shot in zip(frames, shots, strict=True) for glance in shot.glances]
    regions = Region.objects.bulk_create(list(regions_of(shows, scorer)), batch_size=1000)
    place_regions({frame.pk: frame for frame in frames}, scorer)
    house_of = {region.pk: glance.house for region, (_, glance) in zip(regions, shows, strict=True)}
    record_comparisons("follow", "drawn", dict.fromkeys(followed(shots, regions, rng), 0.99))
    rows = Sighting.objects.filter(frame__drive=drive).values_list("pk", "region")
    return drive, [(pk, region, house_of[region]) for pk, region in rows]


def footage_of(drive: Drive, side: int) -> Footage:
    name = "right" if side == 1 else "left"
    camera = Camera.objects.create(
        drive=drive, key=name, side=name, mount_angle_deg=90.0 * side, field_of_view_deg=FIELD_DEG
    )
    return Footage.objects.create(
        drive=drive, camera=camera, name=f"{name}.mp4", file=f"{name}.mp4", size_bytes=1,
        sha256=f"{drive.pk:063x}{side > 0:d}", state=Footage.State.ACCEPTED,
    )  # fmt: skip


def frame_of(shot: Shot, number: int, footage: Footage, began_at: datetime) -> Frame:
    at = began_at + timedelta(seconds=shot.second)
    return Frame(
        drive_id=footage.drive_id, camera=footage.camera, footage=footage, at_ms=number, device_at=at, captured_at=at,
        position=Point(lonlat(ORIGIN, shot.camera_m), srid=4326), heading_deg=shot.heading_deg, width=800, height=450,
    )  # fmt: skip


def regions_of(shows: Sequence[tuple[Frame, Any]], scorer: Scorer) -> Iterator[Region]:
    index: dict[int, int] = {}
    for frame, glance in shows:
        index[frame.pk] = index.get(frame.pk, -1) + 1
        yield Region(
            frame=frame, scorer=scorer, index=index[frame.pk], box=[glance.left, 0.4, glance.right, 0.8],
            festivity=0.5, share=(glance.right - glance.left) * 0.2, vector=stored(glance.vector),
        )  # fmt: skip


def stored(vector: Floats) -> bytes:
    return vector.astype(np.float16).tobytes()


def followed(shots: Sequence[Shot], regions: Sequence[Region], rng: np.random.Generator) -> Iterator[Pair]:
    """A quarter of what the next frame of the camera shows as well, and now and then another house instead."""
    ids = iter(region.pk for region in regions)
    before: dict[int, list[tuple[int, int]]] = {}
    for shot in shots:
        now = [(next(ids), glance.house) for glance in shot.glances]
        for region, house in before.get(shot.side, []):
            if now and rng.random() < FOLLOWED_SHARE:
                wrong = rng.random() < FOLLOWED_WRONG
                on = [other for other, shown in now if (shown != house) == wrong]
                if on:
                    yield min(region, on[0]), max(region, on[0])
        before[shot.side] = now
