"""The truth about a drive as JSON: poses before GPS noise, houses, and where each is seen."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import numpy as np

from ml.tools.render.camera import HEIGHT, WIDTH
from ml.tools.render.draw import Picture
from ml.tools.render.lot import Lot
from ml.tools.render.street import Line, Plane
from ml.tools.render.track import MOUNT_DEG, Pose
from ml.tools.render.world import World

FEWEST_PIXELS = 60
WORDS = "Synthetic: drawn by ml.tools.render from a seed. No real house, person or photo is shown."
CREDIT = "Street lines © OpenStreetMap contributors, ODbL 1.0"


def at_lon_lat(plane: Plane, point: Line) -> dict[str, float]:
    lon, lat = plane.to_lon_lat(np.asarray(point, dtype=float)[None])[0]
    return {"lon": round(float(lon), 7), "lat": round(float(lat), 7)}


def houses_seen(picture: Picture) -> list[dict[str, Any]]:
    """Box (x0, y0, x1, y1 in 0..1, y down) and share of the picture of every house in sight."""
    seen = []
    for number in np.unique(picture.houses[picture.houses > 0]):
        rows, columns = np.nonzero(picture.houses == number)
        if len(rows) < FEWEST_PIXELS:
            continue
        box = (
            columns.min() / WIDTH,
            rows.min() / HEIGHT,
            (columns.max() + 1) / WIDTH,
            (rows.max() + 1) / HEIGHT,
        )
        festive = float((picture.mask & (picture.houses == number)).mean())
        seen.append(
            {
                "house": int(number),
                "box": [round(float(edge), 4) for edge in box],
                "share": round(len(rows) / (WIDTH * HEIGHT), 5),
                "festive_share": round(festive, 5),
            }
        )
    return seen


def frame_truth(name: str, pose: Pose, at: datetime, plane: Plane, picture: Picture) -> dict[str, Any]:
    """One frame: what its EXIF says, where the phone truly was, and the houses in it."""
    return {
        "photo": name,
        "side": pose.side,
        "captured_at": at.astimezone(UTC).isoformat(timespec="milliseconds"),
        **at_lon_lat(plane, pose.measured),
        "true": at_lon_lat(plane, pose.true),
        "heading_deg": round(pose.heading_deg, 2),
        "azimuth_deg": round((pose.heading_deg + MOUNT_DEG[pose.side]) % 360, 2),
        "festive_share": round(float(picture.mask.mean()), 5),
        "houses": houses_seen(picture),
    }


def house_truth(lot: Lot, strength: float, plane: Plane) -> dict[str, Any]:
    """One house: its place and roadside point, its look, and how strongly it is decorated."""
    house = lot.house
    return {
        "id": house.number,
        **at_lon_lat(plane, np.array([house.east_m, house.north_m])),
        "roadside": at_lon_lat(plane, lot.roadside),
        "street": lot.street,
        "side": lot.side,
        "style": house.style.name,
        "decorated": house.decorated,
        "alike": house.recipe,
        "strength": round(strength, 4),
    }


def drive_truth(world: World, frames: list[dict[str, Any]]) -> dict[str, Any]:
    """The whole truth of a drive. Houses with the same `alike` above 0 carry displays of the same style and colours."""
    return {
        "synthetic": True,
        "about": WORDS,
        "credit": CREDIT,
        "seed": world.plan.seed,
        "evening": world.plan.evening,
        "houses": [house_truth(lot, world.strengths[lot.house.number], world.plane) for lot in world.lots],
        "frames": frames,
    }
