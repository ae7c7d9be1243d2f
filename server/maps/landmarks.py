"""Address points and building footprints from GeoJSON, OpenStreetMap extracts or Overpass. House numbers are read over, not
kept."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import shapely
from django.utils.translation import gettext as _
from shapely import MultiPolygon, Point
from shapely.geometry.base import BaseGeometry

from server.maps.places import (
    AREAS,
    LINES,
    Place,
    PlacesError,
    features,
    parse,
    refuse_other_crs,
    valid_area,
    within_the_world,
)  # fmt: skip

POINTS = ("Point", "MultiPoint")
NUMBERED = ("addr:housenumber", "addr_housenumber", "housenumber", "house_number", "HOUSENUMBER")
OSM_CREDIT = "© OpenStreetMap contributors, ODbL"
Tagged = tuple[BaseGeometry, Mapping[str, Any]]


@dataclass
class Landmarks:
    """What was read; `others` features were neither."""

    addresses: list[Point] = field(default_factory=list)
    buildings: list[MultiPolygon] = field(default_factory=list)
    streets: list[Place] = field(default_factory=list)
    credit: str = ""
    others: int = 0


def read_landmarks(path: Path) -> Landmarks:
    """By the ending of the name: an OpenStreetMap extract (.pbf) or GeoJSON. Raises PlacesError."""
    if path.suffix == ".pbf":
        return sorted_out(path.name, features_of_extract(path), OSM_CREDIT)
    collection = parse(path)
    refuse_other_crs(path, collection)
    return sorted_out(
        path.name, features(path, collection, POINTS + LINES + AREAS), str(collection.get("credit", ""))
    )


def sorted_out(name: str, tagged: Iterable[Tagged], credit: str) -> Landmarks:
    """Raises PlacesError where there is nothing to be used."""
    found = Landmarks(credit=credit)
    for shape, tags in tagged:
        take(found, shape, tags)
    if not (found.addresses or found.buildings or found.streets):
        raise PlacesError(
            _(
                "%(file)s has neither addresses nor buildings nor streets: "
                "features need the property addr:housenumber, building or highway."
            )
            % {"file": name}
        )
    return found


def take(found: Landmarks, shape: BaseGeometry, tags: Mapping[str, Any]) -> None:
    numbered = any(tags.get(name) for name in NUMBERED)
    built = tags.get("building") not in (None, "", "no") or tags.get("kind") == "building"
    outline = valid_area(shape) if built and shape.geom_type in AREAS else None
    if outline:
        found.buildings.append(outline)
    if numbered:
        found.addresses.append(shapely.point_on_surface(shape))
    street = tags.get("highway") if shape.geom_type in LINES else None
    if street:
        lines = (part for part in shapely.get_parts(shape) if part.length > 0)
        found.streets += [
            Place(line, str(tags.get("name") or ""), str(street), found.credit) for line in lines
        ]
    found.others += not (outline or numbered or street)


def features_of_extract(path: Path) -> Iterator[Tagged]:
    """Points, lines and areas of an OpenStreetMap extract. Raises PlacesError."""
    import pyogrio

    if not path.exists():
        raise PlacesError(_("%(file)s: No such file.") % {"file": path})
    pyogrio.set_gdal_config_options({"OSM_USE_CUSTOM_INDEXING": "NO"})
    for layer, columns in (("points", ()), ("lines", ("name", "highway")), ("multipolygons", ("building",))):
        try:
            meta, __, shapes, values = pyogrio.raw.read(path, layer=layer, columns=[*columns, "other_tags"])
        except (pyogrio.errors.DataSourceError, pyogrio.errors.DataLayerError) as error:
            raise PlacesError(
                _("%(file)s cannot be read as an OpenStreetMap extract: %(error)s.")
                % {"file": path.name, "error": str(error).rstrip(".")}
            ) from error
        names = [str(name) for name in meta["fields"]]
        for wkb, row in zip(shapes, zip(*values, strict=True), strict=True):
            shape = shapely.from_wkb(wkb) if wkb else None
            tags = dict(zip(names, row, strict=True))
            if shape is not None and not shape.is_empty and within_the_world(shape):
                yield shape, tags | {"addr:housenumber": '"addr:housenumber"=>' in (tags["other_tags"] or "")}


def features_of_overpass(answer: Mapping[str, Any]) -> Iterator[Tagged]:
    """The nodes and ways of an answer in JSON with geometries (`out geom`); closed ways are areas where they are buildings."""
    for element in answer["elements"]:
        tags = element.get("tags") or {}
        if element.get("type") == "node":
            yield Point(element["lon"], element["lat"]), tags
        places = [(one["lon"], one["lat"]) for one in element.get("geometry") or () if one]
        if len(places) > 3 and places[0] == places[-1] and not tags.get("highway"):
            yield shapely.Polygon(places), tags
        elif len(places) > 1:
            yield shapely.LineString(places), tags
