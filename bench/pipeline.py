"""The whole line, photos to heat map, through real workers; its stages side by side, and what they cost beyond the network.

By default the photos are rendered; `--photos DIR` takes others. Run it on a quiet machine:

    ./festivity run python -m bench.pipeline [--photos DIR] [--frames 200]

The last line is one line of JSON: `frames_per_s` from the submission to the end, `cpu_ms_beyond_inference` per frame
(processor time of all stages in one process, less that of the network), `worker_rss_mb` (the largest worker's peak).
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from bench.site import Site, scratch_site, wait_until_over


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--photos", type=Path, help="a folder of photos (default: a rendered drive)")
    parser.add_argument("--frames", type=int, default=200)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, scratch_site() as site:
        photos = sorted((arguments.photos or rendered(Path(folder), arguments.frames)).glob("*.jpg"))
        found = costs(photos[: arguments.frames]) | throughput(
            site, photos[: arguments.frames], Path(folder) / "workers.log"
        )
    print(json.dumps({"frames": len(photos[: arguments.frames]), "cores": cores(), **found}))


def cores() -> int:
    return len(os.sched_getaffinity(0))


def rendered(folder: Path, frames: int) -> Path:
    from ml.tools.render import Plan, render_drive

    print(f"rendering {frames} frames", file=sys.stderr)
    render_drive(folder, Plan(seed=7, houses=max(8, frames // 4), frames=frames))
    return folder / "photos"


def take_in(photos: list[Path], title: str) -> Any:
    from django.core.files.base import File

    from server.accounts.models import User
    from server.drives.services import create_drive, receive_footage

    driver = User.objects.get_or_create(email="bench@localhost")[0]
    drive = create_drive(driver=driver, title=title, synthetic=True)
    for photo in photos:
        with photo.open("rb") as stream:
            receive_footage(drive=drive, name=photo.name, file=File(stream))
    return drive


def costs(photos: list[Path]) -> dict[str, Any]:
    """Processor milliseconds per frame, stage by stage, in this process, and those of the network alone."""
    from server.drives.services import submit_drive
    from workers import pipeline, scoring

    network = scoring.network()
    inference = Stopwatch(network.score)
    network.score = inference  # type: ignore[method-assign,assignment]
    drive = take_in(photos, "costs")
    submit_drive(drive=drive)
    spent: dict[str, float] = {}
    while run := drive.stage_runs.open().order_by("pk").first():
        before = time.process_time()
        pipeline.run_stage(run.pk)
        spent[run.stage] = spent.get(run.stage, 0.0) + time.process_time() - before
    network.score = inference.call  # type: ignore[method-assign]
    per_frame = {stage: round(1000 * seconds / len(photos), 2) for stage, seconds in spent.items()}
    for stage, milliseconds in per_frame.items():
        print(f"{stage:<10} {milliseconds:8.2f} ms CPU per frame", file=sys.stderr)
    network_ms = 1000 * inference.cpu_s / len(photos)
    return {
        "cpu_ms_per_stage": per_frame,
        "cpu_ms_inference": round(network_ms, 2),
        "cpu_ms_beyond_inference": round(sum(per_frame.values()) - network_ms, 2),
    }


class Stopwatch:
    """Counts the processor seconds that a call takes."""

    def __init__(self, call: Any) -> None:
        self.call, self.cpu_s = call, 0.0

    def __call__(self, *args: Any) -> Any:
        before = time.process_time()
        try:
            return self.call(*args)
        finally:
            self.cpu_s += time.process_time() - before


def throughput(site: Site, photos: list[Path], log: Path) -> dict[str, Any]:
    """Wall time of the stages through real workers, the workers warm."""
    from server.drives.services import submit_drive

    site.start_workers(cores(), log)
    warm_up = take_in(photos[: 2 * cores()], "warm-up")
    submit_drive(drive=warm_up)
    wait_until_over(warm_up)
    drive = take_in(photos, "throughput")
    started = time.perf_counter()
    submit_drive(drive=drive)
    wait_until_over(drive)
    seconds = time.perf_counter() - started
    stages = {stage: round(last - first, 2) for stage, (first, last) in spans(drive).items()}
    for stage, wall_s in stages.items():
        print(f"{stage:<10} {wall_s:8.2f} s", file=sys.stderr)
    return {
        "frames_per_s": round(len(photos) / seconds, 2),
        "seconds_per_stage": stages,
        "worker_rss_mb": round(site.peak_rss_mb()),
    }


def spans(drive: Any) -> dict[str, tuple[float, float]]:
    found: dict[str, tuple[float, float]] = {}
    for run in drive.stage_runs.order_by("pk"):
        first, last = found.get(run.stage, (float("inf"), 0.0))
        found[run.stage] = (min(first, run.started_at.timestamp()), max(last, run.ended_at.timestamp()))
    return found


if __name__ == "__main__":
    main()
