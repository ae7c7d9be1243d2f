"""One search by photo, by house or by a thing of a frame, from its claim to its end. It is no stage of a
drive: nobody waits for it but its asker."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import numpy as np
from django.core.files.storage import default_storage

from ml.scorer import Scorer as Network
from ml.tools.detect import Crop, DetectError
from ml.tools.detect.festive import FestiveCropper
from ml.tools.search import Looker
from ml.tools.search.looker import WHOLE
from ml.types import Image
from server.frames.models import Frame, Scorer
from server.frames.queries import live_scorer
from server.houses.models import House
from server.houses.queries import current_season
from server.labels.patches.kept import NotKept
from server.labels.patches.things import NothingThere, thing_patches
from server.search.likeness import LOWEST, LOWEST_OF_A_THING, LOWEST_OF_A_WHOLE_PICTURE
from server.search.models import Failure, PhotoSearch
from server.search.queries import houses_at, is_on_the_map, looks_of
from server.search.services import claim, conclude, give_up
from server.search.typical import typical_vector
from workers.finding import Doubles, Look, Map, Match, like_looks, like_thing
from workers.media.picture import SEEN_LONG_SIDE_PX, decode
from workers.media.refusal import Refused
from workers.region_index import rows_of
from workers.scoring import OtherNetwork, network_of

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


@lru_cache(maxsize=4)
def looker(looks: Network) -> Looker:
    """Looks at pictures with the network as the score stage does, so that its vectors compare with stored ones."""
    festive = FestiveCropper(looks.backbone, looks.head)
    return Looker(looks.backbone, FestiveOrWhole(festive))


def look_for(search_id: int) -> None:
    """Runs a search, if it is still to be had, and brings it to its end: its picture is deleted whatever happens."""
    search = claim(search_id)
    if search is None:
        return
    try:
        town = the_map()
        conclude(search, matches=matches_of(search, town), scorer_hash=town.scorer.hash)
    except NoAnswer as ended:
        give_up(search, ended.failure)
    except Exception:
        give_up(search, Failure.UNFORESEEN)
        raise


def the_map() -> Map:
    """The regions of the live scorer, and the season whose houses are found. Raises NoAnswer."""
    scorer = live_scorer()
    season = current_season(scorer=scorer)
    if scorer is None or season is None or not is_on_the_map(scorer, season):
        raise NoAnswer(Failure.NO_MAP)
    rows = rows_of(scorer)
    if rows is None:
        raise NoAnswer(Failure.NO_MAP)
    return Map(scorer, season, rows)


def typical(scorer: Scorer) -> Doubles:
    """What all displays have in common. Raises NoAnswer while there are too few of them to tell one from another."""
    centre = typical_vector(scorer)
    if centre is None:
        raise NoAnswer(Failure.NO_MAP)
    return np.asarray(centre, dtype=np.float64)


def matches_of(search: PhotoSearch, town: Map) -> list[dict[str, Any]]:
    if search.frame:
        return [match_row(match) for match in like_thing_of(search, search.frame, town)]
    if search.like:
        own = looks_of_house(search.like, town)
        found = like_looks(town, own, typical(town.scorer), LOWEST, MOST_HOUSES + 1)
        return [match_row(match) for match in without(found, {search.like.public_id})]
    looks = looks_of_photo(search, town)
    lowest = LOWEST_OF_A_WHOLE_PICTURE if looks[0].box == WHOLE else LOWEST
    found = like_looks(town, looks, typical(town.scorer), lowest, MOST_HOUSES)
    return [match_row(match) for match in found]


def without(found: Sequence[Match], houses: set[str]) -> list[Match]:
    return [match for match in found if match.house not in houses][:MOST_HOUSES]


def like_thing_of(search: PhotoSearch, frame: Frame, town: Map) -> list[Match]:
    """The other houses that have the thing in the search's box. Raises NoAnswer where it may not, or cannot, be looked at."""
    if not Frame.objects.visible().filter(pk=frame.pk).exists():
        raise NoAnswer(Failure.GONE)
    try:
        patches = thing_patches(frame, town.scorer, search.thing_box, search.thing_point)
    except NotKept:
        raise NoAnswer(Failure.NOT_KEPT) from None
    except NothingThere:
        raise NoAnswer(Failure.NOTHING) from None
    own = houses_at(frame, search.thing_box, town.scorer)
    return without(like_thing(town, patches, LOWEST_OF_A_THING, MOST_HOUSES + len(own)), own)


def looks_of_house(house: House, town: Map) -> list[Look]:
    """The house's own largest displays. Raises NoAnswer where it is not on the map."""
    stored = looks_of(house, town.scorer, town.season)
    if house.hidden or not stored:
        raise NoAnswer(Failure.NO_DISPLAY)
    return [Look(np.frombuffer(vector, np.float16).astype(np.float64)) for vector in stored]


def looks_of_photo(search: PhotoSearch, town: Map) -> list[Look]:
    """What is festive in the picture, or the whole of it. Raises NoAnswer for pictures that cannot be looked at, and while
    this worker's network is not the one that the map was made with: vectors of two scorers do not compare."""
    try:
        looks = looker(network_of(town.scorer)).look(decoded(search))
    except OtherNetwork:
        raise NoAnswer(Failure.CHANGING) from None
    except DetectError:
        raise NoAnswer(Failure.DARK) from None
    return [Look(look.vector.astype(np.float64), look.box) for look in looks]


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


def match_row(match: Match) -> dict[str, Any]:
    crop = match.crop and list(match.crop)
    return {"house": match.house, "likeness": round(match.likeness, 4), "crop": crop}
