from __future__ import annotations

from server.drives.models import Footage, StageRun
from workers.media.refusal import Refused


def read_video_file(run: StageRun, footage: Footage) -> None:
    raise Refused("unknown_kind")
