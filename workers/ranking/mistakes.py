"""Where the scorer may be wrong for a reason that can be told: a person's word, what looks alike, one frame alone."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from django.db.models import Count, F, Q
from numpy.typing import NDArray

from ml.tools.choosing import NEIGHBOURS, contradicted
from server.frames.models import Region, Scorer
from server.frames.points import class_limits, points
from server.houses.models import Comparison, Sighting
from server.labelling.models import Reason
from server.labelling.services import Chosen
from workers.ranking.candidates import Candidates

BESIDE_S = 3.0
LEAST_SHARE = 0.004
"""Regions smaller than this part of a frame's festivity map are seen and lost all the time."""
RIM = 0.02
"""A region that touches the picture's edge comes into view or leaves it."""
LEAST_FOLLOWED = 0.2
"""Of a drive's regions so many were followed at least, or else its frames were not kept for it."""


def disputed(frames: Candidates, scorer: Scorer) -> list[Chosen]:
    """Frames without a mask of which a person said the contrary of what the scorer sees; the surer it is, the more."""
    some = class_limits(scorer.card)["some"]
    found = []
    for place in np.flatnonzero(frames.spoken_of & ~frames.labelled):
        festivity = float(frames.festivity[place])
        said = bool(frames.said_festive[place])
        if said == (festivity >= some):
            continue
        given = points(festivity, scorer.card)
        worth = (100 - given) / 100 if said else given / 100
        told = {"said": "festive" if said else "not_festive", "points": given}
        found.append(Chosen(int(frames.ids[place]), Reason.DISPUTED, worth, told))
    return found


def unlike(frames: Candidates, scorer: Scorer) -> list[Chosen]:
    """Frames nobody spoke of whose like people labelled otherwise than the scorer sees them."""
    some = class_limits(scorer.card)["some"]
    open_, known = np.flatnonzero(~frames.spoken_of), np.flatnonzero(frames.spoken_of)
    festive = frames.festivity[open_] >= some
    vectors = frames.pictures.vectors
    worth = contradicted(vectors[open_], festive, vectors[known], frames.said_festive[known])
    return [
        Chosen(
            int(frames.ids[open_[at]]),
            Reason.UNLIKE,
            float(worth[at]),
            {"neighbours": NEIGHBOURS, "festive": bool(festive[at])},
        )
        for at in np.flatnonzero(worth > 0)
    ]


def flashes(frames: Candidates, scorer: Scorer) -> list[Chosen]:
    """Frames with a light that was not found again on the frames before and after, though these are there."""
    between = framed_on_both_sides(frames)
    followed = drives_followed(scorer)
    worth: dict[int, float] = {}
    for row in lone_regions(scorer):
        x0, _top, x1, _bottom = row["box"]
        inside = x0 > RIM and x1 < 1 - RIM
        if inside and row["frame"] in between and row["frame__drive"] in followed:
            worth[row["frame"]] = max(worth.get(row["frame"], 0.0), row["festivity"])
    open_ = set(frames.ids[~frames.labelled].tolist())
    return [Chosen(pk, Reason.FLASH, value) for pk, value in sorted(worth.items()) if pk in open_]


def framed_on_both_sides(frames: Candidates) -> set[int]:
    """Ids of frames whose camera took another one within BESIDE_S before, and another within BESIDE_S after."""
    streams, at_s = frames.pictures.streams, frames.pictures.at_s
    order = np.lexsort((at_s, streams))
    near = (np.diff(streams[order]) == 0) & (np.diff(at_s[order]) <= BESIDE_S)
    both: NDArray[np.bool_] = np.zeros(len(order), dtype=bool)
    both[1:-1] = near[:-1] & near[1:]
    return set(frames.ids[order[both]].tolist())


def lone_regions(scorer: Scorer) -> list[dict[str, Any]]:
    """Regions that were placed, followed from and to nowhere, and whose house, if any, no other frame of the drive shows."""
    follow = Comparison.objects.filter(way=Comparison.Way.FOLLOW, first__scorer=scorer)
    tied = Region.objects.filter(Q(pk__in=follow.values("first")) | Q(pk__in=follow.values("second"))).values(
        "pk"
    )
    alone = Region.objects.filter(scorer=scorer, share__gte=LEAST_SHARE, sighting__isnull=False)
    rows = alone.exclude(pk__in=tied).exclude(sighting__house__in=houses_seen_twice(scorer))
    wanted = ("frame", "frame__drive", "box", "festivity")
    return list(rows.order_by("pk").values(*wanted))


def houses_seen_twice(scorer: Scorer) -> Any:
    rows = Sighting.objects.filter(scorer=scorer, house__isnull=False).values("house")
    return rows.annotate(frames=Count("frame", distinct=True)).filter(frames__gt=1).values("house")


def drives_followed(scorer: Scorer) -> set[int]:
    """Ids of the drives of which LEAST_FOLLOWED of the regions were followed from or to another."""
    regions = shares_of(Region.objects.filter(scorer=scorer, sighting__isnull=False), "frame__drive")
    follow = Comparison.objects.filter(way=Comparison.Way.FOLLOW, first__scorer=scorer)
    followed = shares_of(follow.annotate(drive=F("first__frame__drive")), "drive")
    return {drive for drive, count in followed.items() if count >= LEAST_FOLLOWED * regions.get(drive, 0)}


def shares_of(rows: Any, drive: str) -> Mapping[int, int]:
    return dict(rows.order_by().values_list(drive).annotate(count=Count("pk")))
