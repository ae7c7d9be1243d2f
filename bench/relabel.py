"""Does it pay to label what the queue asks for? Masks of a real night drive, given out as a labeller would draw them.

Needs FESTIVITY_REAL_DATA (the folder that holds `mira_mesa_drive` and `night_frames_unlabelled`, photos of one evening). The
masks are those that come with this project (`ml/labels`): 16 of `mira_mesa_drive`, 147 of the other folder. No photo with a
reference score has one, so that the reference judges what no label taught. Run it with

    ./festivity run python -m bench.relabel [--seeds 3] [--work DIR] [--by-page]

A third of the masks, by whole stretches of street, is held back; five are learnt from at first, from nothing. That head is
made live and ranks the queue of the rest. Then 20 more labels, chosen by the queue or by lot, are learnt from twice: from the
live head and from nothing. Each head is judged by `average_precision` on the patches of the frames held back, and `spearman`
of its festivities against the reference. Held back frames and those with a reference are never on the site.

Masks are recorded directly; with `--by-page` the 20 that the queue chose, and the first 20 by lot, are drawn on the page in
Chromium by clicks, threshold and brush (`bench.relabel_page`); `overlap` tells how near they came (intersection over union).
The last line is one line of JSON.
"""

from __future__ import annotations

import argparse
import csv
import hashlib
import json
import os
import sys
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from bench.site import scratch_site
from ml.head import Head, head_of
from ml.labels import LabelledFrame, find_photos
from ml.metrics import average_precision, spearman
from ml.patches import NEGATIVE_COVERAGE, POSITIVE_COVERAGE
from ml.pictures import read_picture
from ml.rescoring import Rescorer
from ml.scorer import Scorer as Network
from ml.scorer import load_scorer
from ml.stored import read
from ml.truth import coverage, drawn_labels, festive_area

FOLDERS = ("mira_mesa_drive", "night_frames_unlabelled")
FIRST, MORE = 5, 20
HELD_BACK = 1 / 3


@dataclass(frozen=True)
class Masked:
    """A photo of the drive that somebody drew a mask on."""

    path: Path
    label: LabelledFrame

    @property
    def sha256(self) -> str:
        return self.label.sha256


@dataclass(frozen=True)
class Split:
    """Masks that are held back, those that are learnt from at first, and the others."""

    held_back: list[Masked]
    first: list[Masked]
    pool: list[Masked]


def main() -> None:
    reader = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    reader.add_argument("--seeds", type=int, default=3, help="how many times 20 are drawn by lot")
    reader.add_argument("--work", type=Path, help="keeps what the network saw between runs")
    reader.add_argument("--by-page", action="store_true", help="draw on the page, in Chromium")
    arguments = reader.parse_args()
    if "FESTIVITY_REAL_DATA" not in os.environ:
        sys.exit("Set FESTIVITY_REAL_DATA to the folder of real data.")
    data = Path(os.environ["FESTIVITY_REAL_DATA"])
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    with tempfile.TemporaryDirectory() as folder, scratch_site() as site:
        environment = site.environment if arguments.by_page else None
        print(json.dumps(run(data, arguments.work or Path(folder), arguments.seeds, environment)))


def masked_photos(data: Path) -> list[Masked]:
    """In order of their SHA-256."""
    found = find_photos([data / folder for folder in FOLDERS])
    return [
        Masked(found[sha256], label) for sha256, label in sorted(drawn_labels().items()) if sha256 in found
    ]


def split(masked: Sequence[Masked]) -> Split:
    """The same every time: groups in the order of a hash of their number, a third of all frames held back."""
    held_back: list[Masked] = []
    for group in sorted({one.label.group for one in masked}, key=lambda group: lot(f"group {group}")):
        if len(held_back) >= HELD_BACK * len(masked):
            break
        held_back += [one for one in masked if one.label.group == group]
    groups = {one.label.group for one in held_back}
    others = sorted((one for one in masked if one.label.group not in groups), key=lambda one: lot(one.sha256))
    festive = [one for one in others if is_festive(one)][: FIRST - 1]
    dark = [one for one in others if not is_festive(one)][:1]
    first = festive + dark
    return Split(held_back, first, [one for one in others if one not in first])


def lot(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def is_festive(one: Masked) -> bool:
    return len(one.label.festive) > 1


@dataclass(frozen=True)
class Judge:
    """Judges heads on frames held back and on those with a reference score; `work` keeps what the network saw of them."""

    network: Network
    work: Path
    held_back: Sequence[Masked]
    reference: dict[Path, float]

    def measure_head(self, head: Head) -> dict[str, float]:
        """`average_precision` of all clear patches of the frames held back, `spearman` against the reference."""
        assert self.network.packing is not None
        rescorer = Rescorer(self.network.packing, head)
        maps = [rescorer.festivity_map(frame) for frame in self._held_back]
        chance = np.concatenate([one.ravel() for one in maps])
        share = np.concatenate(
            [
                coverage(festive_area(masked.label.mask()), *one.shape).ravel()
                for masked, one in zip(self.held_back, maps, strict=True)
            ]
        )
        clear = (share >= POSITIVE_COVERAGE) | (share <= NEGATIVE_COVERAGE)
        festivities = [float(rescorer.festivity_map(frame).mean()) for frame in self._referenced]
        return {
            "average_precision": round(
                average_precision(share[clear] >= POSITIVE_COVERAGE, chance[clear]), 4
            ),
            "spearman": round(spearman(list(self.reference.values()), festivities), 4),
        }

    @cached_property
    def _held_back(self) -> list[Any]:
        return self.seen([one.path for one in self.held_back])

    @cached_property
    def _referenced(self) -> list[Any]:
        return self.seen(list(self.reference))

    def seen(self, paths: Iterable[Path]) -> list[Any]:
        """What is stored of photos."""
        assert self.network.packing is not None
        self.work.mkdir(parents=True, exist_ok=True)
        found = []
        for path in paths:
            kept = self.work / f"{path.stem}-{self.network.backbone.sha256[:12]}.features"
            if not kept.is_file():
                kept.write_bytes(self.network.features(read_picture(path)))
            found.append(read(self.network.packing, kept.read_bytes()))
        return found


def judge_of(data: Path, work: Path, held_back: Sequence[Masked]) -> Judge:
    photos = data / FOLDERS[0] / "photos"
    with (data / FOLDERS[0] / "reference.csv").open(newline="") as stream:
        reference = {photos / row["image"]: float(row["peer_max"]) for row in csv.DictReader(stream)}
    known = {path: score for path, score in reference.items() if path.is_file()}
    return Judge(load_scorer(threads=1), work, held_back, known)


class Bench:
    """A site with the frames that may be labelled, and the steps of a labeller on it."""

    def __init__(self, split: Split, track: Path) -> None:
        from server.accounts.models import User

        self.masked = {one.sha256: one for one in [*split.first, *split.pool]}
        self.author = User.objects.create_user("labeller@example.org", None, is_staff=True)
        self.frames = imported([one.path for one in self.masked.values()], track)

    def draw(self, sha256: str) -> None:
        """Records the mask of a frame, as the page would."""
        from server.frames.queries import live_scorer
        from server.labels.drawing import Drawing
        from server.labels.services import Origin, record_mask

        record_mask(
            frame=self.frames[sha256],
            author=self.author,
            drawing=Drawing(),
            mask=self.masked[sha256].label.mask(),
            origin=Origin(live_scorer(), ""),
        )

    def draw_on_page(self, chosen: Iterable[str], environment: dict[str, str]) -> dict[str, float]:
        """Draws the masks of these frames in Chromium; the mean and the least overlap of what was kept with what was meant."""
        from django.db import connections

        from bench.relabel_page import hand_on, overlap
        from server.labels.pictures import unpacked

        found = []
        with hand_on(environment, self.session) as hand:
            for sha256 in chosen:
                frame, mask = self.frames[sha256], self.masked[sha256].label.mask()
                hand.draw(frame.public_id, mask)
                kept = unpacked(bytes(frame.labels.defer(None).latest("pk").mask))
                found.append(overlap(kept, mask) if mask.any() or kept.any() else 1.0)
            connections.close_all()
        return {"mean": round(float(np.mean(found)), 3), "least": round(min(found), 3)}

    @property
    def session(self) -> str:
        """Of the labeller, as the browser sends it."""
        from django.test import Client

        client = Client()
        client.force_login(self.author)
        return client.cookies["sessionid"].value

    def label_anew(self, chosen: Iterable[str]) -> None:
        """Forgets all labels, and draws those of these frames."""
        from server.labels.models import Label

        Label.objects.all().delete()
        for sha256 in chosen:
            self.draw(sha256)

    def train(self, start: str) -> Any:
        """The scorer of the labels that count now; `start` is live or nothing."""
        from server.jobs.models import Job
        from server.training.models import Lesson
        from server.training.services import ask_for_lesson
        from workers.jobs import run_job

        job = ask_for_lesson(start=Lesson.Start(start), asked_by=self.author)
        while job.is_open:
            run_job(job.pk)
            job.refresh_from_db()
        if job.state != Job.State.DONE:
            sys.exit(f"The training came to nothing: {job.failure} {job.error}")
        return Lesson.objects.get(job=job).scorer

    def make_live(self, scorer: Any) -> None:
        """Scores all frames with it, from what is kept of them, and lets the queue go by it. There are no houses to promote."""
        from server.frames.models import Frame, Scorer
        from server.frames.queries import kept_features
        from server.frames.services import record_scores
        from workers.scoring import network_of
        from workers.steps.score import batches, readable, row_of, score_kept, tell_unreadable

        looks = network_of(scorer)
        for some in batches(list(Frame.objects.unscored(scorer).select_related("footage", "drive")), 8):
            pairs = readable(some, tell_unreadable)
            seen, _ = score_kept(looks, pairs, kept_features(some, looks.backbone.sha256))
            pictures = {frame.pk: picture for frame, picture in pairs}
            record_scores(scorer, [row_of(frame, image, pictures[frame.pk]) for frame, image in seen])
        Scorer.objects.filter(live=True).update(live=False)
        Scorer.objects.filter(pk=scorer.pk).update(live=True)

    def queue(self) -> list[str]:
        """The frames that wait for this labeller, in the order of the live scorer's queue."""
        from server.frames.queries import live_scorer
        from server.labelling.queries import waiting_for
        from server.labelling.services import want_ranking
        from workers.ranking.queue import rank

        live = live_scorer()
        assert live is not None
        want_ranking(live)
        rank(live.pk)
        names = {frame.pk: sha256 for sha256, frame in self.frames.items()}
        return [names[entry.frame_id] for entry in waiting_for(self.author)]


def imported(photos: Sequence[Path], track: Path) -> dict[str, Any]:
    """The frames of the photos, by SHA-256, after all stages of a drive."""
    from bench.pipeline import take_in
    from server.drives.services import submit_drive
    from server.frames.models import Frame
    from workers import pipeline

    drive = take_in([*photos, track], "One evening")
    submit_drive(drive=drive)
    while run := drive.stage_runs.open().order_by("pk").first():
        pipeline.run_stage(run.pk)
    drive.refresh_from_db()
    frames = {
        frame.footage.sha256: frame for frame in Frame.objects.filter(drive=drive).select_related("footage")
    }
    print(f"{len(frames)} of {len(photos)} photos are frames. {drive.failure}", file=sys.stderr)
    return frames


def head_of_scorer(scorer: Any) -> Head:
    kept = scorer.kept_head
    return head_of(bytes(kept.npz), scorer.head, kept.card)


def run(data: Path, work: Path, seeds: int, environment: dict[str, str] | None) -> dict[str, Any]:
    """All figures; with the environment of a site, labels are drawn on its pages."""
    parts = split(masked_photos(data))
    judge = judge_of(data, work, parts.held_back)
    bench = Bench(parts, data / FOLDERS[0] / "track.gpx")
    first = [one.sha256 for one in parts.first if one.sha256 in bench.frames]
    pool = [one.sha256 for one in parts.pool if one.sha256 in bench.frames]
    bench.label_anew(first)
    began = bench.train("nothing")
    bench.make_live(began)
    found: dict[str, Any] = {
        "held_back": len(parts.held_back),
        "pool": len(pool),
        "reference": len(judge.reference),
        "shipped": judge.measure_head(judge.network.head),
        "from_5": judge.measure_head(head_of_scorer(began)),
    }
    told(found)
    found["by_queue"] = learnt(bench, judge, first, bench.queue()[:MORE], environment)
    told(found["by_queue"])
    found["by_lot"] = []
    for seed in range(seeds):
        drawn = np.random.default_rng(seed).permutation(pool)[:MORE].tolist()
        on_page = environment if seed == 0 else None
        found["by_lot"].append(learnt(bench, judge, first, drawn, on_page))
        told(found["by_lot"][-1])
    return found


def learnt(
    bench: Bench, judge: Judge, first: Sequence[str], more: Sequence[str], environment: dict[str, str] | None
) -> dict[str, Any]:
    """What heads of these labels are worth, from the live head and from nothing."""
    found: dict[str, Any] = {}
    if environment is None:
        bench.label_anew([*first, *more])
    else:
        bench.label_anew(first)
        found["overlap"] = bench.draw_on_page(more, environment)
    heads = {start: judge.measure_head(head_of_scorer(bench.train(start))) for start in ("live", "nothing")}
    return {**heads, **found}


def told(found: dict[str, Any]) -> None:
    print(json.dumps(found), file=sys.stderr)


if __name__ == "__main__":
    main()
