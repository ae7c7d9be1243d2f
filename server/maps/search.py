"""Search for a neighbourhood or a street among the site's own places: no question leaves the site."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.db.models import TextChoices
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from server.core.sql import fetch_rows
from server.frames.queries import live_scorer
from server.houses.queries import Box, current_season

AT_MOST = 8
LONGEST = 100
ACCENTS, PLAIN = "áàâäãåāéèêëēíìîïīóòôöõøōúùûüūñçšžý", "aaaaaaaeeeeeiiiiiooooooouuuuuncszy"
AROUND_DEG = 0.0005


class Kind(TextChoices):
    NEIGHBOURHOOD = "neighbourhood", _("neighbourhood")
    STREET = "street", _("street")


@dataclass(frozen=True)
class Place:
    """A place that was found. `where` is the neighbourhood around a street, `box` west, south, east, north in degrees."""

    kind: Kind
    name: str
    slug: str
    where: str
    houses: int
    box: Box

    @property
    def url(self) -> str:
        """The map over the place; without scripts the list of what is in it."""
        box = ",".join(f"{side:.5f}" for side in self.box)
        return f"{reverse('maps:map')}?{urlencode({'bbox': box}, safe=',')}"

    @property
    def said(self) -> dict[str, Any]:
        """As scripts get it."""
        kind = str(self.kind.label)
        return {"name": self.name, "kind": kind, "where": self.where, "houses": self.houses, "url": self.url}


def find_places(words: str) -> list[Place]:
    """The neighbourhoods and streets whose names hold `words`, accents and case aside; at most eight, the likeliest first."""
    wanted = escape(fold(words[:LONGEST].strip().replace("\0", "")))
    if not wanted:
        return []
    scorer = live_scorer()
    season = current_season(scorer=scorer)
    rows = fetch_rows(
        "maps/search_places.sql",
        {
            "pattern": f"%{wanted}%",
            "start": f"{wanted}%",
            "accents": ACCENTS,
            "plain": PLAIN,
            "scorer": scorer.pk if scorer else None,
            "season": season.pk if season else None,
            "at_most": AT_MOST,
        },
    )
    return [place_of(row) for row in rows]


def place_of(row: dict[str, Any]) -> Place:
    west, south, east, north = (row.pop(side) for side in ("west", "south", "east", "north"))
    box = (west - AROUND_DEG, south - AROUND_DEG, east + AROUND_DEG, north + AROUND_DEG)
    return Place(**{**row, "kind": Kind(row["kind"])}, box=within_the_world(box))


def within_the_world(box: Box) -> Box:
    west, south, east, north = box
    return max(west, -180.0), max(south, -90.0), min(east, 180.0), min(north, 90.0)


def fold(words: str) -> str:
    """In small letters and without the accents of Latin alphabets."""
    return words.lower().translate(str.maketrans(ACCENTS, PLAIN))


def escape(words: str) -> str:
    """With what LIKE takes for wildcards taken literally."""
    return "".join(f"\\{letter}" if letter in "\\%_" else letter for letter in words)
