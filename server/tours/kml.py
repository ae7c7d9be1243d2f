"""A tour as KML 2.2 (OGC 07-147r2): its stops, numbered, and the line of the way, for Google Earth, My Maps and GIS."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from django.urls import reverse
from django.utils.translation import gettext as _

from server.houses.queries import RankedHouse
from server.tours.order import LonLat
from server.tours.queries import Tour
from server.tours.said import name_of, say

NAMESPACE = "http://www.opengis.net/kml/2.2"
LINE = "ff54b4ff"  # amber, as KML writes it: alpha, blue, green, red


def kml_of(tour: Tour, absolute: Callable[[str], str]) -> bytes:
    """Stops and way of a tour without a start; `absolute` makes a path of the site a whole address."""
    root = Element("kml", xmlns=NAMESPACE)
    document = SubElement(root, "Document")
    say(document, "name", _("Festivity tour"))
    style = SubElement(SubElement(document, "Style", id="way"), "LineStyle")
    say(style, "color", LINE)
    say(style, "width", "4")
    for number, house in enumerate(tour.houses, start=1):
        add_stop(document, number, house, absolute)
    add_way(document, [place for leg in tour.course for place in tour.ways.line(*leg)])
    indent(root)
    return tostring(root, encoding="utf-8", xml_declaration=True)


def add_stop(document: Element, number: int, house: RankedHouse, absolute: Callable[[str], str]) -> None:
    mark = SubElement(document, "Placemark")
    say(mark, "name", f"{number}. {name_of(house)}")
    said = _("%(points).1f points") % {"points": house.points}
    say(mark, "description", f"{said} {absolute(reverse('houses:house', args=[house.public_id]))}")
    say(SubElement(mark, "Point"), "coordinates", spot((house.lon, house.lat)))


def add_way(document: Element, line: Sequence[LonLat]) -> None:
    if len(line) < 2:
        return
    mark = SubElement(document, "Placemark")
    say(mark, "name", _("The way"))
    say(mark, "styleUrl", "#way")
    say(SubElement(mark, "LineString"), "coordinates", " ".join(map(spot, line)))


def spot(place: LonLat) -> str:
    lon, lat = place
    return f"{lon:.6f},{lat:.6f}"
