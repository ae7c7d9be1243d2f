"""A style for MapLibre and whoever reads its styles: https://maplibre.org/maplibre-style-spec/

The same night as the site's own map, in the legend's colours. It needs neither glyphs nor sprites.
"""

from __future__ import annotations

from typing import Any

from server.maps.legend import DRIVEN, STOPS
from server.maps.tiles.queries import WORLD, Edition, extent_of_map

GROUND, AREA = "#0b1020", {"water": "#101c38", "park": "#0f1f1c", "building": "#161d31"}
STREET, BOUNDARY = "#2a3350", "#5a6690"


def style(shown: Edition | None, root: str, question: str) -> dict[str, Any]:
    """`root` is the address of /tiles/, `question` what follows the address of each layer."""
    names = ("base", "neighbourhoods", "heat", "houses")
    west, south, east, north = extent_of_map(shown)
    return {
        "version": 8,
        "name": "Festivity Map",
        "center": [(west + east) / 2, (south + north) / 2],
        "zoom": 1 if (west, south, east, north) == WORLD else 13,
        "sources": {name: {"type": "vector", "url": f"{root}{name}.json{question}"} for name in names},
        "layers": [
            {"id": "ground", "type": "background", "paint": {"background-color": GROUND}},
            layer("areas", "fill", "base", "areas", {"fill-color": AREA_COLOUR}),
            layer("driven", "fill", "heat", "driven", plain_fill(DRIVEN.colour, DRIVEN.opacity)),
            layer("streets", "line", "base", "streets", {"line-color": STREET, "line-width": STREET_WIDTH}),
            layer("heat", "fill", "heat", "heat", HEAT_PAINT),
            layer("boundaries", "line", "neighbourhoods", "neighbourhoods", BOUNDARY_PAINT),
            layer("clusters", "circle", "houses", "clusters", lights(4, 14)),
            layer("houses", "circle", "houses", "houses", lights(3, 9)),
        ],
    }


def layer(name: str, kind: str, source: str, part: str, paint: dict[str, Any]) -> dict[str, Any]:
    return {"id": name, "type": kind, "source": source, "source-layer": part, "paint": paint}


def by_points(channel: str) -> list[Any]:
    """The legend's colour, or its opacity, of a feature's points."""
    stops = [part for stop in STOPS for part in (stop.points, getattr(stop, channel))]
    return ["interpolate", ["linear"], ["get", "points"], *stops]


def plain_fill(colour: str, opacity: float) -> dict[str, Any]:
    return {"fill-color": colour, "fill-opacity": opacity, "fill-antialias": False}


def lights(smallest_px: float, largest_px: float) -> dict[str, Any]:
    radius = ["interpolate", ["linear"], ["get", "points"], 0, smallest_px, 100, largest_px]
    return {
        "circle-color": by_points("colour"),
        "circle-radius": radius,
        "circle-stroke-color": GROUND,
        "circle-stroke-width": 1,
    }


AREA_COLOUR = ["match", ["get", "kind"], *(part for pair in AREA.items() for part in pair), GROUND]
STREET_WIDTH = ["interpolate", ["exponential", 1.6], ["zoom"], 10, 0.4, 18, 8]
HEAT_PAINT = {
    "fill-color": by_points("colour"),
    "fill-opacity": by_points("opacity"),
    "fill-antialias": False,
}
BOUNDARY_PAINT = {"line-color": BOUNDARY, "line-width": 1, "line-dasharray": [4, 3]}
