"""Streets from the tracks themselves."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from django.core.management import call_command

from server.drives.models import Drive
from server.houses.models import Street
from server.houses.places.roads import note_streets
from server.houses.services import settle_houses

from . import factories as make

pytestmark = pytest.mark.django_db
Way = Sequence[tuple[float, float]]


def drive_along(*places_m: tuple[float, float], step_m: float = 10) -> Drive:
    """A drive through these places (metres east and north), with a fix every 10 m and every second."""
    drive, moment = make.make_drive(), make.NIGHT
    for (east, north), (to_east, to_north) in pairwise(places_m):
        steps = round(max(abs(to_east - east), abs(to_north - north)) / step_m)
        for step in range(steps):
            moment += timedelta(seconds=1)
            share = step / steps
            where = make.place(east + share * (to_east - east), north + share * (to_north - north))
            make.make_track_point(drive, at=moment, where=where)
    return drive


def test_a_drive_without_a_map_makes_a_street_of_each_straight_way() -> None:
    assert note_streets(drive_along((0, 0), (300, 0), (300, 200))) == 2
    lengths_m = sorted(street.line.transform(32611, clone=True).length for street in Street.objects.all())
    assert lengths_m == pytest.approx([200, 300], abs=40)


def test_a_second_drive_along_it_makes_no_second_street() -> None:
    note_streets(drive_along((0, 0), (300, 0)))
    assert note_streets(drive_along((300, 8), (0, 8))) == 0


def test_up_and_down_one_street_makes_one() -> None:
    assert note_streets(drive_along((0, 0), (300, 0), (300, 6), (0, 6))) == 1


def test_beside_an_imported_street_nothing_is_made() -> None:
    make.make_street("Holly Street", make.place(-50), make.place(350))
    assert note_streets(drive_along((0, 5), (300, 5))) == 0


def test_houses_along_it_belong_to_it_and_it_has_a_page(client) -> None:
    note_streets(drive_along((0, 0), (300, 0)))
    house = make.make_map_house(where=make.place(100, 10))
    settle_houses([house.pk])
    street = Street.objects.get()
    page = client.get(f"/streets/{street.pk}/")
    assert (page.status_code, street.name) == (200, f"Street {street.pk}")
    assert house.public_id in page.content.decode()


def test_an_import_replaces_what_the_tracks_had_told(tmp_path: Path) -> None:
    note_streets(drive_along((0, 0), (300, 0), (300, 300)))
    house = make.make_house(make.place(100, 10))
    settle_houses([house.pk])
    line = {"type": "LineString", "coordinates": [make.place(-50, 2), make.place(350, 2)]}
    rows = [{"type": "Feature", "geometry": line, "properties": {"name": "Holly Street"}}]
    path = tmp_path / "streets.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": rows}), encoding="utf-8")
    call_command("import_places", streets=path)
    house.refresh_from_db()
    assert house.street is not None
    assert house.street.name == "Holly Street"
    assert Street.objects.filter(kind=Street.DRIVEN).count() == 1


def test_standing_still_makes_no_street() -> None:
    drive = make.make_drive()
    for second in range(60):
        make.make_track_point(drive, at=make.NIGHT + timedelta(seconds=second), where=make.place(second % 3))
    assert note_streets(drive) == 0


def test_finished_drives_of_before_make_their_streets_by_one_command(capsys) -> None:
    drive = drive_along((0, 0), (300, 0))
    Drive.objects.filter(pk=drive.pk).update(stage="done")
    call_command("streets_from_tracks")
    assert "streets: 1 new from tracks" in capsys.readouterr().out
