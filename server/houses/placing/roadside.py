"""From a region in a frame to a place beside the road. Pure geometry: no database.

The houses of a street stand along a line parallel to the car's way. The ray from the camera through the middle of the
region meets that line; the roadside point lies where the same distance along the road has been driven, at the kerb.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from server.drives.models import Side
from server.drives.track import moved

HOUSE_LINE_M = 14.0
KERB_M = 6.0
MAX_ALONG_M = 25.0
MIN_ANGLE_DEG = 12.0
SHALLOWEST = HOUSE_LINE_M / math.hypot(HOUSE_LINE_M, MAX_ALONG_M)


@dataclass(frozen=True)
class View:
    """A camera's pose at a frame: degrees clockwise from north, mount angle clockwise from the heading."""

    lon: float
    lat: float
    heading_deg: float
    mount_angle_deg: float
    field_of_view_deg: float


@dataclass(frozen=True)
class Placed:
    """A region in the world. `facing_deg`: from the road to the house; `bearing_deg`: from the camera to the region.

    `distance_m`: from the camera to the line of houses along the ray, at most 28.7 m. `square_on`: the cosine of the angle
    at which the ray meets that line, at least 0.49. With the line 14 m off, `distance_m` is 14 m / `square_on`.
    """

    lon: float
    lat: float
    side: Side
    bearing_deg: float
    facing_deg: float
    distance_m: float
    square_on: float


def place(view: View, box: tuple[float, float, float, float]) -> Placed | None:
    """The roadside point of a region's box (x0, y0, x1, y1 in [0, 1]), or None when it lies along the road itself.

    Pinhole camera: a column u in [0, 1] lies atan((2u - 1) tan(fov / 2)) to the right of the optical axis.
    """
    angle_deg = relative_angle_deg(view, (box[0] + box[2]) / 2)
    if not MIN_ANGLE_DEG <= abs(angle_deg) <= 180 - MIN_ANGLE_DEG:
        return None
    side = Side.RIGHT if angle_deg > 0 else Side.LEFT
    along_m = HOUSE_LINE_M / math.tan(math.radians(abs(angle_deg)))
    along_m = min(max(along_m, -MAX_ALONG_M), MAX_ALONG_M)
    facing_deg = (view.heading_deg + (90 if side == Side.RIGHT else -90)) % 360
    lon, lat = moved(view.lon, view.lat, bearing=view.heading_deg, by_m=along_m)
    lon, lat = moved(lon, lat, bearing=facing_deg, by_m=KERB_M)
    distance_m = math.hypot(HOUSE_LINE_M, along_m)
    bearing_deg = (view.heading_deg + angle_deg) % 360
    return Placed(lon, lat, side, bearing_deg, facing_deg, distance_m, HOUSE_LINE_M / distance_m)


def relative_angle_deg(view: View, column: float) -> float:
    """The ray's angle to the driving direction in (-180, 180], positive to the right."""
    half_width = math.tan(math.radians(min(view.field_of_view_deg, 170.0) / 2))
    off_axis_deg = math.degrees(math.atan((2 * column - 1) * half_width))
    return -((-(view.mount_angle_deg + off_axis_deg) + 180) % 360 - 180)
