"""Cuts the demo's streets out of an OpenStreetMap extract: `python -m ml.tools.render.extract FILE.osm.pbf`.

Writes streets, areas and neighbourhoods as GeoJSON (RFC 7946) beside this module. Needs pyogrio and shapely.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
import pyogrio.raw
import shapely
from shapely.geometry.base import BaseGeometry
from shapely.ops import polygonize, unary_union

CREDIT = "© OpenStreetMap contributors, ODbL 1.0"
PLACES = Path(__file__).parent / "places"
STREET_KINDS = (
    "primary",
    "secondary",
    "tertiary",
    "residential",
    "unclassified",
    "living_street",
    "pedestrian",
)
PLACE_KINDS = ("suburb", "neighbourhood", "quarter")
DEGREES_PER_METRE = 1 / 111_320
DIGITS = 6
Row = tuple[dict[str, str], BaseGeometry]


def read_layer(path: Path, layer: str) -> list[Row]:
    """Tags and geometry of one layer; shapes that GEOS cannot read are left out."""
    meta, _, shapes, columns = pyogrio.raw.read(path, layer=layer)
    geometries = shapely.from_wkb(shapes, on_invalid="ignore")
    rows = []
    for number, geometry in enumerate(geometries):
        if geometry is None or geometry.is_empty:
            continue
        tags = {
            str(field): str(column[number])
            for field, column in zip(meta["fields"], columns, strict=True)
            if column[number] is not None
        }
        rows.append((tags, geometry))
    return rows


def streets_of(lines: list[Row]) -> list[dict[str, Any]]:
    """Named streets, pieces of the same name and kind joined where they meet."""
    groups: dict[tuple[str, str], list[BaseGeometry]] = {}
    for tags, line in lines:
        if tags.get("highway") in STREET_KINDS and "name" in tags:
            groups.setdefault((tags["name"], tags["highway"]), []).append(line)
    features = []
    for (name, kind), pieces in sorted(groups.items()):
        joined = shapely.line_merge(unary_union(pieces))
        for line in parts_of(joined):
            features.append(feature(line, name=name, kind=kind))
    return features


def areas_of(polygons: list[Row], coast: list[BaseGeometry], extent: BaseGeometry) -> list[dict[str, Any]]:
    """Buildings, parks and water, simplified to half a metre."""
    wanted = [(kind, shape) for tags, shape in polygons if (kind := area_kind(tags))]
    wanted += [("water", shape) for shape in sea(coast, extent)]
    features = []
    for kind, shape in wanted:
        plain = (
            shape.buffer(0)
            .intersection(extent)
            .simplify((0.5 if kind == "building" else 1.0) * DEGREES_PER_METRE)
        )
        for polygon in parts_of(shapely.set_precision(plain, 10**-DIGITS)):
            if polygon.geom_type == "Polygon" and polygon.area > (30 * DEGREES_PER_METRE**2):
                features.append(feature(shapely.orient_polygons(polygon), kind=kind))
    return features


def area_kind(tags: dict[str, str]) -> str | None:
    if "building" in tags:
        return "building"
    if tags.get("natural") == "water":
        return "water"
    if tags.get("leisure") in ("park", "garden") or tags.get("landuse") == "grass":
        return "park"
    return None


def sea(coast: list[BaseGeometry], extent: BaseGeometry) -> list[BaseGeometry]:
    """Water between the coast lines and the edge of the extract; OpenStreetMap has water to the right of a coast.

    A coast that ends inside the extract parts nothing: what lies on both sides of it is no sea.
    """
    if not coast:
        return []
    cells = polygonize(unary_union([*coast, extent.boundary]))
    wet = shapely.MultiPoint([point_beside(line, 2) for line in coast])
    dry = shapely.MultiPoint([point_beside(line, -2) for line in coast])
    return [cell for cell in cells if cell.intersects(wet) and not cell.intersects(dry)]


def point_beside(line: BaseGeometry, right_m: float) -> shapely.Point:
    """A point so many metres to the right of the longest segment of a line."""
    points = shapely.get_coordinates(line)
    steps = np.diff(points, axis=0)
    longest = int(np.argmax((steps**2).sum(axis=1)))
    middle, step = (
        (points[longest] + points[longest + 1]) / 2,
        steps[longest] / np.linalg.norm(steps[longest]),
    )
    point: shapely.Point = shapely.points(
        middle + np.array([step[1], -step[0]]) * right_m * DEGREES_PER_METRE
    )
    return point


def neighbourhoods_of(points: list[Row], extent: BaseGeometry) -> list[dict[str, Any]]:
    """Quarters around the named places of the extract: every spot belongs to the nearest one.

    The extract has no boundaries, so these are ours and not official.
    """
    named = {
        tags["name"]: point for tags, point in points if tags.get("place") in PLACE_KINDS and "name" in tags
    }
    squeeze = np.array([np.cos(np.radians(shapely.get_y(extent.centroid))), 1.0])
    flat = shapely.MultiPoint([shapely.get_coordinates(point)[0] * squeeze for point in named.values()])
    box = shapely.transform(extent, lambda at: at * squeeze)
    cells = shapely.voronoi_polygons(flat, extend_to=box)
    features = []
    for name, point in sorted(named.items()):
        here = shapely.points(shapely.get_coordinates(point)[0] * squeeze)
        cell = next(cell for cell in cells.geoms if cell.contains(here)).intersection(box)
        if not cell.is_empty:
            shape = shapely.orient_polygons(shapely.transform(cell, lambda at: at / squeeze))
            features.append(feature(shape, name=name, kind="quarter"))
    return features


def parts_of(shape: BaseGeometry) -> Iterable[BaseGeometry]:
    return list(getattr(shape, "geoms", [shape]))


def feature(shape: BaseGeometry, **about: str) -> dict[str, Any]:
    geometry = json.loads(shapely.to_geojson(shape), parse_float=lambda text: round(float(text), DIGITS))
    return {"type": "Feature", "properties": about, "geometry": geometry}


def write(path: Path, features: list[dict[str, Any]], note: str = "") -> None:
    """One feature per line, so that a change can be read."""
    head = {"type": "FeatureCollection", "credit": CREDIT, **({"note": note} if note else {})}
    for each in features:
        each["properties"]["credit"] = CREDIT
    rows = ",\n".join(json.dumps(each, ensure_ascii=False, separators=(",", ":")) for each in features)
    opening = json.dumps(head, ensure_ascii=False)[:-1]
    path.write_text(f'{opening}, "features": [\n{rows}\n]}}\n', encoding="utf-8")


def main(pbf: Path, out: Path = PLACES) -> None:
    lines, polygons, points = (read_layer(pbf, layer) for layer in ("lines", "multipolygons", "points"))
    streets = streets_of(lines)
    extent = shapely.box(*shapely.total_bounds(np.array([line for tags, line in lines if "highway" in tags])))
    coast = [line for tags, line in lines if '"natural"=>"coastline"' in tags.get("other_tags", "")]
    out.mkdir(exist_ok=True)
    write(out / "streets.geojson", streets)
    write(out / "areas.geojson", areas_of(polygons, coast, extent))
    note = "Quarters drawn around the named places of the extract (nearest place); not official boundaries."
    write(out / "neighbourhoods.geojson", neighbourhoods_of(points, extent), note)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("pbf", type=Path)
    main(parser.parse_args().pbf)
