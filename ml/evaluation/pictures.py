"""Which pictures the figures are taken from, and of which the head may have learnt."""

from __future__ import annotations

import csv
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image as Pillow

from ml.labels import find_photos, load_chosen
from ml.pictures import find_pictures
from ml.tools.render import render_frames
from ml.truth import TruePicture, each_once, labelled_pictures, plain_pictures, rendered_pictures
from ml.weights import sha256_of

UNSEEN_SEEDS = (20261101, 20261102, 20261103)
FRAMES_PER_SEED = 20
PLAIN = Path("night_negatives") / "udacity_amos_night"


@dataclass(frozen=True)
class RealData:
    """The folder that FESTIVITY_REAL_DATA names, and the folders of nothing festive that the head learnt from."""

    folder: Path
    plain: tuple[Path, ...] = field(default=())

    @cached_property
    def photos(self) -> dict[str, Path]:
        """SHA-256 to path of everything below the folder."""
        return find_photos([self.folder])

    @cached_property
    def masked(self) -> list[TruePicture]:
        """Pictures that somebody drew a mask on."""
        return labelled_pictures([self.folder])

    @property
    def taught(self) -> list[TruePicture]:
        """What a head learns from: pictures of nothing festive, and those with masks; each once, with its mask."""
        plain = [picture for folder in self.plain for picture in plain_pictures(folder)]
        return each_once([*plain, *self.masked])

    @cached_property
    def learnt(self) -> frozenset[str]:
        """SHA-256 of the pictures in `taught`."""
        return frozenset(sha256_of(picture.path) for picture in self.taught)

    def reference(self) -> dict[Path, float]:
        """Photo -> `peer_max` of the drive's reference.csv: another model's festivity, for comparison only; empty without it."""
        drive = self.folder / "mira_mesa_drive"
        if not (drive / "reference.csv").is_file():
            return {}
        with (drive / "reference.csv").open(newline="") as file:
            named = {row["image"]: float(row["peer_max"]) for row in csv.DictReader(file)}
        return {path: named[path.name] for path in find_pictures([drive / "photos"]) if path.name in named}

    def below(self, name: str) -> list[Path]:
        """Pictures of one folder of the real data; none where it is not there."""
        folder = self.folder / name
        return list(find_pictures([folder])) if folder.is_dir() else []

    def chosen(self, listing: Path, kinds: Sequence[str] = ()) -> list[Path]:
        """Photos that a list of `ml.labels` names, of these kinds (of all, where none is named), as far as they are there."""
        frames = [frame for frame in load_chosen(listing) if not kinds or frame.kind in kinds]
        return [self.photos[frame.sha256] for frame in frames if frame.sha256 in self.photos]

    def unseen(self, pictures: Sequence[Path]) -> NDArray[np.bool_]:
        """(n,) bool: which of the pictures no head learnt from."""
        return np.array([sha256_of(path) not in self.learnt for path in pictures], dtype=np.bool_)


def plain_folders(real: Path) -> tuple[Path, ...]:
    """The folder of the real data that shows nothing festive and that heads learn from, where it is there."""
    return (real / PLAIN,) if (real / PLAIN).is_dir() else ()


def unseen_renderings(
    folder: Path, seeds: Sequence[int] = UNSEEN_SEEDS, count: int = FRAMES_PER_SEED
) -> list[TruePicture]:
    """`count` frames of each seed, rendered into `folder` where they are missing; pictures with masks."""
    pictures = []
    for seed in seeds:
        drive = folder / f"seed-{seed}"
        if len(list((drive / "masks").glob("*.png"))) < count:
            print(f"rendering pictures of seed {seed}, {count} in all", file=sys.stderr)
            render_into(drive, seed, count)
        pictures += rendered_pictures(drive)
    return pictures


def render_into(folder: Path, seed: int, count: int) -> None:
    """Write photos/NNN.png and masks/NNN.png."""
    for name in ("photos", "masks"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    for number, (photo, mask) in enumerate(render_frames(seed, count)):
        Pillow.fromarray(photo).save(folder / "photos" / f"{number:03}.png", compress_level=1)
        Pillow.fromarray(mask).save(folder / "masks" / f"{number:03}.png")
