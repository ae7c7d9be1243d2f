"""How a line of a board stands on its page: in words, numbers of the visitor's language, and an address to go on to."""

from __future__ import annotations

from dataclasses import dataclass
from functools import singledispatch

from django.urls import reverse
from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from server.boards.rows import (
    DriverRow,
    ImprovedRow,
    NeighbourhoodRow,
    NovelRow,
    Row,
    StreetRow,
    StretchRow,
)
from server.core.units import Units, say_distance


@dataclass(frozen=True)
class Line:
    """`url` leads on, `map_url` to its place on the map, `why_url` to why a house has its rank; empty where there is none.
    `shape` is GeoJSON."""

    name: str
    where: str
    number: str
    unit: str
    note: str = ""
    url: str = ""
    map_url: str = ""
    why_url: str = ""
    shape: str = ""
    bar: float | None = None


@singledispatch
def line_of(row: Row, units: Units) -> Line:
    raise TypeError(type(row))


@line_of.register
def _street(row: StreetRow, units: Units) -> Line:
    return Line(
        name=row.name,
        where=row.neighbourhood,
        number=decimal(row.points),
        unit=_("points"),
        note=say_houses(row.houses),
        url=reverse("maps:street", args=[row.street]),
        bar=row.points,
    )


@line_of.register
def _stretch(row: StretchRow, units: Units) -> Line:
    return Line(
        name=row.name,
        where=row.neighbourhood,
        number=decimal(row.shine),
        unit=_("points together"),
        note=say_houses(row.houses),
        url=reverse("maps:street", args=[row.street]),
        map_url=f"{reverse('maps:map')}#18/{row.lat:.5f}/{row.lon:.5f}",
        shape=row.line,
    )


@line_of.register
def _neighbourhood(row: NeighbourhoodRow, units: Units) -> Line:
    classes = _("%(most)s most, %(many)s many, %(some)s some lights")
    return Line(
        name=row.name,
        where=classes % {"most": row.most, "many": row.many, "some": row.some},
        number=decimal(row.points),
        unit=_("points"),
        note=say_houses(row.houses),
        url=reverse("maps:neighbourhood", args=[row.slug]),
        bar=row.points,
    )


@line_of.register
def _improved(row: ImprovedRow, units: Units) -> Line:
    change = {"then": decimal(row.points_then), "now": decimal(row.points_now)}
    return Line(
        name=name_of(row.street, row.neighbourhood),
        where=" · ".join(filter(None, [_("dark before") if row.was_dark else "", say_evenings(row)])),
        number=f"+{decimal(row.gain)}",
        unit=_("points"),
        note=_("%(then)s to %(now)s") % change,
        url=page_of(row.public_id),
        why_url=why_of(row.public_id),
    )


@line_of.register
def _novel(row: NovelRow, units: Units) -> Line:
    return Line(
        name=name_of(row.street, row.neighbourhood),
        where=row.neighbourhood if row.street else "",
        number=number_format(row.novelty),
        unit=_("novelty"),
        note=_("rank %(rank)s by points") % {"rank": row.place},
        bar=row.novelty,
        url=page_of(row.public_id),
        why_url=why_of(row.public_id),
    )


@line_of.register
def _driver(row: DriverRow, units: Units) -> Line:
    drives = ngettext("%(number)s drive", "%(number)s drives", row.drives) % {"number": row.drives}
    number, _space, unit = say_distance(row.new_km * 1000, units).replace("\xa0", " ").partition(" ")
    return Line(name=row.name, where=drives, number=number, unit=_("%(unit)s new") % {"unit": unit})


def page_of(public_id: str) -> str:
    return reverse("houses:house", args=[public_id])


def why_of(public_id: str) -> str:
    return f"{page_of(public_id)}#why-title"


def name_of(street: str, neighbourhood: str) -> str:
    """As every list names a house: by its street, never by a number."""
    if not street and neighbourhood:
        return _("A house in %(name)s") % {"name": neighbourhood}
    return street or _("A house by the road")


def say_houses(houses: int) -> str:
    return ngettext("%(number)s house", "%(number)s houses", houses) % {"number": houses}


def say_evenings(row: ImprovedRow) -> str:
    if row.now_on is None or row.then_on is None:
        return ""
    evenings = {"then": date_format(row.then_on, "j M"), "now": date_format(row.now_on, "j M")}
    return _("%(now)s against %(then)s") % evenings


def decimal(number: float) -> str:
    return str(number_format(number, 1))
