"""Drawn masks out to GIMP and back into run lengths."""

from __future__ import annotations

import csv
import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import chain, count
from pathlib import Path

from ml.labels import LabelledFrame, find_photos
from ml.pictures import picture_size
from ml.tools import gimp, rle
from ml.truth import GROUP_LENGTH, drawn_labels, masked_photos
from ml.types import PictureError

LISTING = "listing.csv"
COLUMNS = ("mask", "photo", "group")
DRAWN = "gimp"


@dataclass(frozen=True)
class Listed:
    """One mask and the photo it belongs to; photos of one `group` are left out together."""

    mask: Path
    photo: Path
    group: int


def export_masks(out: Path, folders: Sequence[Path], labels: Mapping[str, LabelledFrame]) -> list[Listed]:
    """Write masks to `out` for all photos found below `folders`, and `listing.csv` of which is whose.

    `labels` are by SHA-256 of their photos. Masks bear the photo's stem, `stem.mask.png`; where two photos share one, the
    second becomes `stem-2.mask.png`. The photos stay where they are. Raises PictureError where no photo is found.
    """
    found = find_photos(folders)
    known = sorted(labels.keys() & found.keys(), key=lambda sha256: found[sha256])
    if not known:
        raise PictureError(
            "None of the photos there has a drawn mask; name the folder that holds the photos."
        )
    out.mkdir(parents=True, exist_ok=True)
    listed: list[Listed] = []
    for sha256 in known:
        path = free_path(out, found[sha256].stem, {row.mask for row in listed})
        gimp.write_mask(path, labels[sha256].mask())
        listed.append(Listed(path, found[sha256].resolve(), labels[sha256].group))
    write_listing(out / LISTING, listed)
    return listed


def free_path(folder: Path, stem: str, taken: set[Path]) -> Path:
    """`stem.mask.png`, or `stem-2.mask.png` and so on, the first that is not taken."""
    names = chain([stem], (f"{stem}-{number}" for number in count(2)))
    return next(path for name in names if (path := folder / f"{name}.mask.png") not in taken)


def write_listing(path: Path, listed: Sequence[Listed]) -> None:
    with path.open("w", newline="", encoding="utf-8") as file:
        rows = csv.writer(file)
        rows.writerow(COLUMNS)
        rows.writerows((row.mask.name, row.photo, row.group) for row in listed)


def read_listing(path: Path) -> list[Listed]:
    """Raises PictureError where a column is missing or a group is no number."""
    with path.open(newline="", encoding="utf-8") as file:
        try:
            return [
                Listed(path.parent / row["mask"], Path(row["photo"]), int(row["group"]))
                for row in csv.DictReader(file)
            ]
        except (KeyError, TypeError, ValueError):
            raise PictureError(
                f"{path} is not a listing of masks; it needs the columns {', '.join(COLUMNS)}, or export it again."
            ) from None


def found_masks(folder: Path) -> Iterator[Listed]:
    """Masks of an exported folder by its listing, and masks that lie beside their photos.

    Those beside photos are dealt ten neighbours by name to a group, numbered after the groups of the drawn masks.
    """
    if (folder / LISTING).is_file():
        yield from read_listing(folder / LISTING)
    first = 1 + max(label.group for label in drawn_labels().values())
    for index, (photo, mask) in enumerate(masked_photos(folder)):
        yield Listed(mask, photo, first + index // GROUP_LENGTH)


def import_masks(folder: Path) -> list[LabelledFrame]:
    """Labels of all masks in `folder`, ordered by SHA-256; of equal photos, the last mask counts.

    Raises PictureError where there are none, or one cannot be used.
    """
    labels = {label.sha256: label for label in map(label_of, found_masks(folder))}
    if not labels:
        raise PictureError(f"There are no masks in {folder}; put each beside its photo, as NAME.mask.png.")
    return [labels[sha256] for sha256 in sorted(labels)]


def label_of(listed: Listed) -> LabelledFrame:
    width, height = picture_size(listed.photo)
    mask = gimp.read_mask(listed.mask, width, height)
    sha256 = hashlib.sha256(listed.photo.read_bytes()).hexdigest()
    return LabelledFrame(sha256, width, height, tuple(rle.encode(mask)), listed.group, DRAWN)


def write_labels(path: Path, labels: Sequence[LabelledFrame]) -> None:
    """JSON as `ml.labels.load_real_frames` reads it: no names, no places."""
    rows = ",\n".join(json.dumps(asdict(label), separators=(",", ":")) for label in labels)
    path.write_text(f"[\n{rows}\n]\n", encoding="utf-8")
