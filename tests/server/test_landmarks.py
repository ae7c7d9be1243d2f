"""Address points and footprints: taken in from files or a server, and what a single ray makes of them."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import pytest
from django.contrib.gis.geos import MultiPolygon, Point, Polygon
from django.core.management import CommandError, call_command

from server.drives.track import moved
from server.houses.models import AddressPoint, Building, FrontBy, Sighting, Street
from server.houses.placing.anchors import Ray, anchored
from server.houses.placing.locate import place_regions

from . import factories as make

pytestmark = pytest.mark.django_db
ROOF = [[[0, 0], [0.0002, 0], [0.0002, 0.0001], [0, 0.0001], [0, 0]]]
FEATURES = [
    ("Point", [0.001, 0.001], {"addr:housenumber": "12"}),
    ("Polygon", ROOF, {"building": "house", "addr:housenumber": "14"}),
    ("LineString", [[0, 0], [0, 0.001]], {"highway": "residential", "name": "Holly Street"}),
    ("Point", [0.002, 0.002], {"natural": "tree"}),
]


def write(folder: Path, **more: Any) -> Path:
    rows = [
        {"type": "Feature", "geometry": {"type": kind, "coordinates": places}, "properties": tags}
        for kind, places, tags in FEATURES
    ]
    path = folder / "quarter.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": rows, **more}), encoding="utf-8")
    return path


def refusal(*words: Any, **options: Any) -> str:
    with pytest.raises(CommandError) as refused:
        call_command("import_places", *words, **options)
    return str(refused.value)


def test_addresses_buildings_and_streets_are_taken_in_without_their_numbers(tmp_path: Path, capsys) -> None:
    call_command("import_places", str(write(tmp_path)))
    assert (
        "addresses and buildings: 3 read, 3 new, 0 changed, 1 of other kinds left out"
        in capsys.readouterr().out
    )
    assert (AddressPoint.objects.count(), Building.objects.count(), Street.objects.get().name) == (
        2,
        1,
        "Holly Street",
    )
    assert {field.name for field in AddressPoint._meta.fields} == {
        "id",
        "position",
        "credit",
        "street",
        "neighbourhood",
    }


def test_taking_the_same_landmarks_in_again_changes_nothing(tmp_path: Path, capsys) -> None:
    for _ in range(2):
        call_command("import_places", str(write(tmp_path)))
    assert "addresses and buildings: 3 read, 0 new" in capsys.readouterr().out
    assert AddressPoint.objects.count() == 2


def test_an_openstreetmap_extract_is_taken_in(capsys) -> None:
    import pyogrio

    call_command(
        "import_places", str(Path(pyogrio.__file__).parent / "tests" / "fixtures" / "sample.osm.pbf")
    )
    assert Building.objects.exists() or Street.objects.exists()
    assert "OpenStreetMap" in Street.objects.first().credit


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("broken.osm.pbf", b"no extract", "broken.osm.pbf cannot be read as an OpenStreetMap extract"),
        ("empty.geojson", b'{"features": []}', "has neither addresses nor buildings nor streets"),
        ("other.geojson", b'{"features": [], "crs": "EPSG:2230"}', "Convert it first"),
    ],
)
def test_a_file_that_has_no_landmarks_is_refused(
    tmp_path: Path, name: str, content: bytes, sentence: str
) -> None:
    (tmp_path / name).write_bytes(content)
    assert sentence in refusal(str(tmp_path / name))


def test_a_missing_extract_is_refused(tmp_path: Path) -> None:
    assert "No such file" in refusal(str(tmp_path / "nowhere.osm.pbf"))


class Overpass(BaseHTTPRequestHandler):
    """Answers with one address and one building, or as `status` says; remembers who asked for what."""

    asked: list[tuple[str, str]] = []
    status = 200

    def do_POST(self) -> None:
        query = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())["data"][0]
        self.asked.append((self.headers["User-Agent"], query))
        ring = [{"lon": lon, "lat": lat} for lon, lat in ROOF[0]]
        elements = [
            {"type": "node", "lon": 0.001, "lat": 0.001, "tags": {"addr:housenumber": "12"}},
            {"type": "way", "geometry": ring, "tags": {"building": "yes"}},
        ]
        self.send_response(self.status)
        self.end_headers()
        self.wfile.write(json.dumps({"elements": elements}).encode())

    def log_message(self, *_: object) -> None:
        """Says nothing."""


@pytest.fixture
def overpass(settings, tmp_path: Path) -> Iterator[type[Overpass]]:
    server = HTTPServer(("127.0.0.1", 0), Overpass)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    settings.OVERPASS_URL = f"http://127.0.0.1:{server.server_port}/api"
    settings.CONTACT, settings.STATE = "maps@example.org", tmp_path
    Overpass.asked.clear()
    Overpass.status = 200
    yield Overpass
    server.shutdown()


def test_overpass_is_asked_once_and_told_who_asks(overpass: type[Overpass], capsys) -> None:
    for _ in range(2):
        call_command("import_places", overpass="-0.01,-0.01,0.01,0.01")
    ((agent, query),) = overpass.asked
    assert "maps@example.org" in agent
    assert "-0.01,-0.01,0.01,0.01" in query
    assert (AddressPoint.objects.count(), Building.objects.count()) == (1, 1)


def test_a_busy_overpass_server_is_named_as_the_reason(overpass: type[Overpass], tmp_path: Path) -> None:
    overpass.status = 429
    assert "answered 429" in refusal(overpass="0,0,0.01,0.01")
    assert not list(tmp_path.glob("overpass/*.json"))


@pytest.mark.parametrize(
    ("box", "sentence"),
    [("1,2,3", "four numbers"), ("1,0,0,1", "sides are exchanged"), ("0,0,1,1", "wider than 0.2 degrees")],
)
def test_a_wrong_box_is_refused(box: str, sentence: str) -> None:
    assert sentence in refusal(overpass=box)


def test_overpass_is_off_until_an_operator_names_server_and_contact(settings) -> None:
    settings.OVERPASS_URL = settings.CONTACT = ""
    assert "FESTIVITY_CONTACT" in refusal(overpass="0,0,0.01,0.01")


def building(away_m: float, deep_m: float = 10.0) -> None:
    """Across the ray to the north from HOME, with its nearest wall so far off."""
    west, south = make.place(-8, away_m)
    east, north = make.place(8, away_m + deep_m)
    Building.objects.create(outline=MultiPolygon(Polygon.from_bbox((west, south, east, north))))


def test_a_ray_ends_at_the_nearest_wall_that_it_meets() -> None:
    building(30)
    building(18)
    away = anchored([Ray(*make.HOME, 0.0), Ray(*make.HOME, 180.0)])
    assert list(away) == [0]
    assert (away[0].by, away[0].away_m) == (FrontBy.FOOTPRINT, pytest.approx(18, abs=0.2))


def test_without_a_wall_the_address_beside_the_ray_tells() -> None:
    for east_m, north_m in ((3, 17), (7, 12), (30, 10)):
        AddressPoint.objects.create(position=Point(*make.place(east_m, north_m)))
    away = anchored([Ray(*make.HOME, 0.0)])[0]
    assert (away.by, away.away_m) == (FrontBy.ADDRESS, pytest.approx(17, abs=0.2))


def test_a_ray_across_the_antimeridian_falls_back_to_what_else_there_is() -> None:
    building(18)
    AddressPoint.objects.create(position=Point(-179.99995, 0))
    away = anchored([Ray(179.9999, 0.0, 90.0)])
    assert away == {}


def test_a_sighting_stands_where_a_footprint_says_and_its_public_point_stays_at_the_kerb() -> None:
    drive, scorer = make.make_drive(), make.make_scorer(live=True)
    frame = make.make_frame(drive, heading_deg=270.0)
    make.make_region(frame, scorer=scorer)
    for away_m in (None, 20):
        if away_m:
            building(away_m)
        place_regions({frame.pk: frame}, scorer)
        sighting = Sighting.objects.get()
        expected = moved(*make.HOME, bearing=0, by_m=away_m or 14)
        assert (sighting.front.x, sighting.front.y) == pytest.approx(expected, abs=2e-6)
        assert (sighting.position.x, sighting.position.y) == pytest.approx(make.place(0, 6), abs=2e-6)
    assert sighting.front_by == FrontBy.FOOTPRINT
