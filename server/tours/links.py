"""Where a tour leads outside this site: links that open it in a maps application, in pieces that these take.

The device's own position is their start; the one that was given here goes to nobody. Google documents at most nine waypoints,
three in browsers of phones (developers.google.com/maps/documentation/urls/get-started); Apple's directions take several
`waypoint`s (developer.apple.com/documentation/mapkit/unified-map-urls) and name no number, so that they get as many.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from server.tours.order import LonLat
from server.tours.travel import By

GOOGLE_WAYPOINTS, GOOGLE_WAYPOINTS_IN_PHONES = 9, 3
APPLE_WAYPOINTS = 9
MODES = {By.CAR: "driving", By.FOOT: "walking"}


@dataclass(frozen=True)
class Piece:
    """A link for the stops `first` to `last`, counted from 1."""

    first: int
    last: int
    address: str


def google_links(places: Sequence[LonLat], by: By = By.CAR, waypoints: int = GOOGLE_WAYPOINTS) -> list[Piece]:
    """At most so many waypoints and an end each; a later one starts where the one before it ends."""
    return [
        Piece(first, last, google_link(places, first, last, by))
        for first, last in pieces(len(places), waypoints)
    ]


def google_link(places: Sequence[LonLat], first: int, last: int, by: By) -> str:
    asked = {"api": "1", "travelmode": MODES[by], "destination": spot(places[last - 1])}
    if first > 1:
        asked["origin"] = spot(places[first - 2])
    if first < last:
        asked["waypoints"] = "|".join(map(spot, places[first - 1 : last - 1]))
    return f"https://www.google.com/maps/dir/?{urlencode(asked, safe=',')}"


def apple_links(places: Sequence[LonLat], by: By = By.CAR) -> list[Piece]:
    """As Google's, with one `waypoint` for each stop on the way (iOS 18.4 and later)."""
    return [
        Piece(first, last, apple_link(places, first, last, by))
        for first, last in pieces(len(places), APPLE_WAYPOINTS)
    ]


def apple_link(places: Sequence[LonLat], first: int, last: int, by: By) -> str:
    asked = [("waypoint", spot(place)) for place in places[first - 1 : last - 1]]
    if first > 1:
        asked.insert(0, ("source", spot(places[first - 2])))
    asked += [("destination", spot(places[last - 1])), ("mode", MODES[by])]
    return f"https://maps.apple.com/directions?{urlencode(asked, safe=',')}"


def pieces(stops: int, waypoints: int) -> Iterator[tuple[int, int]]:
    """First and last stop of each piece, which has so many waypoints and an end."""
    for first in range(1, stops + 1, waypoints + 1):
        yield first, min(stops, first + waypoints)


def spot(place: LonLat) -> str:
    lon, lat = place
    return f"{lat:.6f},{lon:.6f}"
