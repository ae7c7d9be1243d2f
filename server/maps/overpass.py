"""Address points, footprints and streets of a box from an Overpass server that the operator names; answers are kept on disk.

Free servers ask for three things: say who you are, do not ask the same twice, do not ask for much. So nothing is asked
unless both FESTIVITY_OVERPASS_URL and FESTIVITY_CONTACT are set, an answer is kept under the question's hash, and a box is
at most 20 km wide.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.parse import urlencode, urlsplit
from urllib.request import Request, urlopen

from django.conf import settings
from django.utils.translation import gettext as _

from server.maps.landmarks import OSM_CREDIT, Landmarks, features_of_overpass, sorted_out
from server.maps.places import PlacesError

Box = tuple[float, float, float, float]
WIDEST_DEG = 0.2
PATIENCE_S = 120
QUERY = (
    "[out:json][timeout:90];"
    '(node["addr:housenumber"]({box});way["addr:housenumber"]({box});way["building"]({box});way["highway"]["name"]({box}););'
    "out geom;"
)


def read_overpass(words: str) -> Landmarks:
    """What lies in a box "west,south,east,north" in degrees. Raises PlacesError."""
    west, south, east, north = box_of(words)
    return sorted_out(
        "Overpass",
        features_of_overpass(answer_to(QUERY.format(box=f"{south},{west},{north},{east}"))),
        OSM_CREDIT,
    )


def box_of(words: str) -> Box:
    try:
        west, south, east, north = (float(word) for word in words.split(","))
    except ValueError:
        raise PlacesError(_("A box is four numbers in degrees: west,south,east,north.")) from None
    if not (-180 <= west < east <= 180 and -90 <= south < north <= 90):
        raise PlacesError(
            _(
                "The box does not lie in the world, or its sides are exchanged. Across the antimeridian ask twice."
            )
        )
    if max(east - west, north - south) > WIDEST_DEG:
        raise PlacesError(
            _("The box is wider than 0.2 degrees. Take an extract (.osm.pbf) for a whole city.")
        )
    return west, south, east, north


def answer_to(query: str) -> dict[str, Any]:
    """The server's answer, from disk where the same was asked before. Raises PlacesError."""
    if not (settings.OVERPASS_URL and settings.CONTACT):
        raise PlacesError(
            _(
                "Set FESTIVITY_OVERPASS_URL to the server to ask, and FESTIVITY_CONTACT to an address at which its "
                "operator can reach you."
            )
        )
    name = hashlib.sha256(f"{settings.OVERPASS_URL} {query}".encode()).hexdigest()[:32]
    kept = Path(settings.STATE) / "overpass" / f"{name}.json"
    if not kept.exists():
        kept.parent.mkdir(parents=True, exist_ok=True)
        fresh = kept.with_suffix(".part")
        fresh.write_bytes(asked(query))
        understood(fresh.read_bytes())
        fresh.replace(kept)
    return understood(kept.read_bytes())


def asked(query: str) -> bytes:
    agent = {"User-Agent": f"Festivity Map ({settings.CONTACT})", "Accept": "application/json"}
    if urlsplit(settings.OVERPASS_URL).scheme not in ("http", "https"):
        raise PlacesError(_("FESTIVITY_OVERPASS_URL is no web address."))
    request = Request(settings.OVERPASS_URL, urlencode({"data": query}).encode(), agent)
    try:
        with urlopen(request, timeout=PATIENCE_S) as answer:
            return bytes(answer.read())
    except HTTPError as error:
        raise PlacesError(
            _("The Overpass server answered %(status)s. Wait a while, or take an extract (.osm.pbf).")
            % {"status": error.code}
        ) from error
    except (URLError, TimeoutError, OSError) as error:
        raise PlacesError(
            _("The Overpass server cannot be reached: %(error)s.") % {"error": error}
        ) from error


def understood(content: bytes) -> dict[str, Any]:
    try:
        answer = json.loads(content)
        if isinstance(answer["elements"], list):
            return dict(answer)
    except (ValueError, KeyError, TypeError):
        pass
    raise PlacesError(_("The Overpass server answered something else than a list of elements."))
