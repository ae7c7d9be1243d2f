"""The season's houses and neighbourhoods as files for a GIS: GeoJSON and GeoParquet."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import shapely
from django.contrib.gis.geos import GEOSGeometry

from server.houses.models import Neighbourhood
from server.houses.queries import RankedHouse, RankedNeighbourhood

HOUSE_COLUMNS = (
    "rank",
    "points",
    "festivity",
    "festivity_class",
    "frames",
    "votes",
    "street",
    "neighbourhood",
    "synthetic",
)
DECIMALS = 6


@dataclass(frozen=True)
class Table:
    """Rows with an id, a geometry (lon, lat) and the same properties each."""

    name: str
    ids: list[str]
    geometries: list[Any]
    properties: list[dict[str, Any]]


def houses_table(houses: Sequence[RankedHouse]) -> Table:
    return Table(
        "houses",
        [house.public_id for house in houses],
        [shapely.Point(round(house.lon, DECIMALS), round(house.lat, DECIMALS)) for house in houses],
        [{name: plain(getattr(house, name)) for name in HOUSE_COLUMNS} for house in houses],
    )


def neighbourhoods_table(ranked: Sequence[RankedNeighbourhood]) -> Table:
    known = {one.slug: one for one in ranked}
    places = list(Neighbourhood.objects.order_by("name"))
    return Table(
        "neighbourhoods",
        [place.slug for place in places],
        [shapely.from_wkb(bytes(boundary_of(place).wkb)) for place in places],
        [{"name": place.name, "credit": place.credit, **numbers(known.get(place.slug))} for place in places],
    )


def boundary_of(place: Neighbourhood) -> GEOSGeometry:
    return place.boundary


def numbers(ranked: RankedNeighbourhood | None) -> dict[str, Any]:
    """A neighbourhood without houses has no points and no rank."""
    if ranked is None:
        return {"houses": 0, "points": None, "rank": None}
    return {"houses": ranked.houses, "points": ranked.points, "rank": ranked.rank}


def plain(value: Any) -> Any:
    return value if value is None or isinstance(value, bool | int | float) else str(value)


def write_geojson(table: Table, folder: Path) -> Path:
    """RFC 7946."""
    path = folder / f"{table.name}.geojson"
    features = [
        {
            "type": "Feature",
            "id": key,
            "geometry": json.loads(shapely.to_geojson(geometry)),
            "properties": properties,
        }
        for key, geometry, properties in zip(table.ids, table.geometries, table.properties, strict=True)
    ]
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}, ensure_ascii=False))
    return path


def write_geoparquet(table: Table, folder: Path) -> Path:
    """GeoParquet 1.1, https://geoparquet.org/releases/v1.1.0/ : geometry as WKB, lon and lat on OGC:CRS84, its default."""
    import pyarrow
    from pyarrow import parquet

    path = folder / f"{table.name}.parquet"
    names = list(table.properties[0]) if table.properties else []
    columns: dict[str, Any] = {
        "id": pyarrow.array(table.ids, pyarrow.string()),
        **{name: pyarrow.array([row[name] for row in table.properties]) for name in names},
        "geometry": pyarrow.array(shapely.to_wkb(table.geometries).tolist(), pyarrow.binary()),
    }
    rows = pyarrow.table(columns).replace_schema_metadata({"geo": json.dumps(geo_metadata(table))})
    parquet.write_table(rows, path, compression="zstd")
    return path


def geo_metadata(table: Table) -> dict[str, Any]:
    kinds = sorted({geometry.geom_type for geometry in table.geometries})
    column: dict[str, Any] = {"encoding": "WKB", "geometry_types": kinds}
    if table.geometries:
        column["bbox"] = list(shapely.total_bounds(table.geometries))
    return {"version": "1.1.0", "primary_column": "geometry", "columns": {"geometry": column}}
