"""Places: neighbourhoods, streets, houses, the sightings that found them, and what people said of them."""

from server.houses.models.decision import Decision, DecisionQuerySet, Pin
from server.houses.models.departure import Departure
from server.houses.models.evening import HouseEvening
from server.houses.models.ground import AddressPoint, Building, Neighbourhood, Street
from server.houses.models.house import FrontBy, House, HouseQuerySet
from server.houses.models.look import HouseLook, TypicalLook
from server.houses.models.passing import AddressPassing
from server.houses.models.plane import on_plane
from server.houses.models.score import HouseScore
from server.houses.models.season import Season
from server.houses.models.sighting import Comparison, DistanceBy, Passage, Sighting

__all__ = [
    "AddressPassing",
    "AddressPoint",
    "Building",
    "Comparison",
    "Decision",
    "DecisionQuerySet",
    "Departure",
    "DistanceBy",
    "FrontBy",
    "House",
    "HouseEvening",
    "HouseLook",
    "HouseQuerySet",
    "HouseScore",
    "Neighbourhood",
    "Passage",
    "Pin",
    "Season",
    "Sighting",
    "Street",
    "TypicalLook",
    "on_plane",
]
