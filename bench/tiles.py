"""How fast the map is where there are 100,000 houses and 1,000,000 frames.

Makes a database of its own beside the configured one and drops it at the end (3 minutes, 3 GB). The database's role must be a
superuser. Run it on a quiet machine:

    ./festivity run python -m bench.tiles [--houses 100000] [--frames 1000000] [--seconds 6]

pgbench asks the same SQL of the same database in the same run: what it reaches is the limit. The last line is one line of JSON:
`sql_ms_z14` (median of the SQL of a house tile of zoom 14), `uncached_of_limit` (tiles per second that the site draws, over the
limit), `cached_over_uncached`, `not_modified_over_cached` (304s), `low_zoom_ms` (median of zooms 0 to 10, all layers, uncached),
`refresh_s` (heat after one drive), `refresh_rows`, `p99_over_median` (uncached, zoom 14).
"""

from __future__ import annotations

import argparse
import json
import os
import random
import re
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median
from typing import Any

from bench.load import Load, ask, read_answer, request, web_server
from bench.pipeline import cores
from bench.site import Site, scratch_site

ZOOM = 14
CONNECTIONS = 4
LOW_ZOOMS = range(11)
HOUSES_OF_A_DRIVE = 200
LAYERS = ("houses/{}.mvt", "heat/{}.mvt", "heat/{}.png", "neighbourhoods/{}.mvt")


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--houses", type=int, default=100_000)
    parser.add_argument("--frames", type=int, default=1_000_000)
    parser.add_argument("--seconds", type=float, default=6)
    arguments = parser.parse_args()
    load_before = os.getloadavg()[0]
    with scratch_site() as site:
        from bench.city import City, build
        from server.maps.services import publish_heat
        from server.maps.tiles.queries import Edition

        city = City(arguments.houses, arguments.frames)
        scorer, season = timed("the city", build, city)
        whole = timed("its map", lambda: publish_heat(scorer=scorer, season=season))
        print(f"{whole}", file=sys.stderr)
        vacuum()
        found = refresh(scorer, season) | sql(Edition(scorer, season), city)
        found |= over_http(site, city, arguments.seconds)
    machine = {"cores": cores(), "load_before": round(load_before, 1)}
    print(json.dumps({"houses": city.houses, "frames": city.frames, **machine, **found}))


def timed(name: str, call: Any, *arguments: Any) -> Any:
    begun = time.perf_counter()
    made = call(*arguments)
    print(f"{name:<24} {time.perf_counter() - begun:8.1f} s", file=sys.stderr)
    return made


def vacuum() -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


def tiles_inside(city: Any) -> list[Any]:
    """The tiles of zoom 14 that lie inside the city as a whole."""
    from server.maps.tiles.grid import Tile, tile_at

    west, south, east, north = city.box
    first, last = tile_at((west, north), ZOOM), tile_at((east, south), ZOOM)
    return [
        Tile(ZOOM, x, y)
        for x in range(first.x + 1, max(last.x, first.x + 2))
        for y in range(first.y + 1, max(last.y, first.y + 2))
    ]


def refresh(scorer: Any, season: Any) -> dict[str, Any]:
    """A drive changes the scores of its houses, side by side, and is counted: the median of five, and what it touches."""
    from django.db import connection

    from server.drives.models import Drive
    from server.houses.models import HouseScore
    from server.maps.models import MapHouse
    from server.maps.services import publish_heat

    spent, rows = [], []
    places = random.Random(1)
    drives = list(Drive.objects.order_by("pk")[:5])
    for drive in drives:
        near = MapHouse.objects.order_by("pk")[places.randrange(MapHouse.objects.count())]
        houses = list(
            MapHouse.objects.filter(
                x__range=(near.x - 60, near.x + 60), y__range=(near.y - 60, near.y + 60)
            ).values_list("house", flat=True)[:HOUSES_OF_A_DRIVE]
        )
        HouseScore.objects.filter(house__in=houses).update(festivity=places.uniform(0.02, 0.3))
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM maps_drivencell WHERE drive_id = %s", [drive.pk])
        begun = time.perf_counter()
        touched = publish_heat(scorer=scorer, season=season, house_ids=houses, drive_ids=[drive.pk])
        spent.append(time.perf_counter() - begun)
        rows.append(touched.houses + touched.cells + touched.tiles)
        print(f"refresh of {len(houses)} houses: {spent[-1]:.3f} s, {touched}", file=sys.stderr)
    return {"refresh_s": round(median(spent), 3), "refresh_rows": int(median(rows))}


def sql(edition: Any, city: Any) -> dict[str, Any]:
    from server.maps.tiles import queries

    tiles = tiles_inside(city)
    random.Random(2).shuffle(tiles)
    spent, sizes = [], []
    for tile in (tiles * 20)[:400]:
        begun = time.perf_counter()
        sizes.append(len(queries.houses_tile(tile, edition)))
        spent.append(1000 * (time.perf_counter() - begun))
    return {"sql_ms_z14": round(median(spent), 2), "tile_bytes_z14": int(median(sizes))}


def pgbench(site: Site, city: Any, seconds: float) -> float:
    """Statements per second of the very SQL that draws a house tile of zoom 14, at random tiles."""
    from server.core.sql import read_sql
    from server.frames.points import house_parameters
    from server.maps.levels import CELL_ZOOM
    from server.maps.tiles.queries import MOST_HOUSES, edition

    shown = edition()
    assert shown is not None
    tiles = tiles_inside(city)
    inputs = {
        **shown.keys,
        **house_parameters(shown.scorer.card),
        "cell_zoom": CELL_ZOOM,
        "at_most": MOST_HOUSES,
        "z": ZOOM,
    }
    statement = re.sub(r"--.*", "", read_sql("maps/tile_houses.sql"))
    for name, number in inputs.items():
        statement = statement.replace(f"%({name})s", str(number))
    statement = statement.replace("%(x)s", ":x").replace("%(y)s", ":y")
    ranges = [
        f"\\set {axis} random({min(numbers)}, {max(numbers)})"
        for axis, numbers in (("x", [tile.x for tile in tiles]), ("y", [tile.y for tile in tiles]))
    ]
    with tempfile.NamedTemporaryFile("w", suffix=".sql") as script:
        script.write("\n".join([*ranges, " ".join(statement.split())]) + "\n")
        script.flush()
        address = site.environment["DATABASE_URL"].replace("postgis://", "postgresql://")
        argv = [
            program("pgbench"), "--no-vacuum", f"--client={CONNECTIONS}", f"--jobs={cores()}", f"--time={seconds:.0f}",
            f"--file={script.name}", address,
        ]  # fmt: skip
        told = subprocess.run(
            argv,
            check=True,
            capture_output=True,
            text=True,
            env={**site.environment, "PGOPTIONS": "-c jit=off"},
        )
    return float(re.findall(r"tps = ([\d.]+)", told.stdout)[-1])


def program(name: str) -> str:
    """A program of PostgreSQL: Debian keeps them out of the path."""
    found = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"))
    return str(found[-1]) if found else name


def over_http(site: Site, city: Any, seconds: float) -> dict[str, Any]:
    tiles = tiles_inside(city)
    random.Random(3).shuffle(tiles)
    near = [f"/tiles/houses/{tile.z}/{tile.x}/{tile.y}.mvt" for tile in tiles]
    environment = {**site.environment, "FESTIVITY_DEBUG": "0", "FESTIVITY_HOSTS": "*"}
    with web_server({**environment, "FESTIVITY_TILES_KEPT_S": "0"}, cores()) as port:
        ask(port, near, seconds=1, connections=CONNECTIONS)
        limits = [pgbench(site, city, seconds / 2)]
        uncached = ask(port, near, seconds=seconds, connections=CONNECTIONS)
        limits.append(pgbench(site, city, seconds / 2))
        low = low_zooms(port)
    with web_server(environment, cores()) as port:
        etags = [f"If-None-Match: {etag_of(port, path)}" for path in near]
        cached = ask(port, near, seconds=seconds, connections=CONNECTIONS)
        unchanged = ask(port, near, seconds=seconds, connections=CONNECTIONS, headers=etags)
    limit = sum(limits) / 2
    for name, load in (("uncached", uncached), ("cached", cached), ("304", unchanged)):
        tell(name, load)
    print(f"{'pgbench':<24} {limit:8.0f} per second", file=sys.stderr)
    return {
        "limit_per_s": round(limit),
        "uncached_per_s": round(uncached.per_s),
        "uncached_of_limit": round(uncached.per_s / limit, 2),
        "p99_over_median": round(uncached.quantile(0.99) / uncached.quantile(0.5), 2),
        "cached_per_s": round(cached.per_s),
        "cached_over_uncached": round(cached.per_s / uncached.per_s, 2),
        "not_modified_over_cached": round(unchanged.per_s / cached.per_s, 2),
        **low,
    }


def tell(name: str, load: Load) -> None:
    print(
        f"{name:<24} {load.per_s:8.0f} per second, median {load.quantile(0.5):.1f} ms, p99 {load.quantile(0.99):.1f} ms",
        file=sys.stderr,
    )


def low_zooms(port: int) -> dict[str, Any]:
    """Each layer's tile over the city at each low zoom, three times, one after the other."""
    from bench.city import CENTRE
    from server.maps.tiles.grid import tile_at

    spent: dict[str, list[float]] = {}
    for layer in LAYERS:
        for zoom in LOW_ZOOMS:
            tile = tile_at(CENTRE, zoom)
            path = "/tiles/" + layer.format(f"{tile.z}/{tile.x}/{tile.y}")
            load = ask(port, [path], seconds=0.15, connections=1)
            spent.setdefault(layer.format("z"), []).append(load.quantile(0.5))
    for layer, times_ms in spent.items():
        print(f"{layer:<24} {' '.join(f'{ms:.1f}' for ms in times_ms)} ms at zooms 0 to 10", file=sys.stderr)
    every = [ms for times_ms in spent.values() for ms in times_ms]
    return {"low_zoom_ms": round(median(every), 1), "low_zoom_slowest_ms": round(max(every), 1)}


def etag_of(port: int, path: str) -> str:
    with socket.create_connection(("127.0.0.1", port)) as stream:
        stream.sendall(request(path, ""))
        head = read_answer(stream).decode()
    found = re.search(r"(?i)etag: (\S+)", head)
    assert found is not None, head
    return found[1]


if __name__ == "__main__":
    main()
