"""What there is to learn from: pictures with truth, pictures without, and displays seen more than once."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ml.pictures import find_pictures
from ml.truth import TruePicture, rendered_pictures
from ml.types import Box, WeightsError

RENDERED_SHARE = 0.4
LEAST_FESTIVE_SHARE = 0.002


@dataclass(frozen=True)
class Source:
    """A picture and, where it is known, where it is festive."""

    path: Path
    truth: TruePicture | None = None


@dataclass(frozen=True)
class Display:
    """One sighting of a display: `box` in shares of the picture."""

    source: Source
    box: Box


@dataclass(frozen=True)
class Pool:
    """`rendered` pictures with truth, `real` ones without, and `houses`: of each, sightings in two or more frames."""

    rendered: tuple[Source, ...]
    real: tuple[Source, ...]
    houses: tuple[tuple[Display, ...], ...] = ()

    def drawn(self, count: int, chance: np.random.Generator) -> list[Source]:
        """`count` pictures, 40 % of them rendered where there are both kinds."""
        if not self.rendered and not self.real:
            raise WeightsError("There are no pictures to learn from; name at least one folder of pictures.")
        kinds = [self.rendered, self.real]
        drawn = []
        for turn in chance.random(count):
            wished, other = kinds if turn < RENDERED_SHARE else kinds[::-1]
            pictures = wished or other
            drawn.append(pictures[int(chance.integers(len(pictures)))])
        return drawn

    def houses_drawn(self, count: int, chance: np.random.Generator) -> list[tuple[Display, Display]]:
        """At most `count` different houses, each in two of its frames."""
        chosen = chance.permutation(len(self.houses))[:count]
        pairs = []
        for number in chosen:
            sightings = self.houses[number]
            first, second = chance.permutation(len(sightings))[:2]
            pairs.append((sightings[first], sightings[second]))
        return pairs


def rendered_houses(folder: Path) -> Iterable[tuple[Display, ...]]:
    """The decorated houses of a rendered drive (a folder with truth.json) that are seen in two or more frames."""
    file = folder / "truth.json"
    if not file.is_file():
        return
    found: dict[int, list[Display]] = defaultdict(list)
    for frame in json.loads(file.read_text())["frames"]:
        source = Source(folder / "photos" / frame["photo"])
        for house in frame["houses"]:
            if house["festive_share"] >= LEAST_FESTIVE_SHARE:
                x0, y0, x1, y1 = house["box"]
                found[house["house"]].append(Display(source, (x0, y0, x1, y1)))
    yield from (tuple(sightings) for sightings in found.values() if len(sightings) > 1)


def find_sources(rendered: Sequence[Path], real: Sequence[Path]) -> Pool:
    """All there is in folders of rendered nights and of real photos."""
    return Pool(
        rendered=tuple(
            Source(picture.path, picture) for folder in rendered for picture in rendered_pictures(folder)
        ),
        real=tuple(Source(path) for path in find_pictures(real)),
        houses=tuple(house for folder in rendered for house in rendered_houses(folder)),
    )
