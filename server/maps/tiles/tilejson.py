"""TileJSON 3.0 of each layer: https://github.com/mapbox/tilejson-spec/tree/master/3.0.0"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from server.frames.points import Card, FestivityClass, house_limits, points
from server.maps.legend import DRIVEN, legend
from server.maps.levels import CLUSTER_ZOOM, DEEPEST, LEAN, LEAN_HOUSES
from server.maps.tiles.grid import Box
from server.maps.tiles.queries import Edition, base_credits, extent_of_base, extent_of_map

Fields = dict[str, str]


@dataclass(frozen=True)
class Document:
    """One set of tiles. `parts` are the layers inside a vector tile, with what their properties mean."""

    name: str
    description: Any
    suffix: str = "mvt"
    parts: dict[str, Fields] = field(default_factory=dict)

    @property
    def layer(self) -> str:
        return self.name.removesuffix("-png")


PLACE = {"name": "The neighbourhood's name", "slug": "Its name in addresses"}
HOUSE = {
    "id": "The house's public id",
    "points": "Festivity, 0 to 100, one decimal",
    "class": "some, many or most lights",
}
HEAT = gettext_lazy(
    "How festive it is around here: the mean of the houses, and where somebody drove and looked."
)
DOCUMENTS = {
    document.name: document
    for document in (
        Document(
            "houses",
            gettext_lazy("Decorated houses, each at its roadside point; clusters of them from afar."),
            parts={
                "houses": HOUSE,
                "clusters": {
                    **{name: f"{meaning}; of the most festive house" for name, meaning in HOUSE.items()},
                    "houses": "How many houses stand here",
                    "mean": "The points of their mean festivity, 0 to 100, one decimal",
                },
            },
        ),
        Document(
            "neighbourhoods",
            gettext_lazy("Neighbourhoods with the mean points of their houses."),
            parts={
                "neighbourhoods": {
                    **PLACE,
                    "houses": "How many houses were found",
                    "points": "The mean of their points, 0 to 100; missing where there are none",
                }
            },
        ),
        Document(
            "base",
            gettext_lazy("The base map: areas, streets and neighbourhoods."),
            parts={
                "areas": {"kind": "building, water or park"},
                "streets": {"name": "The street's name", "kind": "OpenStreetMap's kind of highway"},
                "neighbourhoods": PLACE,
            },
        ),
        Document(
            "heat",
            HEAT,
            parts={
                "heat": {
                    "points": "Festivity of the houses in this square, 0 to 100, one decimal",
                    "houses": "How many houses stand in it",
                },
                "driven": {
                    "frames": "At least so many pictures were taken and looked at in this square: 1, 10, 100 …"
                },
            },
        ),
        Document("heat-png", HEAT, suffix="png"),
        Document(
            "tracks",
            gettext_lazy("Your own drives. Nobody else sees them."),
            parts={"tracks": {"drive": "The drive's public id", "title": "Its title"}},
        ),
    )
}


def tilejson(
    document: Document, shown: Edition | None, template: str, bounds: Box | None = None
) -> dict[str, Any]:
    """`template` is the address of the layer's tiles with {z}, {x} and {y}; `bounds` those of the layer unless given."""
    described: dict[str, Any] = {
        "tilejson": "3.0.0",
        "name": document.name,
        "description": str(document.description),
        "version": "1.0.0",
        "scheme": "xyz",
        "tiles": [template],
        "minzoom": 0,
        "maxzoom": DEEPEST[document.layer],
        "bounds": bounds or bounds_of(document, shown),
    }
    if document.parts:
        described["vector_layers"] = [
            {"id": name, "fields": fields} for name, fields in document.parts.items()
        ]
    if document.layer == "base":
        return {**described, "attribution": ", ".join(base_credits())}
    return {**described, **meaning_of(document, shown)}


def bounds_of(document: Document, shown: Edition | None) -> Box:
    if document.layer in ("base", "neighbourhoods"):
        return extent_of_base()
    return extent_of_map(shown, houses_only=document.layer == "houses")


def meaning_of(document: Document, shown: Edition | None) -> dict[str, Any]:
    """What the numbers of a layer mean: the season, the heat map's colours, the classes by their lowest points."""
    if document.layer == "tracks":
        return {}
    meaning: dict[str, Any] = {"season": shown.season.name if shown else None}
    if document.layer == "heat":
        meaning |= {"legend": legend(), "driven": asdict(DRIVEN), "statistic": STATISTIC}
    if document.layer == "houses":
        meaning |= {"classes": classes(shown.scorer.card if shown else {}), "clusters_to": CLUSTER_ZOOM}
    return meaning


STATISTIC = {
    "formula": "points((houses * mean + lean * mean_around) / (houses + lean))",
    "mean": "the mean festivity of the houses in the square",
    "mean_around": f"that of the block of {2**LEAN} x {2**LEAN} squares that it lies in",
    "lean": LEAN_HOUSES,
}


def classes(card: Card) -> list[dict[str, Any]]:
    return [
        {"class": name, "label": str(FestivityClass(name).label), "points": points(limit, card)}
        for name, limit in house_limits(card).items()
    ]


def unknown_layer(name: str) -> str:
    known = ", ".join(DOCUMENTS)
    return _("There is no layer %(name)s. There are %(known)s.") % {"name": name, "known": known}
