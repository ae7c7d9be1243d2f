"""Equirectangular pictures, all around: known by their metadata, cut into a left and a right view as a plain camera sees.

Axes: x to the right, y up, z ahead, which is the middle of the picture. A column is an azimuth (clockwise from ahead), a row an
elevation, both linear. A view is the gnomonic projection onto a plane square to its axis.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from workers.media.exif import device_of

VIEW_YAW_DEG: Mapping[int, float] = {1: -90.0, 2: 90.0}
"""Of each view, from the middle of the picture: 1 looks left, 2 looks right."""
FIELD_OF_VIEW_DEG = 90.0
VIEW_WIDTH_PX, ASPECT = 1024, 3 / 4
LEAST_AROUND = 0.75
_LARGEST_SOURCE_PX = 7000
_STEPS = 16
_ALL_AROUND_DEVICE = re.compile(r"insta360|arashi vision|\btheta\b|gopro (max|fusion)\b", re.IGNORECASE)
_FIELD = r"GPano:{name}\s*(?:=\s*[\"']|>)\s*([^\"'<]*?)\s*[\"'<]"

Floats = NDArray[np.float32]
Picture = NDArray[np.uint8]
Index = NDArray[np.intp]
Part = NDArray[np.uint16]


@dataclass(frozen=True)
class Sphere:
    """How a picture lies on the sphere. `heading_deg` of its middle, clockwise from north, None where not known.

    `pitch_deg`: how far above the horizon the middle is; `roll_deg`: how far the camera leant to its right. `left`, `top`,
    `width`, `height`: the part of the whole sphere that the picture holds, as shares of it.
    """

    heading_deg: float | None = None
    pitch_deg: float = 0.0
    roll_deg: float = 0.0
    left: float = 0.0
    top: float = 0.0
    width: float = 1.0
    height: float = 1.0


WHOLE = Sphere()


def sphere_of(image: Image.Image) -> Sphere | None:
    """How the picture lies on the sphere, by its GPano fields, or by the make of a camera that takes nothing else.

    None for a plain picture: two to one alone proves nothing. A picture that shows less than three quarters of the way
    around is one too.
    """
    fields = GPano(packet_of(image))
    if fields.text("ProjectionType"):
        return _told(fields) if fields.text("ProjectionType").lower() == "equirectangular" else None
    whole = abs(image.width - 2 * image.height) <= 2
    return WHOLE if whole and _ALL_AROUND_DEVICE.search(device_of(image)) else None


def packet_of(image: Image.Image) -> str:
    """The picture's XMP packet, empty if it has none."""
    packet = image.info.get("xmp", b"")
    return packet.decode("utf-8", "replace") if isinstance(packet, bytes) else str(packet)


@dataclass(frozen=True)
class GPano:
    """Fields of Google's photo sphere schema, as attributes or as elements."""

    packet: str

    def text(self, name: str) -> str:
        found = re.search(_FIELD.format(name=name), self.packet)
        return found[1] if found else ""

    def number(self, name: str) -> float | None:
        try:
            number = float(self.text(name))
        except ValueError:
            return None
        return number if abs(number) < 1e6 else None


def _told(fields: GPano) -> Sphere | None:
    heading = fields.number("PoseHeadingDegrees")
    left, width = _part(fields, "FullPanoWidthPixels", "CroppedAreaImageWidthPixels", "CroppedAreaLeftPixels")
    top, height = _part(
        fields, "FullPanoHeightPixels", "CroppedAreaImageHeightPixels", "CroppedAreaTopPixels"
    )
    if width < LEAST_AROUND:
        return None
    return Sphere(
        heading_deg=None if heading is None else heading % 360,
        pitch_deg=fields.number("PosePitchDegrees") or 0.0,
        roll_deg=fields.number("PoseRollDegrees") or 0.0,
        left=left,
        top=top,
        width=width,
        height=height,
    )


def _part(fields: GPano, whole_name: str, part_name: str, start_name: str) -> tuple[float, float]:
    whole, part, start = (fields.number(name) for name in (whole_name, part_name, start_name))
    if not whole or whole <= 0 or part is None or part <= 0:
        return 0.0, 1.0
    return min(max((start or 0.0) / whole, 0.0), 1.0), min(part / whole, 1.0)


def views_of(rgb: Picture, sphere: Sphere = WHOLE) -> list[tuple[int, Picture]]:
    """(1, left) and (2, right) of an equirectangular (H, W, 3) uint8 picture: 90° wide, 4:3, upright, level by `sphere`.

    At most 1,024 × 768 pixels, and no finer than the picture itself. What the picture does not hold is black.
    """
    rgb = _manageable(rgb)
    return [(view, _view(rgb, yaw_deg, sphere)) for view, yaw_deg in VIEW_YAW_DEG.items()]


def _manageable(rgb: Picture) -> Picture:
    factor = -(-rgb.shape[1] // _LARGEST_SOURCE_PX)
    return rgb if factor == 1 else np.asarray(Image.fromarray(rgb).reduce(factor))


def _view(rgb: Picture, yaw_deg: float, sphere: Sphere) -> Picture:
    height, width = rgb.shape[:2]
    come = _sources(height, width, yaw_deg, sphere)
    flat, below = rgb.reshape(-1, 3), come.corner + come.down
    upper = _mixed(flat, come.corner, come.corner + come.right, come.across)
    lower = _mixed(flat, below, below + come.right, come.across)
    view = upper * (_STEPS - come.along) + lower * come.along + _STEPS * _STEPS // 2
    view //= _STEPS * _STEPS
    view[come.beyond] = 0
    return view.astype(np.uint8)


def _mixed(flat: Picture, one: Index, other: Index, part: Part) -> Part:
    """Two neighbours mixed, `part` of 16 of the second one: at most 255 · 16."""
    mixed: Part = flat.take(one, axis=0) * (_STEPS - part)
    mixed += flat.take(other, axis=0) * part
    return mixed


@dataclass(frozen=True)
class _Sources:
    """Where each pixel of a view comes from: the index of the picture's pixel up and left of it, the steps to the neighbours
    to the right and below, how much of them it takes in 16ths, and what the picture does not hold."""

    corner: Index
    right: Index
    down: Index
    across: Part
    along: Part
    beyond: NDArray[np.bool_]


@lru_cache(maxsize=4)
def _sources(height: int, width: int, yaw_deg: float, sphere: Sphere) -> _Sources:
    azimuth, elevation = _directions(view_size(width, sphere), yaw_deg, sphere)
    x = ((azimuth / (2 * np.pi) + 0.5 - sphere.left) % 1.0) * (width / sphere.width) - 0.5
    y = (0.5 - elevation / np.pi - sphere.top) * (height / sphere.height) - 0.5
    wraps = sphere.width >= 1.0
    beyond = (y < -0.5) | (y > height - 0.5)
    if not wraps:
        beyond |= x > width - 0.5
    x0, y0 = np.floor(x), np.clip(np.floor(y), 0, height - 1)
    across = np.round((x - x0) * _STEPS).astype(np.uint16)
    along = np.round(np.clip(y - y0, 0, 1) * _STEPS).astype(np.uint16)
    column, row = x0.astype(np.intp), y0.astype(np.intp)
    if wraps:
        column, right = column % width, (column + 1) % width
    else:
        column, right = np.clip(column, 0, width - 1), np.clip(column + 1, 0, width - 1)
    lower = np.minimum(row + 1, height - 1)
    return _Sources(
        corner=row * width + column,
        right=right - column,
        down=(lower - row) * width,
        across=across[..., None],
        along=along[..., None],
        beyond=beyond,
    )


def view_size(source_width: int, sphere: Sphere = WHOLE) -> tuple[int, int]:
    """(rows, columns) of the views: as fine in the middle as the picture is along its horizon."""
    columns = min(VIEW_WIDTH_PX, max(64, round(source_width / sphere.width / np.pi)))
    return round(columns * ASPECT), columns


def _directions(size: tuple[int, int], yaw_deg: float, sphere: Sphere) -> tuple[Floats, Floats]:
    """Azimuth and elevation in the camera's own axes, radians, of each pixel of a level view."""
    rows, columns = size
    half = np.tan(np.radians(FIELD_OF_VIEW_DEG) / 2)
    u = ((np.arange(columns, dtype=np.float32) + 0.5) / columns * 2 - 1) * half
    v = ((np.arange(rows, dtype=np.float32) + 0.5) / rows * 2 - 1) * half * rows / columns
    right, up = np.meshgrid(u, -v)
    rays = np.stack([right, up, np.ones_like(right)], axis=-1)
    x, y, z = np.moveaxis(rays @ _turn(yaw_deg, sphere).T, -1, 0)
    return np.arctan2(x, z), np.arctan2(y, np.hypot(x, z))


def _turn(yaw_deg: float, sphere: Sphere) -> Floats:
    """From a view's axes to the camera's: yaw about the vertical, then the camera's pitch and roll undone."""
    yaw, pitch, roll = np.radians([yaw_deg, sphere.pitch_deg, sphere.roll_deg])
    about_vertical = [[np.cos(yaw), 0, np.sin(yaw)], [0, 1, 0], [-np.sin(yaw), 0, np.cos(yaw)]]
    pitched = [[1, 0, 0], [0, np.cos(pitch), np.sin(pitch)], [0, -np.sin(pitch), np.cos(pitch)]]
    rolled = [[np.cos(roll), np.sin(roll), 0], [-np.sin(roll), np.cos(roll), 0], [0, 0, 1]]
    camera = np.array(pitched) @ np.array(rolled)
    return np.asarray(camera.T @ np.array(about_vertical), dtype=np.float32)
