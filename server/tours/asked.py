"""What is asked of a tour, and the address that asks for it: `?stops=ID,ID&from=lat,lon&by=foot&back=1…`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import time
from urllib.parse import urlencode

from server.tours.order import LonLat
from server.tours.travel import By

MOST_STOPS = 40
PLACE_DIGITS = 3  # about a hundred metres: enough to drive from, too little to say which door


@dataclass(frozen=True)
class Asked:
    """The public ids of the stops in their order, each once, and where the tour starts: at the first of them when None.

    `back`: it ends where it starts. `minutes`: how long it should take at most; `leave`: the time of the place's clock at which
    it begins. None where nothing is said.
    """

    stops: tuple[str, ...] = ()
    start: LonLat | None = None
    by: By = By.CAR
    back: bool = False
    minutes: int | None = None
    leave: time | None = None

    def with_stops(self, stops: Sequence[str]) -> Asked:
        return replace(self, stops=tuple(stops))

    def starting_at(self, start: LonLat) -> Asked:
        return replace(self, start=start)

    @property
    def without_start(self) -> Asked:
        """What leaves the site: nothing of where and when somebody sets out."""
        return replace(self, start=None, minutes=None, leave=None)

    @property
    def budget_s(self) -> float | None:
        return None if self.minutes is None else 60.0 * self.minutes

    @property
    def parameters(self) -> dict[str, str]:
        """Of the address, without those that say nothing."""
        said = {
            "stops": ",".join(self.stops),
            "from": said_place(self.start) if self.start else "",
            "by": self.by.value if self.by is not By.CAR else "",
            "back": "1" if self.back else "",
            "minutes": str(self.minutes or ""),
            "leave": f"{self.leave:%H:%M}" if self.leave else "",
        }
        return {name: value for name, value in said.items() if value}

    @property
    def query(self) -> str:
        """As it follows the question mark of an address."""
        return urlencode(self.parameters, safe=",:")


def said_place(place: LonLat) -> str:
    lon, lat = place
    return f"{lat:.{PLACE_DIGITS}f},{lon:.{PLACE_DIGITS}f}"
