"""The ground that the map stands on is taken in: streets, areas and neighbourhoods. Taking the same in again changes nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast

from django.contrib.gis.geos import GEOSGeometry, MultiPolygon
from django.db import transaction
from django.utils.text import slugify

from server.core.sql import fetch_rows
from server.houses.models import Neighbourhood
from server.maps.landmarks import Landmarks
from server.maps.models import BaseArea
from server.maps.places import Place


@dataclass(frozen=True)
class TakenIn:
    """How many came, how many of them are new, how many known ones changed, how many the map has no kind for."""

    came: int
    new: int
    changed: int
    unknown: int = 0


@transaction.atomic
def take_streets(places: Sequence[Place]) -> TakenIn:
    inputs = {
        "names": [place.name[:160] for place in places],
        "kinds": [place.kind[:40] for place in places],
        "credits": [place.credit[:200] for place in places],
        "shapes": [place.shape.wkb for place in places],
    }
    return TakenIn(len(places), **fetch_rows("maps/import_streets.sql", inputs)[0])


@transaction.atomic
def take_areas(places: Sequence[Place]) -> TakenIn:
    """Buildings, water and parks; areas of other kinds are left out."""
    drawn = [place for place in places if place.kind in BaseArea.Kind.values]
    inputs = {
        "kinds": [place.kind for place in drawn],
        "credits": [place.credit[:200] for place in drawn],
        "shapes": [place.shape.wkb for place in drawn],
    }
    counts = fetch_rows("maps/import_areas.sql", inputs)[0]
    return TakenIn(len(places), **counts, unknown=len(places) - len(drawn))


@transaction.atomic
def take_landmarks(landmarks: Landmarks) -> TakenIn:
    """Address points and footprints, by which houses are placed; they are shown nowhere."""
    inputs = {
        "addresses": [place.wkb for place in landmarks.addresses],
        "buildings": [area.wkb for area in landmarks.buildings],
        "credit": landmarks.credit[:200],
    }
    new = fetch_rows("maps/import_landmarks.sql", inputs)[0]
    came = len(landmarks.addresses) + len(landmarks.buildings)
    return TakenIn(came, new["addresses"] + new["buildings"], 0, unknown=landmarks.others)


@transaction.atomic
def take_neighbourhoods(places: Sequence[Place]) -> TakenIn:
    """A neighbourhood is known by its name where the two overlap; the new boundary replaces the old one, the slug stays."""
    outcomes = [take_neighbourhood(place) for place in places]
    return TakenIn(len(places), outcomes.count("new"), outcomes.count("changed"))


def take_neighbourhood(place: Place) -> str:
    name, credit = place.name[:120], place.credit[:200]
    boundary = cast(MultiPolygon, GEOSGeometry(memoryview(place.shape.wkb), srid=4326))
    known = Neighbourhood.objects.filter(name=name, boundary__intersects=boundary).first()
    if known is None:
        Neighbourhood.objects.create(name=name, slug=free_slug(name), boundary=boundary, credit=credit)
        return "new"
    if known.boundary.equals_exact(boundary) and known.credit == credit:
        return "same"
    known.boundary, known.credit = boundary, credit
    known.save()
    return "changed"


def free_slug(name: str) -> str:
    wanted = slugify(name)[:110] or "neighbourhood"
    taken = set(Neighbourhood.objects.filter(slug__startswith=wanted).values_list("slug", flat=True))
    return next(
        slug for slug in (wanted, *(f"{wanted}-{n}" for n in range(2, len(taken) + 3))) if slug not in taken
    )
