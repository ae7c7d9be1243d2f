"""The queue that a worker makes of rendered frames, scored by the shipped scorer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from ml.metrics import spearman
from ml.pictures import read_picture
from ml.scorer import Scorer as Network
from ml.truth import coverage
from ml.types import ScoredImage
from server.drives.models import Drive
from server.frames.models import Frame, Scorer
from server.frames.services import record_scores
from server.houses.models import Comparison, Sighting
from server.labelling.models import QueueEntry, Ranking, Reason
from server.labelling.services import sweep, want_ranking
from server.labels.models import Label
from server.labels.services import record_verdict
from tests.labels.street import BEGAN, row_of
from tests.server import factories as make
from workers.ranking.candidates import candidates
from workers.ranking.queue import rank

pytestmark = pytest.mark.django_db


@dataclass(frozen=True)
class Seen:
    """A photo as it was scored, and how many of its patches the scorer has wrong."""

    side: str
    scored: ScoredImage
    wrong: int


@pytest.fixture(scope="session")
def seen(evening: Path, network: Network) -> list[Seen]:
    """The photos of the evening in order of time."""
    photos = sorted((evening / "photos").iterdir(), key=lambda path: path.stem.split("_")[2:])
    scored = network.score([read_picture(photo) for photo in photos])
    return [seen_of(evening, *pair) for pair in zip(photos, scored, strict=True)]


def seen_of(evening: Path, photo: Path, scored: ScoredImage) -> Seen:
    festive = np.asarray(Image.open(evening / "masks" / f"{photo.stem}.png")) >= 128
    share = coverage(festive, *scored.festivity_map.shape)
    sure = (share <= 0.01) | (share >= 0.99)
    wrong = ((scored.festivity_map > 0.5) != (share >= 0.5)) & sure
    return Seen("left" if "left" in photo.stem else "right", scored, int(wrong.sum()))


@pytest.fixture
def scorer(network: Network) -> Scorer:
    return make.make_scorer(live=True, hash=network.hash)


@pytest.fixture
def drive() -> Drive:
    return make.make_drive(stage="done")


@pytest.fixture
def frames(seen: list[Seen], scorer: Scorer, drive: Drive) -> list[Frame]:
    """One a second, of two cameras in turn."""
    made = [
        make.make_frame(drive, one.side, BEGAN + timedelta(seconds=second)) for second, one in enumerate(seen)
    ]
    record_scores(scorer, [row_of(frame, one.scored) for frame, one in zip(made, seen, strict=True)])
    return made


def made_queue(scorer: Scorer) -> list[QueueEntry]:
    want_ranking(scorer)
    rank(scorer.pk)
    return list(QueueEntry.objects.filter(scorer=scorer).order_by("place"))


def of_reason(entries: Sequence[QueueEntry], reason: Reason) -> list[QueueEntry]:
    return [entry for entry in entries if entry.reason == reason or reason in entry.also]


def test_uncertain_frames_come_before_certain_ones(frames: list[Frame], scorer: Scorer) -> None:
    dark = [make.make_frame(frames[0].drive, at=BEGAN + timedelta(minutes=minute)) for minute in (5, 6, 7)]
    for frame in dark:
        make.score_frame(frame, 0.0, scorer)
    entries = made_queue(scorer)
    doubt = dict(zip(*known(scorer), strict=True))
    head = [doubt[entry.frame_id] for entry in entries[:5]]
    assert np.mean(head) > np.mean(list(doubt.values()))
    assert {entry.reason for entry in entries if entry.frame in dark} == {Reason.CHANCE}
    assert min(entry.place for entry in entries if entry.frame in dark) > 5


def known(scorer: Scorer) -> tuple[list[int], list[float]]:
    """Ids, and how unsure the scorer is of each."""
    found = candidates(scorer)
    return found.ids.tolist(), found.uncertainty.tolist()


def test_what_the_scorer_is_unsure_of_is_what_it_has_wrong(
    frames: list[Frame], seen: list[Seen], scorer: Scorer
) -> None:
    assert spearman(known(scorer)[1], [one.wrong for one in seen]) > 0.5


def test_the_head_of_the_queue_is_spread(frames: list[Frame], scorer: Scorer) -> None:
    head = [entry.frame for entry in made_queue(scorer)[:6]]
    for place, frame in enumerate(head):
        for other in head[:place]:
            apart = abs(frame.captured_at - other.captured_at)
            assert frame.camera_id != other.camera_id or apart > timedelta(seconds=3)


def test_the_queue_is_the_same_each_time(frames: list[Frame], scorer: Scorer) -> None:
    first, second = (
        [(entry.frame_id, entry.reason, entry.worth) for entry in made_queue(scorer)] for _ in range(2)
    )
    assert first == second


def test_each_frame_is_in_it_once_and_labelled_ones_are_not(frames: list[Frame], scorer: Scorer) -> None:
    make.draw_label(frames[3])
    listed = [entry.frame_id for entry in made_queue(scorer)]
    assert len(set(listed)) == len(listed)
    assert frames[3].pk not in listed


def test_a_word_against_the_scorer_is_in_doubt(frames: list[Frame], seen: list[Seen], scorer: Scorer) -> None:
    bright = frames[int(np.argmax([one.scored.festivity for one in seen]))]
    record_verdict(frame=bright, author=make.make_staff(), verdict=Label.Verdict.NOT_FESTIVE)
    (entry,) = of_reason(made_queue(scorer), Reason.DISPUTED)
    assert (entry.frame, entry.told["said"]) == (bright, "not_festive")
    assert entry.worth == pytest.approx(entry.told["points"] / 100)


def test_a_word_that_the_scorer_shares_takes_a_frame_out(
    frames: list[Frame], seen: list[Seen], scorer: Scorer
) -> None:
    bright = frames[int(np.argmax([one.scored.festivity for one in seen]))]
    record_verdict(frame=bright, author=make.make_staff(), verdict=Label.Verdict.FESTIVE)
    assert bright.pk not in {entry.frame_id for entry in made_queue(scorer)}


@pytest.fixture
def passage(scorer: Scorer, drive: Drive) -> list[Sighting]:
    """Ten frames of one camera, one a second; each display is followed into the next frame."""
    at = [BEGAN + timedelta(seconds=second) for second in range(10)]
    taken = [make.make_frame(drive, at=moment) for moment in at]
    for frame in taken:
        make.score_frame(frame, 0.1)
    sightings = [make.see(None, frame) for frame in taken]
    for before, after in pairwise(sightings):
        follow(before, after)
    return sightings


def follow(before: Sighting, after: Sighting) -> None:
    Comparison.objects.create(
        first=before.region, second=after.region, way=Comparison.Way.FOLLOW, chance=0.99, made_by="follow-1"
    )


def test_a_light_of_one_frame_alone_is_suspected(passage: list[Sighting], scorer: Scorer) -> None:
    lone = make.see(None, passage[4].frame, share=0.05)
    entries = of_reason(made_queue(scorer), Reason.FLASH)
    assert [entry.frame for entry in entries] == [lone.frame]


def test_where_nothing_was_followed_nothing_was_lost(passage: list[Sighting], scorer: Scorer) -> None:
    make.see(None, passage[4].frame, share=0.05)
    Comparison.objects.all().delete()
    assert of_reason(made_queue(scorer), Reason.FLASH) == []


def test_a_light_at_the_end_of_a_passage_is_not_suspected(passage: list[Sighting], scorer: Scorer) -> None:
    make.see(None, passage[9].frame, share=0.05)
    assert of_reason(made_queue(scorer), Reason.FLASH) == []


def test_the_sweeper_asks_for_a_queue_that_is_missing_and_rests_after_that(
    frames: list[Frame], scorer: Scorer
) -> None:
    sweep()
    wanted_at = Ranking.objects.get().wanted_at
    assert wanted_at
    sweep()
    assert Ranking.objects.get().wanted_at == wanted_at
    rank(scorer.pk)
    assert QueueEntry.objects.exists()


def test_a_ranking_that_fails_is_given_back(frames: list[Frame], scorer: Scorer) -> None:
    want_ranking(scorer)
    frames[0].scores.update(map_rows=99)
    with pytest.raises(ValueError, match="reshape"):
        rank(scorer.pk)
    assert Ranking.objects.get().begun_at is None


def test_after_a_promotion_the_new_scorer_has_a_queue_of_its_own(frames: list[Frame], scorer: Scorer) -> None:
    made_queue(scorer)
    Scorer.objects.update(live=False)
    other = make.make_scorer(live=True)
    make.score_frame(frames[0], 0.3, other)
    Ranking.objects.update(wanted_at=None)
    sweep()
    rank(other.pk)
    assert [entry.frame for entry in QueueEntry.objects.filter(scorer=other)] == [frames[0]]
    assert QueueEntry.objects.filter(scorer=scorer).exists()
