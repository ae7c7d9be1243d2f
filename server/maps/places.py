"""Reading GeoJSON of streets, areas and neighbourhoods: what is wrong is said in a sentence before anything is written."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from string import capwords
from typing import Any

import shapely
from django.utils.translation import gettext as _
from shapely import LineString, MultiPolygon
from shapely.geometry.base import BaseGeometry

LONLAT = ("CRS84", "EPSG:4326", "EPSG::4326")
NAME_PROPERTIES = ("name", "NAME", "Name", "neighborhood", "neighbourhood", "title")
KIND_PROPERTIES = ("kind", "highway")
AREAS = ("Polygon", "MultiPolygon")
LINES = ("LineString", "MultiLineString")


class PlacesError(Exception):
    """A file cannot be taken; the text says why and what to do."""


@dataclass(frozen=True)
class Place:
    """A feature: its shape in lon, lat, and what it is called; empty words where the file says nothing."""

    shape: BaseGeometry
    name: str
    kind: str
    credit: str


def read_lines(path: Path, name_property: str | None = None) -> list[Place]:
    """Streets, one per LineString. Raises PlacesError."""
    places = read(path, LINES, name_property)
    parts = ((place, part) for place in places for part in shapely.get_parts(place.shape))
    return [
        Place(part, place.name, place.kind, place.credit)
        for place, part in parts
        if isinstance(part, LineString) and part.length > 0
    ]


def read_areas(path: Path, name_property: str | None = None) -> list[Place]:
    """Valid MultiPolygons. Raises PlacesError."""
    places = read(path, AREAS, name_property)
    return [Place(valid_area(place.shape), place.name, place.kind, place.credit) for place in places]


def read_neighbourhoods(path: Path, name_property: str | None = None) -> list[Place]:
    """One valid MultiPolygon per name; features of one name are one neighbourhood. Raises PlacesError."""
    named: dict[str, list[Place]] = {}
    for number, place in enumerate(read_areas(path, name_property), start=1):
        if not place.name:
            raise PlacesError(
                _("%(file)s: feature %(number)s has no name. Choose the property with --name-property.")
                % {"file": path.name, "number": number}
            )
        named.setdefault(place.name, []).append(place)
    return [
        Place(valid_area(shapely.union_all([part.shape for part in parts])), name, "", parts[0].credit)
        for name, parts in named.items()
    ]


def read(path: Path, kinds: tuple[str, ...], name_property: str | None) -> list[Place]:
    collection = parse(path)
    refuse_other_crs(path, collection)
    credit = str(collection.get("credit", ""))
    return [
        Place(shape, name_of(properties, name_property), first_of(properties, KIND_PROPERTIES),
              str(properties.get("credit") or credit))
        for shape, properties in features(path, collection, kinds)
    ]  # fmt: skip


def parse(path: Path) -> dict[str, Any]:
    try:
        collection = json.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise PlacesError(f"{path}: {error.strerror}.") from error
    except ValueError as error:
        raise PlacesError(
            _("%(file)s is no JSON: %(error)s.") % {"file": path.name, "error": error}
        ) from error
    if not isinstance(collection, dict) or not isinstance(collection.get("features"), list):
        raise PlacesError(_("%(file)s is no GeoJSON FeatureCollection.") % {"file": path.name})
    return collection


def refuse_other_crs(path: Path, collection: dict[str, Any]) -> None:
    """RFC 7946 knows lon, lat only; older files may name another system."""
    crs = collection.get("crs") or {}
    name = str((crs.get("properties") or {}).get("name", "")) if isinstance(crs, dict) else str(crs)
    if crs and not name.endswith(LONLAT):
        raise PlacesError(
            _("%(file)s is in %(crs)s. Convert it first: ogr2ogr -t_srs EPSG:4326 new.geojson %(file)s")
            % {"file": path.name, "crs": name or _("an unnamed coordinate system")}
        )


def features(
    path: Path, collection: dict[str, Any], kinds: tuple[str, ...]
) -> Iterator[tuple[BaseGeometry, dict[str, Any]]]:
    for number, feature in enumerate(collection["features"], start=1):
        try:
            shape = shape_of(feature, kinds)
        except PlacesError as error:
            raise PlacesError(
                _("%(file)s: feature %(number)s %(wrong)s")
                % {"file": path.name, "number": number, "wrong": error}
            ) from error
        yield shape, feature.get("properties") or {}


def shape_of(feature: Any, kinds: tuple[str, ...]) -> BaseGeometry:
    geometry = feature.get("geometry") if isinstance(feature, dict) else None
    kind = geometry.get("type") if isinstance(geometry, dict) else None
    if kind not in kinds:
        raise PlacesError(
            _("is a %(kind)s; only %(kinds)s will do.")
            % {"kind": kind or _("nothing"), "kinds": _(" or ").join(kinds)}
        )
    try:
        shape = shapely.force_2d(shapely.from_geojson(json.dumps(geometry)))
    except shapely.errors.GEOSException as error:
        raise PlacesError(_("cannot be read as a shape.")) from error
    if shape.is_empty or not within_the_world(shape):
        raise PlacesError(
            _("lies outside of 180 degrees of longitude and 90 of latitude. Convert it to EPSG:4326.")
        )
    return shape


def within_the_world(shape: BaseGeometry) -> bool:
    west, south, east, north = shape.bounds
    return bool(-180 <= west <= east <= 180 and -90 <= south <= north <= 90)


def valid_area(shape: BaseGeometry) -> MultiPolygon:
    """The shape's polygons, made valid."""
    parts = shapely.get_parts(shapely.make_valid(shape))
    polygons = [
        polygon for part in parts for polygon in shapely.get_parts(part) if polygon.geom_type == "Polygon"
    ]
    return MultiPolygon(polygons)


def name_of(properties: dict[str, Any], name_property: str | None) -> str:
    """The feature's name, in capitals only where it begins."""
    name = first_of(properties, (name_property,) if name_property else NAME_PROPERTIES)
    return capwords(name) if name.isupper() else name


def first_of(properties: dict[str, Any], names: tuple[str, ...]) -> str:
    return next((str(properties[name]).strip() for name in names if properties.get(name)), "")
