"""TileJSON 3.0 of each layer: https://github.com/mapbox/tilejson-spec/tree/master/3.0.0"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from server.frames.points import Card, FestivityClass, house_limits, points
from server.maps.legend import legend
from server.maps.tiles.queries import Edition, base_credits, extent_of_base, extent_of_houses

Fields = dict[str, str]


@dataclass(frozen=True)
class Layer:
    """One set of tiles. `parts` are the layers inside a vector tile, with what their properties mean."""

    name: str
    description: Any
    suffix: str
    max_zoom: int = 16
    parts: dict[str, Fields] = field(default_factory=dict)


PLACE = {"name": "The neighbourhood's name", "slug": "Its name in addresses"}
LAYERS = {
    layer.name: layer
    for layer in (
        Layer(
            "houses",
            gettext_lazy("Decorated houses, each at its roadside point."),
            "mvt",
            parts={
                "houses": {
                    "id": "The house's public id",
                    "points": "Festivity, 0 to 100, one decimal",
                    "class": "none, some, many or most lights",
                }
            },
        ),
        Layer(
            "neighbourhoods",
            gettext_lazy("Neighbourhoods with the mean points of their houses."),
            "mvt",
            parts={
                "neighbourhoods": {
                    **PLACE,
                    "houses": "How many houses were found",
                    "points": "The mean of their points, 0 to 100; missing where there are none",
                }
            },
        ),
        Layer(
            "base",
            gettext_lazy("The base map: areas, streets and neighbourhoods."),
            "mvt",
            parts={
                "areas": {"kind": "building, water or park"},
                "streets": {"name": "The street's name", "kind": "OpenStreetMap's kind of highway"},
                "neighbourhoods": PLACE,
            },
        ),
        Layer(
            "heat", gettext_lazy("How festive it is around here: the mean of the houses."), "png", max_zoom=18
        ),
    )
}


def tilejson(layer: Layer, shown: Edition | None, template: str) -> dict[str, Any]:
    """`template` is the address of the layer's tiles with {z}, {x} and {y}."""
    document: dict[str, Any] = {
        "tilejson": "3.0.0",
        "name": layer.name,
        "description": str(layer.description),
        "scheme": "xyz",
        "tiles": [template],
        "minzoom": 0,
        "maxzoom": layer.max_zoom,
        "bounds": extent_of_base() if layer.name == "base" else extent_of_houses(shown),
    }
    if layer.parts:
        document["vector_layers"] = [{"id": name, "fields": fields} for name, fields in layer.parts.items()]
    if layer.name == "base":
        return {**document, "attribution": ", ".join(base_credits())}
    return {**document, **scale_of_layer(layer, shown)}


def scale_of_layer(layer: Layer, shown: Edition | None) -> dict[str, Any]:
    """What the numbers of a layer mean: the season, the heat map's colours, the classes by their lowest points."""
    meaning: dict[str, Any] = {"season": shown.season.name if shown else None}
    if layer.name == "heat":
        meaning["legend"] = legend()
    if layer.name == "houses":
        meaning["classes"] = classes(shown.scorer.card if shown else {})
    return meaning


def classes(card: Card) -> list[dict[str, Any]]:
    return [
        {"class": name, "label": str(FestivityClass(name).label), "points": points(limit, card)}
        for name, limit in house_limits(card).items()
    ]


def unknown_layer(name: str) -> str:
    return _("There is no layer %(name)s. There are %(known)s.") % {"name": name, "known": ", ".join(LAYERS)}
