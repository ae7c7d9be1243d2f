"""A tour as a GPX 1.1 route (https://www.topografix.com/GPX/1/1/): what navigation devices and applications read."""

from __future__ import annotations

from collections.abc import Callable
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from django.urls import reverse
from django.utils.translation import gettext as _

from server.houses.queries import RankedHouse
from server.tours.queries import Tour
from server.tours.said import name_of, say

NAMESPACE = "http://www.topografix.com/GPX/1/1"


def gpx_of(tour: Tour, absolute: Callable[[str], str]) -> bytes:
    """The stops alone; where the visitor started from stays out. `absolute` makes a path of the site a whole address."""
    root = Element("gpx", xmlns=NAMESPACE, version="1.1", creator="Festivity Map")
    route = SubElement(root, "rte")
    say(route, "name", _("Festivity tour"))
    for number, house in enumerate(tour.houses, start=1):
        add_stop(route, number, house, absolute)
    indent(root)
    return tostring(root, encoding="utf-8", xml_declaration=True)


def add_stop(route: Element, number: int, house: RankedHouse, absolute: Callable[[str], str]) -> None:
    stop = SubElement(route, "rtept", lat=f"{house.lat:.6f}", lon=f"{house.lon:.6f}")
    say(stop, "name", f"{number}. {name_of(house)}")
    say(stop, "desc", _("%(points).1f points") % {"points": house.points})
    link = SubElement(stop, "link", href=absolute(reverse("houses:house", args=[house.public_id])))
    say(link, "text", name_of(house))
