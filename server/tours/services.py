from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.utils import timezone
from django.utils.translation import gettext as _

from server.core.identifiers import new_public_id
from server.houses.seasons import place_date
from server.tours.asked import Asked
from server.tours.models import SharedTour
from server.tours.queries import Tour, tour_of
from server.tours.stagger import equal_orders, staggered


class NothingToShare(Exception):
    """None of the stops is on the map; the message is a sentence."""


@dataclass(frozen=True)
class Begun:
    """How many shared tours of an evening begin at a house, by the house's public id."""

    evening: date
    tours: Mapping[str, int]


def share_tour(asked: Asked) -> SharedTour:
    """Keeps the stops that are on the map, in their order or in one as good. Raises NothingToShare."""
    tour = tour_of(asked.with_stops(asked.stops).without_start)
    if not tour.houses:
        raise NothingToShare(_("Only a tour with a house that is on the map can be shared. Add one first."))
    begun, public_id = begun_tonight(), new_public_id()
    turned = staggered_tour(tour, begun.tours, public_id)
    return SharedTour.objects.create(
        public_id=public_id,
        stops=[house.public_id for house in turned.houses],
        first_id=turned.houses[0].house_id,
        by=asked.by,
        back=asked.back,
        turned=turned.houses != tour.houses,
        evening=begun.evening,
    )


def begun_tonight() -> Begun:
    evening = place_date(timezone.now())
    firsts = SharedTour.objects.filter(evening=evening).values_list("first__public_id", flat=True)
    return Begun(evening, Counter(firsts))


def staggered_tour(tour: Tour, begun: Mapping[str, int], key: str) -> Tour:
    """The tour, or one as good that begins at a house with fewer tours of this evening."""
    started = tour.start is not None
    orders = equal_orders(tour.ways.metres, back=tour.asked.back, started=started)
    firsts = [tour.houses[order[1] - 1 if started else order[0]].public_id for order in orders]
    return tour.reordered(staggered(orders, firsts, begun, key))
