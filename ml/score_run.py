"""A run of scoring: lines of many pictures, and the folder that holds them with maps, overlays, sheets and statistics."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ml.pictures import evenly, read_picture
from ml.scorer import Scorer, points
from ml.tools import contact_sheet, histogram
from ml.tools.overlay import overlaid, read_map, write_map, write_overlay
from ml.tools.score_folder import ScoreFolder, path_of
from ml.tools.statistics import Statistics, statistics
from ml.types import Image, MlError, PictureError, ScoredImage
from ml.weights import sha256_of

BATCH = 8
SHEET_COLUMNS, SHEET_PAIRS = 4, 12
Line = dict[str, Any]
Keep = Callable[[Line, Image, ScoredImage], None]


@dataclass(frozen=True)
class Pictures:
    """What a run leaves behind beside its tables: the kind of overlays, and how many pictures its sheets show."""

    overlays: str = "jpg"
    on_sheet: int = 100


def score_lines(
    scorer: Scorer, paths: Sequence[Path], limit: int | None = None, keep: Keep | None = None
) -> Iterator[Line]:
    """One line per path, in order: the score, or `error` with a sentence; no more once `limit` are scored.

    `keep` is given each line with its picture and may add to the line before it is yielded.
    """
    left, start = len(paths) if limit is None else limit, 0
    while start < len(paths) and left > 0:
        batch = paths[start : start + min(BATCH, left)]
        start += len(batch)
        read = [picture_or_error(path) for path in batch]
        images = [image for image in read if not isinstance(image, PictureError)]
        scores = iter(scorer.score(images))
        left -= len(images)
        for path, image in zip(batch, read, strict=True):
            if isinstance(image, PictureError):
                yield {"path": str(path), "error": str(image)}
                continue
            scored = next(scores)
            line = score_line(scorer, path, scored)
            if keep:
                keep(line, image, scored)
            yield line


def picture_or_error(path: Path) -> Image | PictureError:
    try:
        return read_picture(path)
    except PictureError as error:
        return error


def score_line(scorer: Scorer, path: Path, scored: ScoredImage) -> Line:
    """What is said of one picture, as JSON knows it."""
    return {
        "path": str(path),
        "festivity": round(scored.festivity, 6),
        "points": round(points(scored.festivity), 2),
        "class": scorer.card.class_of(scored.festivity),
        "regions": [
            {"box": [round(edge, 4) for edge in region.box], "festivity": round(region.festivity, 4)}
            for region in scored.regions
        ],
        "scorer": scorer.hash,
    }


class FolderRun:
    """Scores pictures into a folder: what lies there of the same path and bytes stays and is not scored again."""

    def __init__(self, scorer: Scorer, folder: ScoreFolder, pictures: Pictures) -> None:
        self.scorer = scorer
        self.folder = folder
        self.pictures = pictures
        self.scored_now, self.seconds = 0, 0.0
        self.refused: list[str] = []

    def lines(self, paths: Sequence[Path], limit: int | None = None) -> Iterator[Line]:
        """Lines of what was there, then of what is new, each written as it comes."""
        names = {path: hash_of(path) for path in dict.fromkeys(paths)}
        known = {path: self.folder.known(path, sha256) for path, sha256 in names.items()}
        yield from (line for line in known.values() if line)
        missing = [path for path, line in known.items() if line is None]
        for path in missing:
            self.folder.forget(path)
        started = time.perf_counter()
        for line in score_lines(self.scorer, missing, limit, self._keep):
            path = Path(line["path"])
            line |= {"path": path_of(path), "sha256": names[path]}
            self.folder.add(line)
            self.seconds = time.perf_counter() - started
            if "error" in line:
                self.refused.append(line["error"].removeprefix(str(path)).removeprefix(path.name).strip())
            else:
                self.scored_now += 1
            yield line

    def _keep(self, line: Line, image: Image, scored: ScoredImage) -> None:
        stem = Path(line["path"]).stem
        line["map"] = self.folder.free_name(stem, "maps", ".png")
        write_map(self.folder.folder / line["map"], scored.festivity_map)
        if self.pictures.overlays != "none":
            line["overlay"] = self.folder.free_name(stem, "overlays", f".{self.pictures.overlays}")
            write_overlay(self.folder.folder / line["overlay"], image, scored.festivity_map)

    def finish(self) -> Statistics:
        """Write sheets, histogram and statistics of all that lies in the folder, and return the statistics."""
        scored = [line for line in self.folder.lines if "error" not in line]
        found = statistics(
            [line["festivity"] for line in scored],
            [line["class"] for line in scored],
            self.refused,
            self.scored_now,
            self.seconds,
        )
        out = self.folder.folder
        wanted = {**found.as_json(), "scorer": self.scorer.hash}
        (out / "statistics.json").write_text(json.dumps(wanted, indent=1, ensure_ascii=False) + "\n")
        self._write_histogram([line["points"] for line in scored])
        self._write_sheets(sorted(scored, key=lambda line: (-line["festivity"], line["path"])))
        return found

    def _write_histogram(self, found: list[float]) -> None:
        out = self.folder.folder
        (out / "histogram.txt").write_text(histogram.as_text(found) + "\n", encoding="utf-8")
        limits = {name: points(limit) for name, limit in self.scorer.card.class_limits.items()}
        if not histogram.draw(out / "histogram.png", found, limits):
            print("histogram.png is left out; install matplotlib for it.", file=sys.stderr)

    def _write_sheets(self, ordered: Sequence[Line]) -> None:
        """sheet-1.png, …: pictures beside themselves under their map, the most festive first, 12 to a page."""
        out = self.folder.folder
        for old in out.glob("sheet-*.png"):
            old.unlink()
        chosen = evenly(ordered, self.pictures.on_sheet)
        for page, start in enumerate(range(0, len(chosen), SHEET_PAIRS), start=1):
            tiles = [tile for line in chosen[start : start + SHEET_PAIRS] for tile in self._pair(line)]
            contact_sheet.save_page(out / f"sheet-{page}.png", tiles, SHEET_COLUMNS)

    def _pair(self, line: Line) -> list[contact_sheet.Tile]:
        """A picture and its map over it; empty tiles where the picture has gone since it was scored."""
        path = Path(line["path"])
        words = f"{line['points']:.1f} points, {line['class']}"
        try:
            small = read_picture(path, contact_sheet.LONG_SIDE_PX)
            festivity_map = read_map(self.folder.folder / line["map"])
        except (MlError, OSError):
            return [(contact_sheet.EMPTY, words), (contact_sheet.EMPTY, path.name)]
        return [(small, words), (overlaid(small, festivity_map), path.name)]


def hash_of(path: Path) -> str:
    """SHA-256 of a file; empty where it cannot be read, which the line of the picture says."""
    try:
        return sha256_of(path)
    except OSError:
        return ""
