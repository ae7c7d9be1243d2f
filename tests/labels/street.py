"""A rendered drive as the site keeps it: pictures, scores and patch features of the real scorer, and the truth beside them."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path

import numpy as np
from django.core.files.base import ContentFile
from PIL import Image

from ml.pictures import read_picture
from ml.scorer import Scorer as Network
from ml.tools.render import Plan, render_drive
from ml.types import ScoredImage
from server.drives.models import Drive
from server.frames.models import Frame, Scorer
from server.frames.services import FrameScored, RegionFound, keep_features, record_scores
from tests.server.factories import make_drive, make_frame, make_scorer
from workers.scoring import POINTS

BEGAN = datetime(2026, 12, 5, 20, tzinfo=UTC)


@dataclass(frozen=True)
class Shot:
    """A rendered photo: its pixels, where it is festive (H, W), whose house each pixel shows, and what the scorer said."""

    name: str
    picture: np.ndarray
    festive: np.ndarray
    houses: np.ndarray
    scored: ScoredImage

    @property
    def side(self) -> str:
        return "left" if "left" in self.name else "right"


EIGHT_FRAMES = Plan(seed=5, houses=4, frames=8, decorated=1.0)


def taken_shots(folder: Path, network: Network, plan: Plan = EIGHT_FRAMES) -> list[Shot]:
    """By default eight frames past four houses; in order of time."""
    render_drive(folder, plan, jobs=1)
    photos = sorted((folder / "photos").iterdir(), key=lambda path: path.stem.split("_")[2:])
    pictures = [read_picture(path) for path in photos]
    scored = network.score(pictures)
    return [shot_of(folder, *pair) for pair in zip(photos, pictures, scored, strict=True)]


def shot_of(folder: Path, photo: Path, picture: np.ndarray, scored: ScoredImage) -> Shot:
    festive, houses = (
        np.asarray(Image.open(folder / kind / f"{photo.stem}.png")) for kind in ("masks", "houses")
    )
    return Shot(photo.stem, picture, festive >= 128, houses, scored)


@dataclass(frozen=True)
class Street:
    drive: Drive
    scorer: Scorer
    frames: dict[str, Frame]

    def frame(self, shot: Shot) -> Frame:
        return self.frames[shot.name]


def driven_street(shots: list[Shot], network: Network) -> Street:
    """The drive with its features under the live scorer, one frame a second."""
    drive = make_drive(title="A rendered evening", synthetic=True, stage="done")
    scorer = make_scorer(
        live=True, hash=network.hash, backbone="embedded", card=asdict(network.card) | {"points": POINTS}
    )
    frames = {}
    for number, shot in enumerate(shots):
        frames[shot.name] = kept(drive, shot, BEGAN + timedelta(seconds=number), network)
    record_scores(scorer, [row_of(frames[shot.name], shot.scored) for shot in shots])
    return Street(drive, scorer, frames)


def row_of(frame: Frame, scored: ScoredImage) -> FrameScored:
    """The score without the patches of its regions, which these pages do not look at."""
    rows, columns = scored.festivity_map.shape
    regions = (
        RegionFound(one.box, one.festivity, one.share, one.vector.astype(np.float16).tobytes())
        for one in scored.regions
    )
    return FrameScored(
        frame_id=frame.pk,
        festivity=scored.festivity,
        map_rows=rows,
        map_columns=columns,
        map_bytes=np.round(scored.festivity_map * 255).astype(np.uint8).tobytes(),
        cls_vector=scored.cls.astype(np.float16).tobytes(),
        regions=tuple(regions),
    )


def kept(drive: Drive, shot: Shot, at: datetime, network: Network) -> Frame:
    frame = make_frame(drive, side=shot.side, at=at)
    content = ContentFile(jpeg(shot.picture))
    frame.picture.save(f"{frame.public_id}.jpg", content, save=False)
    frame.thumbnail.save(f"{frame.public_id}-small.jpg", content, save=True)
    keep_features(frame, backbone_sha256=network.backbone.sha256, content=shot.scored.features or b"")
    return frame


def jpeg(picture: np.ndarray) -> bytes:
    stream = BytesIO()
    Image.fromarray(picture).save(stream, "JPEG", quality=90)
    return stream.getvalue()
