"""The queue as a whole: each reason chooses a spread of frames of its own, and all are woven into one order."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import cycle

import numpy as np

from ml.tools.choosing import APART_S, spread_out
from server.frames.models import Scorer
from server.labelling.models import Reason
from server.labelling.reported import reports_by_frame
from server.labelling.services import Chosen, claim_ranking, leave_ranking, write_ranking
from workers.ranking.candidates import Candidates, candidates
from workers.ranking.mistakes import disputed, flashes, unlike

MOST_OF_A_REASON = 300
PATTERN = (
    Reason.REPORTED, Reason.UNSURE, Reason.DISPUTED, Reason.UNSURE, Reason.UNLIKE, Reason.UNSURE, Reason.FLASH, Reason.UNSURE,
)  # fmt: skip
"""Whose turn it is; half of them is what the scorer is least sure of."""
LOT_EVERY = 10
"""Each tenth frame is drawn by lot, so that the labels know common frames too."""
LEAST_UNSURE = 0.01


def rank(scorer_id: int) -> None:
    """Makes a scorer's queue, if it is wanted and no other worker is at it."""
    begun_at = claim_ranking(scorer_id)
    if begun_at is None:
        return
    try:
        frames = candidates(scorer := Scorer.objects.get(pk=scorer_id))
        chosen = queue_of(frames, scorer)
        write_ranking(scorer_id=scorer_id, begun_at=begun_at, chosen=chosen, frames=len(frames))
    except Exception:
        leave_ranking(scorer_id=scorer_id, begun_at=begun_at)
        raise


def queue_of(frames: Candidates, scorer: Scorer) -> list[Chosen]:
    """In order; each frame once, with every reason that names it."""
    if not len(frames):
        return []
    found = {
        Reason.REPORTED: reported(frames),
        Reason.DISPUTED: disputed(frames, scorer),
        Reason.UNLIKE: unlike(frames, scorer),
        Reason.FLASH: flashes(frames, scorer),
        Reason.UNSURE: unsure(frames),
    }
    lists = {reason: spread(frames, some) for reason, some in found.items()}
    return list(woven({**lists, Reason.CHANCE: by_lot(frames)}, frames))


def reported(frames: Candidates) -> list[Chosen]:
    """Frames that visitors' open reports name, labelled ones among them: somebody disagrees with the label."""
    festivity = dict(zip(frames.ids.tolist(), frames.festivity.tolist(), strict=True))
    return [
        Chosen(pk, Reason.REPORTED, max(festivity[pk], 0.001), {"reports": count})
        for pk, count in sorted(reports_by_frame().items())
        if pk in festivity
    ]


def unsure(frames: Candidates) -> list[Chosen]:
    places = np.flatnonzero(~frames.spoken_of & (frames.uncertainty >= LEAST_UNSURE))
    return [
        Chosen(
            int(frames.ids[at]),
            Reason.UNSURE,
            float(frames.uncertainty[at]),
            {"percent": round(100 * float(frames.unsure[at]))},
        )
        for at in places
    ]


def by_lot(frames: Candidates) -> list[Chosen]:
    """A lot that is always the same: frames by a hash of their ids."""
    open_ = np.flatnonzero(~frames.spoken_of)
    drawn = sorted(open_, key=lambda at: hashlib.sha256(frames.names[at].encode()).digest())
    return [Chosen(int(frames.ids[at]), Reason.CHANCE, 0.0) for at in drawn[:MOST_OF_A_REASON]]


def spread(frames: Candidates, found: Sequence[Chosen]) -> list[Chosen]:
    """Those of one reason that tell most together, away from what is labelled."""
    if not found:
        return []
    place_of = {pk: place for place, pk in enumerate(frames.ids.tolist())}
    places = np.array([place_of[one.frame_id] for one in found], dtype=np.int64)
    worth = np.array([one.worth for one in found])
    known = np.setdiff1d(np.flatnonzero(frames.labelled), places)
    order = spread_out(worth, frames.pictures_of(places), frames.pictures_of(known), MOST_OF_A_REASON)
    return [found[at] for at in order]


def woven(lists: Mapping[Reason, Sequence[Chosen]], frames: Candidates) -> Iterator[Chosen]:
    """One order out of all, by PATTERN, in which a camera's frames of within APART_S come only after everything else."""
    also = reasons_of(lists)
    streams = dict(zip(frames.ids.tolist(), frames.pictures.streams.tolist(), strict=True))
    at_s = dict(zip(frames.ids.tolist(), frames.pictures.at_s.tolist(), strict=True))
    taken: dict[int, list[float]] = {}
    put_off = []
    for one in turns(lists):
        beside = taken.setdefault(streams[one.frame_id], [])
        if any(abs(at_s[one.frame_id] - other) <= APART_S for other in beside):
            put_off.append(one)
            continue
        beside.append(at_s[one.frame_id])
        yield replace(one, also=tuple(sorted(also[one.frame_id] - {one.reason.value})))
    for one in put_off:
        yield replace(one, also=tuple(sorted(also[one.frame_id] - {one.reason.value})))


def turns(lists: Mapping[Reason, Sequence[Chosen]]) -> Iterator[Chosen]:
    """Every chosen frame once, the reasons taking turns, each tenth by lot; who has none left is passed over."""
    waiting = {reason: iter(some) for reason, some in lists.items()}
    pattern = cycle(PATTERN)
    seen: set[int] = set()
    while waiting:
        by_turn = len(waiting) > 1 and len(seen) % LOT_EVERY != LOT_EVERY - 1
        reason = next(pattern) if by_turn or Reason.CHANCE not in waiting else Reason.CHANCE
        fresh = next((one for one in waiting.get(reason, ()) if one.frame_id not in seen), None)
        if fresh is None:
            waiting.pop(reason, None)
        else:
            seen.add(fresh.frame_id)
            yield fresh


def reasons_of(lists: Mapping[Reason, Iterable[Chosen]]) -> dict[int, frozenset[str]]:
    """By frame, all reasons but the lot, which is none beside another."""
    found: dict[int, set[str]] = {}
    for reason, some in lists.items():
        for one in some:
            of_frame = found.setdefault(one.frame_id, set())
            if reason is not Reason.CHANCE:
                of_frame.add(reason.value)
    return {pk: frozenset(reasons) for pk, reasons in found.items()}
