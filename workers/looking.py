"""One search by photo or by house, from its claim to its end. It is no stage of a drive: nobody waits for it but its asker."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any

import numpy as np
from django.core.files.storage import default_storage

from ml.tools.detect import Crop, DetectError
from ml.tools.detect.festive import FestiveCropper
from ml.tools.search import Look, Looker, Match
from ml.tools.search import search as nearest
from ml.tools.search.looker import WHOLE
from ml.types import Image
from server.frames.models import Scorer
from server.frames.queries import live_scorer
from server.houses.models import House
from server.houses.queries import current_season
from server.search.likeness import LOWEST, LOWEST_OF_A_WHOLE_PICTURE
from server.search.models import Failure, PhotoSearch
from server.search.queries import looks_of
from server.search.services import claim, conclude, give_up
from workers.house_index import HouseIndex, centred_looks, house_index, stored_looks
from workers.media.picture import SEEN_LONG_SIDE_PX, decode
from workers.media.refusal import Refused
from workers.scoring import network

MOST_HOUSES = 12


class NoAnswer(Exception):
    """The search ends with a sentence for its asker."""

    def __init__(self, failure: Failure) -> None:
        super().__init__(str(failure.label))
        self.failure = failure


class FestiveOrWhole:
    """The crops of festive light; where there is none, the whole picture."""

    name = "festive"

    def __init__(self, festive: FestiveCropper) -> None:
        self._festive = festive
        self.sha256 = festive.sha256

    def crops(self, image: Image) -> tuple[Crop, ...]:
        """1 to 4 crops of a picture (H, W, 3) uint8. Raises DetectError for one that is black all over."""
        light = tuple(crop for crop in self._festive.crops(image) if crop.why == "light")
        return light or (Crop(box=WHOLE, score=0.0, why="whole"),)


@cache
def looker() -> Looker:
    """Looks at pictures with this worker's network as the score stage does, so that its vectors compare with stored ones."""
    festive = FestiveCropper(network().backbone, network().head)
    return Looker(network().backbone, FestiveOrWhole(festive))


def look_for(search_id: int) -> None:
    """Runs a search, if it is still to be had, and brings it to its end: its picture is deleted whatever happens."""
    search = claim(search_id)
    if search is None:
        return
    try:
        scorer, index = the_map()
        conclude(search, matches=matches_of(search, scorer, index), scorer_hash=scorer.hash)
    except NoAnswer as ended:
        give_up(search, ended.failure)
    except Exception:
        give_up(search, Failure.UNFORESEEN)
        raise


def the_map() -> tuple[Scorer, HouseIndex]:
    """The live scorer with the index of its houses. Raises NoAnswer."""
    scorer = live_scorer()
    season = current_season(scorer=scorer)
    index = house_index(scorer, season) if scorer and season else None
    if scorer is None or index is None:
        raise NoAnswer(Failure.NO_MAP)
    return scorer, index


def matches_of(search: PhotoSearch, scorer: Scorer, index: HouseIndex) -> list[dict[str, Any]]:
    if search.like:
        own = looks_of_house(search.like, scorer, index)
        found = find(index, own, LOWEST, leave_out=search.like.public_id)
        return [match_row(match, crop=None) for match in found]
    looks = looks_of_photo(search, scorer, index)
    lowest = LOWEST_OF_A_WHOLE_PICTURE if looks[0].box == WHOLE else LOWEST
    return [match_row(match, crop=match.query_box) for match in find(index, looks, lowest)]


def looks_of_house(house: House, scorer: Scorer, index: HouseIndex) -> list[Look]:
    """The house's own largest displays. Raises NoAnswer where it is not on the map."""
    stored = looks_of(house, scorer, index.season)
    if house.hidden or not stored:
        raise NoAnswer(Failure.NO_DISPLAY)
    return stored_looks(index.centre, stored)


def looks_of_photo(search: PhotoSearch, scorer: Scorer, index: HouseIndex) -> list[Look]:
    """What is festive in the picture, or the whole of it. Raises NoAnswer for pictures that cannot be looked at, and while
    this worker's network is not the one that the map was made with: vectors of two scorers do not compare."""
    if network().hash != scorer.hash:
        raise NoAnswer(Failure.CHANGING)
    try:
        looks = looker().look(decoded(search))
    except DetectError:
        raise NoAnswer(Failure.DARK) from None
    rows = np.stack([look.vector for look in looks]).astype(np.float64)
    return centred_looks(index.centre, [look.box for look in looks], rows)


def decoded(search: PhotoSearch) -> Image:
    """The picture, upright, in memory only. Raises NoAnswer."""
    try:
        with default_storage.open(str(search.picture.name)) as stream:
            return decode(stream, long_side=SEEN_LONG_SIDE_PX)
    except FileNotFoundError:
        raise NoAnswer(Failure.LOST) from None
    except Refused as refused:
        raise NoAnswer(failure_of(refused)) from None


def failure_of(refused: Refused) -> Failure:
    return Failure(refused.reason) if refused.reason in Failure.values else Failure.UNREADABLE


def find(index: HouseIndex, looks: Sequence[Look], lowest: float, leave_out: str = "") -> list[Match]:
    """The houses that are like one of the looks, the likest first; a house is as like as the likest of its regions."""
    seen = [look for look in looks if look.vector.any()]
    if not seen:
        return []
    found = nearest(index.index, index.finder, seen, top=MOST_HOUSES + 1, threshold=lowest)
    return [match for match in found if match.name != leave_out][:MOST_HOUSES]


def match_row(match: Match, crop: tuple[float, float, float, float] | None) -> dict[str, Any]:
    return {"house": match.name, "likeness": round(match.score, 4), "crop": crop and list(crop)}
