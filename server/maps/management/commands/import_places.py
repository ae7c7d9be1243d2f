from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from server.houses.places.addresses import note_passed
from server.houses.places.roads import forget_covered
from server.houses.services import settle_addresses, settle_houses
from server.maps.ground import TakenIn, take_areas, take_landmarks, take_neighbourhoods, take_streets
from server.maps.landmarks import read_landmarks
from server.maps.overpass import read_overpass
from server.maps.places import PlacesError, read_areas, read_lines, read_neighbourhoods
from server.maps.services import note_ground, refresh_heat

STEPS = (
    ("streets", read_lines, take_streets),
    ("areas", read_areas, take_areas),
    ("neighbourhoods", read_neighbourhoods, take_neighbourhoods),
)


class Command(BaseCommand):
    help = (
        "Takes streets, areas of the base map and neighbourhoods in from GeoJSON files in lon, lat; address points, building "
        "footprints and streets from GeoJSON, an OpenStreetMap extract (.osm.pbf) or Overpass."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "file",
            nargs="?",
            type=Path,
            metavar="FILE",
            help="GeoJSON or .osm.pbf with addresses, buildings, streets",
        )
        parser.add_argument(
            "--overpass",
            metavar="WEST,SOUTH,EAST,NORTH",
            help="ask the Overpass server of FESTIVITY_OVERPASS_URL",
        )
        parser.add_argument(
            "--streets", type=Path, metavar="FILE", help="LineStrings with name and kind (or highway)"
        )
        parser.add_argument(
            "--areas", type=Path, metavar="FILE", help="polygons with kind: building, water or park"
        )
        parser.add_argument("--neighbourhoods", type=Path, metavar="FILE", help="polygons with a name")
        parser.add_argument("--name-property", metavar="NAME", help="the property that holds the name")

    def handle(self, *args: Any, **options: Any) -> None:
        chosen = [step for step in STEPS if options[step[0]]]
        if not (chosen or options["file"] or options["overpass"]):
            raise CommandError(
                "Name at least one file: FILE, --streets, --areas or --neighbourhoods; or --overpass."
            )
        try:
            read: list[tuple[str, Any, Any]] = [
                (name, reader(options[name], options["name_property"]), take) for name, reader, take in chosen
            ]
            landmarks = [read_landmarks(options["file"])] if options["file"] else []
            landmarks += [read_overpass(options["overpass"])] if options["overpass"] else []
        except PlacesError as error:
            raise CommandError(str(error)) from error
        for found in landmarks:
            read += [
                ("addresses and buildings", found, take_landmarks),
                ("streets", found.streets, take_streets),
            ]
        self.take(read)

    @transaction.atomic
    def take(self, read: list[tuple[str, Any, Any]]) -> None:
        for name, places, take in read:
            self.stdout.write(sentence(name, take(places)))
        forget_covered()
        self.stdout.write(f"houses: {settle_houses()} now have another street or neighbourhood")
        settle_addresses()
        note_passed()
        refresh_heat()
        note_ground()


def sentence(name: str, taken: TakenIn) -> str:
    left_out = f", {taken.unknown} of other kinds left out" if taken.unknown else ""
    return f"{name}: {taken.came} read, {taken.new} new, {taken.changed} changed{left_out}"
