"""A house in the words of a file."""

from __future__ import annotations

import re
from xml.etree.ElementTree import Element, SubElement

from django.utils.translation import gettext as _

from server.houses.queries import RankedHouse

NOT_IN_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def name_of(house: RankedHouse) -> str:
    """As templates/houses/name.html says it."""
    if house.street:
        return house.street
    if house.neighbourhood:
        return _("A house in %(name)s") % {"name": house.neighbourhood}
    return _("A house by the road")


def say(parent: Element, tag: str, text: str) -> None:
    SubElement(parent, tag).text = NOT_IN_XML.sub("", text)
