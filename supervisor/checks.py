"""What `./festivity up --once` looks at: the site's own pages, tiles and API, over HTTP like a visitor."""

from __future__ import annotations

import json
import math
import re
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass, field

from .parts import Address
from .progress import Progress

TILE_ZOOM = 16


class CheckFailed(Exception):
    """A page is not as it should be; says how."""


@dataclass(frozen=True)
class Answer:
    """What the site answered."""

    path: str
    content_type: str
    body: bytes

    def must(self, condition: bool, complaint: str) -> None:
        if not condition:
            raise CheckFailed(f"{self.path}: {complaint}")


@dataclass
class Report:
    """What was seen. `failed` holds one sentence for each check that failed."""

    figures: dict[str, object] = field(default_factory=dict)
    failed: list[str] = field(default_factory=list)


def get(address: Address, path: str) -> Answer:
    """Fetches a path of the site. Raises CheckFailed where it does not answer 200."""
    try:
        with urllib.request.urlopen(f"{address.local}{path}", timeout=30) as answer:
            if answer.status != 200:
                raise CheckFailed(f"{path}: answered {answer.status}")
            return Answer(path, answer.headers.get("Content-Type", ""), answer.read())
    except (urllib.error.URLError, OSError) as error:
        raise CheckFailed(f"{path}: {error}") from error


def check_site(address: Address, progress: Progress) -> Report:
    """Runs every check, also after one has failed."""
    report = Report()
    checks: list[tuple[str, Callable[[Address], dict[str, object]]]] = [
        ("check: map", check_map),
        ("check: leaderboard", check_leaderboard),
        ("check: houses", check_houses),
        ("check: house tile", check_house_tile),
        ("check: heat tile", check_heat_tile),
        ("check: API schema", check_schema),
    ]
    for name, check in checks:
        with progress.stage(name) as stage:
            try:
                figures = check(address)
                report.figures.update(figures)
                stage.detail = ", ".join(f"{value} {figure}" for figure, value in figures.items())
            except CheckFailed as failure:
                report.failed.append(str(failure))
                stage.detail = f"FAILED: {failure}"
    return report


def check_map(address: Address) -> dict[str, object]:
    page = get(address, "/")
    page.must(b"<main" in page.body, "has no <main>")
    page.must(b"static/" in page.body, "links no static files")
    for link in sorted(set(re.findall(rb'(?:href|src)="(/static/[^"]+)"', page.body))):
        get(address, link.decode())
    return {"map_bytes": len(page.body)}


def check_leaderboard(address: Address) -> dict[str, object]:
    page = get(address, "/leaderboard/")
    links = house_links(page)
    page.must(bool(links), "shows no house")
    house = get(address, links[0])
    house.must(b"<main" in house.body, "has no <main>")
    pictures = re.findall(rb'src="(/(?!static/)[^"]+)"', house.body)
    house.must(bool(pictures), "shows no picture")
    picture = get(address, pictures[0].decode())
    picture.must(picture.content_type.startswith("image/"), f"is {picture.content_type}, no picture")
    return {"leaderboard_houses": len(links)}


def house_links(page: Answer) -> list[str]:
    found = re.findall(rb'href="(/houses/[^"/]+/)"', page.body)
    return list(dict.fromkeys(link.decode() for link in found))


def houses(address: Address) -> list[dict[str, object]]:
    """The features of the houses' GeoJSON (RFC 7946)."""
    answer = get(address, "/api/houses/")
    collection = json.loads(answer.body)
    collection = collection.get("results", collection)
    answer.must(collection.get("type") == "FeatureCollection", "is no FeatureCollection")
    answer.must(bool(collection["features"]), "holds no house")
    return list(collection["features"])


def check_houses(address: Address) -> dict[str, object]:
    return {"api_houses": len(houses(address))}


def first_tile(address: Address) -> str:
    """The z/x/y (slippy map) of the tile that holds the first house."""
    geometry = houses(address)[0]["geometry"]
    if not isinstance(geometry, dict):
        raise CheckFailed("/api/houses/: the first house has no geometry")
    lon, lat = geometry["coordinates"]
    x, y = tile_of(lon, lat, TILE_ZOOM)
    return f"{TILE_ZOOM}/{x}/{y}"


def tile_of(lon: float, lat: float, zoom: int) -> tuple[int, int]:
    """The Web Mercator tile (x, y) that holds a position in degrees."""
    across = 2**zoom
    y = (1 - math.asinh(math.tan(math.radians(lat))) / math.pi) / 2
    return int((lon + 180) / 360 * across), int(y * across)


def check_house_tile(address: Address) -> dict[str, object]:
    tile = get(address, f"/tiles/houses/{first_tile(address)}.mvt")
    tile.must(len(tile.body) > 20, "is empty")
    return {"house_tile_bytes": len(tile.body)}


def check_heat_tile(address: Address) -> dict[str, object]:
    tile = get(address, f"/tiles/heat/{first_tile(address)}.png")
    tile.must(tile.body.startswith(b"\x89PNG\r\n\x1a\n"), "is no PNG")
    return {"heat_tile_bytes": len(tile.body)}


def check_schema(address: Address) -> dict[str, object]:
    schema = get(address, "/api/schema/")
    schema.must(b"openapi" in schema.body, "is no OpenAPI document")
    return {"schema_bytes": len(schema.body)}
