"""Takes a drive through the pipeline in this very thread: the same steps and leases as in a worker, without the broker."""

from __future__ import annotations

from collections.abc import Mapping
from io import BytesIO
from pathlib import Path

from django.core.files.base import File

from server.drives.models import Drive, Footage, StageRun
from server.drives.services import receive_footage, submit_drive
from tests.server.factories import make_drive
from workers import pipeline


def send(files: Mapping[str, bytes], drive: Drive | None = None, side_hint: str = "") -> Drive:
    drive = drive or make_drive()
    for name, content in files.items():
        receive_footage(drive=drive, name=name, file=File(BytesIO(content)), side_hint=side_hint)
    return drive


def files_of(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


def submit_and_walk(drive: Drive) -> Drive:
    submit_drive(drive=drive)
    return walk_on(drive)


def walk_on(drive: Drive, until: str = "") -> Drive:
    """Runs whatever is open, in order, until nothing is or the drive stands at the stage `until`."""
    while (run := next_run(drive)) and run.stage != until:
        pipeline.run_stage(run.pk)
    drive.refresh_from_db()
    return drive


def next_run(drive: Drive) -> StageRun | None:
    return drive.stage_runs.open().order_by("pk").first()


def reason_of(drive: Drive, name: str) -> str:
    return Footage.objects.get(drive=drive, name=name).reason
