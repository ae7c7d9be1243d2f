"""Drawing the preview: pure pictures, no database, no HTTP. Places are lon, lat in degrees."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from math import asinh, atan, degrees, floor, log2, pi, radians, sinh, tan
from typing import Any

import numpy as np
import shapely
from django.conf import settings
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from server.maps.legend import ramp

SIZE = (1200, 630)
TILE_PX = 256
FINER = 2
NEAREST_ZOOM, BUILDINGS_ZOOM = 16, 14
MARGIN_PX = (110, 90)
LATITUDE_LIMIT = 85.0
DIMMEST = 30.0
FONT = settings.ROOT / "static" / "vendor" / "dejavu-fonts-ttf" / "DejaVuSansCondensed-Bold.ttf"

NIGHT = (9, 13, 24)
AREAS = {"park": (12, 26, 28), "water": (11, 29, 52), "building": (19, 26, 43)}
INK, HALO, AMBER, SNOW = (188, 199, 222), (9, 13, 24), (255, 180, 84), (238, 241, 247)
LARGE = ("motorway", "trunk", "primary", "motorway_link", "trunk_link", "primary_link")
MIDDLE = ("secondary", "tertiary", "secondary_link", "tertiary_link")
SMALL = ("residential", "unclassified", "living_street", "road", "pedestrian")
WAYS = ((SMALL, 13, (37, 46, 70), 1.5), (MIDDLE, 10, (47, 59, 90), 2.5), (LARGE, 0, (58, 72, 108), 3.5))

Pixels = NDArray[np.float32]
Corner = tuple[float, float]


@dataclass(frozen=True)
class Ground:
    """A piece of ground: its layer (park, water, building, street), its kind, its shape as WKB."""

    layer: str
    kind: str
    shape: bytes | memoryview


@dataclass(frozen=True)
class Label:
    text: str
    lon: float
    lat: float


@dataclass(frozen=True)
class View:
    """What the picture shows: its north-west corner in Web Mercator pixels of the zoom, counted from the world's."""

    zoom: int
    left: float
    top: float

    @classmethod
    def over(cls, box: tuple[float, float, float, float]) -> View:
        """The nearest view that the box (west, south, east, north) lies in, and its middle in the middle."""
        west, south, east, north = box
        (left, top), (right, bottom) = unit_place(west, north), unit_place(east, south)
        room = (SIZE[0] - 2 * MARGIN_PX[0], SIZE[1] - 2 * MARGIN_PX[1])
        spans = (max(right - left, 1e-9), max(bottom - top, 1e-9))
        zoom = floor(min(log2(room[side] / spans[side] / TILE_PX) for side in (0, 1)))
        zoom = max(2, min(NEAREST_ZOOM, zoom))
        world_px = TILE_PX * 2**zoom
        return cls(
            zoom, (left + right) / 2 * world_px - SIZE[0] / 2, (top + bottom) / 2 * world_px - SIZE[1] / 2
        )

    @property
    def world_px(self) -> int:
        return int(TILE_PX * 2**self.zoom)

    @property
    def degrees_per_pixel(self) -> float:
        return 360 / self.world_px

    @property
    def box(self) -> tuple[float, float, float, float]:
        """West, south, east, north in degrees, within the world."""
        west, east = (
            min(180.0, max(-180.0, x / self.world_px * 360 - 180)) for x in (self.left, self.left + SIZE[0])
        )
        north, south = (
            degrees(atan(sinh(pi * (1 - 2 * min(1, max(0, y / self.world_px))))))
            for y in (self.top, self.top + SIZE[1])
        )
        return west, south, east, north

    def tiles(self) -> Iterator[tuple[int, int]]:
        """Columns and rows of the tiles that reach into the picture."""
        across = 2**self.zoom
        for row in range(floor(self.top / TILE_PX), floor((self.top + SIZE[1] - 1) / TILE_PX) + 1):
            for column in range(floor(self.left / TILE_PX), floor((self.left + SIZE[0] - 1) / TILE_PX) + 1):
                if 0 <= row < across and 0 <= column < across:
                    yield column, row

    def pixel(self, lon: float, lat: float) -> Corner:
        x, y = unit_place(lon, lat)
        return x * self.world_px - self.left, y * self.world_px - self.top


def unit_place(lon: float, lat: float) -> Corner:
    """Web Mercator, 0 to 1 from the world's north-west corner."""
    lat = min(LATITUDE_LIMIT, max(-LATITUDE_LIMIT, lat))
    return (lon + 180) / 360, (1 - asinh(tan(radians(lat))) / pi) / 2


def ways_at(zoom: int) -> list[str]:
    """The kinds of streets that are drawn at the zoom."""
    return [kind for kinds, from_zoom, _, _ in WAYS if zoom >= from_zoom for kind in kinds]


def areas_at(zoom: int) -> list[str]:
    return [kind for kind in AREAS if kind != "building" or zoom >= BUILDINGS_ZOOM]


@dataclass
class Poster:
    """The picture as it is drawn, layer by layer; ground and names are drawn finer and reduced."""

    view: View
    picture: Image.Image = field(default_factory=lambda: Image.new("RGB", SIZE, NIGHT))

    def ground(self, pieces: Sequence[Ground]) -> None:
        fine = Image.new("RGB", (SIZE[0] * FINER, SIZE[1] * FINER), NIGHT)
        draw = ImageDraw.Draw(fine)
        for layer, colour in AREAS.items():
            for piece in pieces:
                if piece.layer == layer:
                    self._area(draw, piece, colour)
        for kinds, _, colour, width_px in WAYS:
            for piece in pieces:
                if piece.layer == "street" and piece.kind in kinds:
                    self._line(draw, piece, colour, self._width(width_px))
        self.picture = fine.resize(SIZE, Image.Resampling.LANCZOS)

    def heat(self, tile: Image.Image, column: int, row: int) -> None:
        at = (round(column * TILE_PX - self.view.left), round(row * TILE_PX - self.view.top))
        self.picture.paste(tile, at, tile)

    def lights(self, houses: Sequence[tuple[float, float, float]]) -> None:
        """Houses as lon, lat, points: the brighter, the larger; the last ones lie on top."""
        light = np.asarray(self.picture, np.float32).copy()
        for lon, lat, points in houses:
            add_glow(light, self.view.pixel(lon, lat), points)
        self.picture = Image.fromarray(np.clip(light, 0, 255).astype(np.uint8))

    def names(self, labels: Sequence[Label]) -> None:
        """As many as fit beside one another, the first ones first."""
        draw, face = ImageDraw.Draw(self.picture), font(22)
        taken: list[tuple[float, float, float, float]] = []
        for label in labels:
            x, y = self.view.pixel(label.lon, label.lat)
            box = draw.textbbox((x, y), label.text, face, anchor="mm", stroke_width=3)
            if fits(box) and not any(overlaps(box, other) for other in taken):
                taken.append(box)
                draw.text((x, y), label.text, INK, face, anchor="mm", stroke_width=3, stroke_fill=HALO)

    def title(self, name: str, caption: str) -> None:
        shade = np.linspace(0, 1, 200)[:, None] ** 1.5 * 0.9
        foot = np.asarray(self.picture, np.float32).copy()
        foot[-200:] = foot[-200:] * (1 - shade[..., None]) + np.array(NIGHT, np.float32) * shade[..., None]
        self.picture = Image.fromarray(foot.astype(np.uint8))
        draw = ImageDraw.Draw(self.picture)
        draw.text((56, SIZE[1] - 84), name, SNOW, font(58), anchor="ls")
        draw.text((58, SIZE[1] - 38), caption, AMBER, font(28), anchor="ls")

    def png(self) -> bytes:
        stream = io.BytesIO()
        self.picture.save(stream, "PNG", optimize=True)
        return stream.getvalue()

    def _width(self, width_px: float) -> int:
        return max(1, round(width_px * FINER * 2 ** ((self.view.zoom - 15) * 0.5)))

    def _area(self, draw: ImageDraw.ImageDraw, piece: Ground, colour: Any) -> None:
        for polygon in parts_of(piece):
            draw.polygon(self._corners(polygon.exterior.coords), colour)
            for hole in polygon.interiors:
                draw.polygon(self._corners(hole.coords), NIGHT)

    def _line(self, draw: ImageDraw.ImageDraw, piece: Ground, colour: Any, width_px: int) -> None:
        for line in parts_of(piece):
            draw.line(self._corners(line.coords), colour, width_px, joint="curve")

    def _corners(self, places: Any) -> list[Corner]:
        return [(x * FINER, y * FINER) for x, y in (self.view.pixel(lon, lat) for lon, lat in places)]


def parts_of(piece: Ground) -> list[Any]:
    shape = shapely.from_wkb(bytes(piece.shape))
    return [part for part in getattr(shape, "geoms", [shape]) if not part.is_empty]


def add_glow(light: Pixels, at: Corner, points: float) -> None:
    """Adds a light of that many points to the picture, (height, width, 3), in place."""
    radius = 10 + points * 0.22
    left, top = (max(0, floor(at[side] - radius)) for side in (0, 1))
    right, bottom = (max(0, floor(at[side] + radius) + 1) for side in (0, 1))
    part = light[top:bottom, left:right]
    if part.size == 0:
        return
    ys, xs = np.mgrid[top : top + part.shape[0], left : left + part.shape[1]]
    away = np.hypot(xs - at[0], ys - at[1]) / radius
    colour = colour_of(max(points, DIMMEST))
    halo = np.clip(1 - away, 0, 1)[..., None] ** 2 * (0.35 + points / 220)
    core = np.clip((0.26 - away) * radius / 1.5 + 0.5, 0, 1)[..., None]
    part += halo * colour
    part[:] = (
        part * (1 - core)
        + (colour * (0.75 - points / 200) + np.array([255, 250, 240]) * (0.25 + points / 200)) * core
    )


def colour_of(points: float) -> Pixels:
    """(3,) red, green, blue of the legend."""
    colours = ramp()
    return colours[round(points / 100 * (len(colours) - 1)), :3].astype(np.float32)


def fits(box: tuple[float, float, float, float]) -> bool:
    return box[0] >= 8 and box[1] >= 8 and box[2] <= SIZE[0] - 8 and box[3] <= SIZE[1] - 130


def overlaps(one: tuple[float, ...], other: tuple[float, ...]) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


@cache
def font(size_px: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(str(FONT), size_px)
