"""How long does it take until labels are a scorer? A worker's own function, on a rendered drive with 25 labels and kept features.

    ./festivity run python -m bench.labelling_scorer

- `train_s`: from the live head, as it is every time but the first; `train_cpu_s`: the processor's part of it.
- `train_first_s`: the first time on a site, with the 64 pictures of the reference set that the network looks at once for each
  backbone. `train_from_nothing_s`: without a start.
- `turns`: in how many turns the first one was done, so that drives that wait come in between.
- `load`: how many processes wanted a core in the minute before: above the number of cores, times are not the trainer's.

Measured in a process of its own; what `bench.labelling_shadow` measures comes beside it. The last line is one line of JSON.
"""

from __future__ import annotations

import importlib
import importlib.util
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from bench.site import CHECKOUT, scratch_site

LABELS = 25
SHADOW_BENCH = "bench.labelling_shadow"


def main() -> None:
    print(json.dumps(measured()))


def measure() -> dict[str, Any]:
    """What `main` prints, and the figures of scoring in shadow."""
    argv = [sys.executable, "-m", "bench.labelling_scorer"]
    said = subprocess.run(argv, cwd=CHECKOUT, check=True, stdout=subprocess.PIPE, text=True).stdout
    found: dict[str, Any] = json.loads(said.splitlines()[-1])
    if importlib.util.find_spec(SHADOW_BENCH):
        found |= importlib.import_module(SHADOW_BENCH).measure()
    return found


def measured() -> dict[str, Any]:
    load = os.getloadavg()[0]
    with scratch_site():
        labelled_street()
        first_s, turns = seconds_of("live")
        before_s = time.process_time()
        again_s, _ = seconds_of("live")
        cpu_s = time.process_time() - before_s
        nothing_s, _ = seconds_of("nothing")
    return {
        "train_s": again_s,
        "train_cpu_s": round(cpu_s, 2),
        "train_first_s": first_s,
        "train_from_nothing_s": nothing_s,
        "turns": turns,
        "labels": LABELS,
        "load": round(load, 2),
    }


def labelled_street() -> None:
    """A rendered drive whose frames are labelled with the truth."""
    from ml.scorer import load_scorer
    from ml.tools.render import Plan
    from server.labels.drawing import Drawing
    from server.labels.services import Origin, record_mask
    from tests.labels.street import driven_street, taken_shots
    from tests.server.factories import make_staff
    from workers.scoring import working_scorer

    network = load_scorer(threads=1)
    with tempfile.TemporaryDirectory() as folder:
        shots = taken_shots(Path(folder), network, Plan(seed=9, houses=12, frames=LABELS + 5, decorated=0.8))
    street, author = driven_street(shots, network), make_staff()
    working_scorer()
    for shot in shots[:LABELS]:
        record_mask(
            frame=street.frame(shot),
            author=author,
            drawing=Drawing(),
            mask=shot.festive,
            origin=Origin(street.scorer, ""),
        )


def seconds_of(start: str) -> tuple[float, int]:
    """How long a training took, and in how many turns."""
    from server.jobs.models import Job
    from server.training.models import Lesson
    from server.training.services import ask_for_lesson
    from workers.jobs import run_job

    job, turns = ask_for_lesson(start=Lesson.Start(start)), 0
    began = time.perf_counter()
    while job.is_open:
        run_job(job.pk)
        job.refresh_from_db()
        turns += 1
    if job.state != Job.State.DONE:
        sys.exit(f"The training came to nothing: {job.failure}")
    return round(time.perf_counter() - began, 2), turns


if __name__ == "__main__":
    main()
