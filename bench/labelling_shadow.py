"""How fast another head scores a city in shadow: frames a second from kept features, and the network beside it.

    python -m bench.labelling_shadow [--frames 10000]

40 rendered frames are scored once by the network. Their features, as files of their own, and the rows of their scores and regions
stand for a city of so many frames; 2,000 files are read, again and again. Measured is the stage of the job that makes festivity
maps, finds regions, takes over what was seen of them, and writes all that (`shadow_frames_per_s`), and what it costs this process
beside the database (`cpu_ms_per_frame`); how many of the frames it could bring to an end without the network
(`without_network`); and the way that needs the picture and the network for every region, frame by frame
(`score_again_frames_per_s`). The last line is one line of JSON.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from bench.site import CHECKOUT, scratch_site

FRAMES = 10_000
FILES = 2_000
RENDERED = 40
SHIFT = -0.3
AT_ONCE = 1_000
AGAIN = 12


def measure(frames: int = FRAMES) -> dict[str, float]:
    """In a process of its own, so that it may be asked for beside other measurements."""
    argv = [sys.executable, "-m", "bench.labelling_shadow", "--frames", str(frames)]
    said = subprocess.run(argv, cwd=CHECKOUT, stdout=subprocess.PIPE, check=True, text=True).stdout
    found: dict[str, float] = json.loads(said.splitlines()[-1])
    return found


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--frames", type=int, default=FRAMES)
    frames = parser.parse_args().frames
    with scratch_site(), tempfile.TemporaryDirectory() as folder:
        print(json.dumps(measured(frames, Path(folder))))


def measured(frames: int, folder: Path) -> dict[str, float]:
    from ml.pictures import read_picture
    from ml.tools.render import Plan, render_drive
    from server.frames.models import Frame
    from workers.scoring import network, working_scorer
    from workers.steps.score import row_of

    render_drive(folder, Plan(seed=5, houses=10, frames=RENDERED, decorated=0.7), jobs=1)
    pictures = [read_picture(path) for path in sorted((folder / "photos").iterdir())]
    images = network().score(pictures)
    live = working_scorer()
    rows = [row_of(Frame(pk=0), image, picture) for image, picture in zip(images, pictures, strict=True)]
    write_city(frames, live, rows, [image.features or b"" for image in images])
    scorer = taught(SHIFT)
    worked = time.process_time()
    seconds, ended = in_shadow(scorer)
    worked = time.process_time() - worked
    return {
        "shadow_frames_per_s": round(frames / seconds, 1),
        "shadow_s": round(seconds, 1),
        "frames": frames,
        "cpu_ms_per_frame": round(1000 * worked / frames, 2),
        "without_network": round(ended / frames, 3),
        "score_again_frames_per_s": round(again_per_s(scorer, pictures, images), 2),
    }


def write_city(frames: int, live: Any, rows: list[Any], features: list[bytes]) -> None:
    """So many frames of one finished drive, with features, scores and regions under the live scorer."""
    from django.core.files.base import ContentFile

    from bench.identity_rows import NIGHT, make_drive
    from server.frames.models import Frame, FrameScore, PatchFeatures, Region
    from server.frames.services import region_row, score_row

    drive, _ = make_drive([], live, NIGHT, np.random.default_rng(0))
    type(drive).objects.filter(pk=drive.pk).update(stage="done", scorer_hash=live.hash)
    camera = drive.cameras.get(key="right")
    footage = drive.footage.get(camera=camera)
    storage = PatchFeatures._meta.get_field("file").storage
    names = [
        storage.save(f"features/{number}.features", ContentFile(features[number % len(features)]))
        for number in range(min(FILES, frames) // len(features) * len(features))
    ]
    made = [
        Frame(drive=drive, camera=camera, footage=footage, at_ms=10**6 + number, device_at=NIGHT,
              captured_at=NIGHT, width=1024, height=576, public_id=f"b{number}")
        for number in range(frames)
    ]  # fmt: skip
    Frame.objects.bulk_create(made, batch_size=AT_ONCE)
    for first in range(0, frames, AT_ONCE):
        some = [
            (frame, replace(rows[(first + at) % len(rows)], frame_id=frame.pk))
            for at, frame in enumerate(made[first : first + AT_ONCE])
        ]
        FrameScore.objects.bulk_create([score_row(live, row) for _, row in some])
        Region.objects.bulk_create(
            [region_row(live, row.frame_id, at, one) for _, row in some for at, one in enumerate(row.regions)]
        )
        PatchFeatures.objects.bulk_create(
            [
                PatchFeatures(
                    frame=frame,
                    backbone_sha256=live.card["backbone_sha256"],
                    file=names[(first + at) % len(names)],
                )
                for at, (frame, _) in enumerate(some)
            ]
        )


def taught(shift: float) -> Any:
    """A scorer of another head, as training keeps it."""
    from ml.head import head_content, head_of
    from server.frames.services import ensure_scorer, keep_head
    from workers.scoring import network

    own = network()
    npz = head_content(own.head.weight, own.head.bias + shift)
    card = {
        "backbone_sha256": own.backbone.sha256,
        "class_limits": own.head.class_limits,
        "house_limits": own.head.house_limits,
    }
    other = own.with_head(head_of(npz, "taught", card))
    row = ensure_scorer(scorer_hash=other.hash, backbone=own.card.backbone, head="taught", card=card)
    keep_head(row, npz=npz, card=card)
    return row


def in_shadow(scorer: Any) -> tuple[float, int]:
    """Seconds of the maps' stage, and how many frames it brought to an end."""
    from django.db import connection

    from server.frames.models import FrameScore
    from server.jobs.services import claim
    from server.scorers.services import begin_shadow
    from workers.scoring import network_of
    from workers.shadow.maps import map_frames
    from workers.shadow.turn import Turn

    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    job = claim(begin_shadow(scorer=scorer, asked_by=None).pk)
    assert job is not None
    looks = network_of(scorer)
    began = time.perf_counter()
    map_frames(Turn(job, seconds=3600.0), scorer, looks)
    return time.perf_counter() - began, FrameScore.objects.filter(scorer=scorer).count()


def again_per_s(scorer: Any, pictures: list[Any], images: list[Any]) -> float:
    """Frames a second where the network looks at every region of a picture again."""
    from workers.scoring import network_of

    looks = network_of(scorer)
    lit = [pair for pair in zip(pictures, images, strict=True) if pair[1].regions]
    some = lit[:AGAIN]
    looks.score_again([some[0][0]], [some[0][1].features])
    began = time.perf_counter()
    for picture, image in some:
        looks.score_again([picture], [image.features])
    return len(some) / (time.perf_counter() - began)


if __name__ == "__main__":
    main()
