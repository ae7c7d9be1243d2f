"""Pictures together with where they are festive: rendered ones with their masks, real ones with drawn masks."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image as Pillow

from ml.labels import REAL_FRAMES, LabelledFrame, find_photos, load_real_frames
from ml.pictures import MASK_SUFFIX, find_pictures, picture_size
from ml.tools import gimp
from ml.types import Floats, PictureError

Mask = NDArray[np.bool_]
MARGIN_SHARE = 0.55 * 16 / 640
GROUP_LENGTH = 10


@dataclass(frozen=True)
class TruePicture:
    """One picture; pictures of one `group` show one place or one rendering and are left out together.

    Its mask is rendered (`mask_path`), drawn and stored as run lengths (`label`) or drawn in GIMP (`gimp_path`). A picture
    with none of them shows nothing festive, on purpose.
    """

    path: Path
    group: str
    source: str
    mask_path: Path | None = None
    label: LabelledFrame | None = None
    gimp_path: Path | None = None

    def mask(self) -> Mask:
        """(H, W), true where festive, at the picture's own size."""
        if self.label is not None:
            return self.label.mask()
        if self.gimp_path is not None:
            return gimp.read_mask(self.gimp_path, *picture_size(self.path))
        if self.mask_path is None:
            with Pillow.open(self.path) as picture:
                return np.zeros((picture.height, picture.width), dtype=np.bool_)
        with Pillow.open(self.mask_path) as picture:
            return np.asarray(picture.convert("L")) >= 128


def rendered_pictures(folder: Path) -> list[TruePicture]:
    """Pictures of a folder with `photos/` and `masks/<stem>.png`; a photo without a mask is left out."""
    masks = {path.stem: path for path in (folder / "masks").glob("*.png")}
    return [
        TruePicture(
            path=path, group=f"{folder.name}/{index // 25}", source="rendered", mask_path=masks[path.stem]
        )
        for index, path in enumerate(find_pictures([folder / "photos"]))
        if path.stem in masks
    ]


def plain_pictures(folder: Path) -> list[TruePicture]:
    """Pictures of a folder that is known to show nothing festive at all."""
    return [
        TruePicture(path=path, group=f"{folder.name}/{index // GROUP_LENGTH}", source="real")
        for index, path in enumerate(find_pictures([folder]))
    ]


def labelled_pictures(folders: Iterable[Path]) -> list[TruePicture]:
    """Real photos below `folders` that somebody drew a mask on, found by their SHA-256."""
    found = find_photos(folders)
    return [
        TruePicture(path=found[sha256], group=f"real/{label.group}", source="real", label=label)
        for sha256, label in drawn_labels().items()
        if sha256 in found
    ]


def drawn_labels() -> dict[str, LabelledFrame]:
    """All drawn masks by the SHA-256 of their photos."""
    files = sorted(REAL_FRAMES.parent.glob("real_frames*.json"))
    return {label.sha256: label for path in files for label in load_real_frames(path)}


def masked_pictures(folder: Path) -> list[TruePicture]:
    """Photos below `folder` with a mask drawn in GIMP, ten neighbours by name to a group.

    A photo without a mask is left out. Raises PictureError where there is none with one, or a mask cannot be used.
    """
    pictures = [
        TruePicture(path=photo, group=f"{folder.name}/{index // GROUP_LENGTH}", source="real", gimp_path=mask)
        for index, (photo, mask) in enumerate(masked_photos(folder))
    ]
    if not pictures:
        raise PictureError(
            f"No photo in {folder} has a mask; put each beside its photo, as NAME{MASK_SUFFIX}."
        )
    for picture in pictures:
        picture.mask()
    return pictures


def masked_photos(folder: Path) -> Iterator[tuple[Path, Path]]:
    """Photos below `folder` and their GIMP masks: `photo.mask.png` beside `photo.jpg`, or `masks/photo.png`."""
    for photo in find_pictures([folder]):
        if photo.parent.name == "masks":
            continue
        places = photo.with_name(photo.stem + MASK_SUFFIX), photo.parent / "masks" / f"{photo.stem}.png"
        mask = next((place for place in places if place.is_file()), None)
        if mask:
            yield photo, mask


def each_once(pictures: Iterable[TruePicture]) -> list[TruePicture]:
    """Pictures with different bytes: of equal ones, the last mask counts and the first group stays.

    A photo in two groups would be learnt from while it is left out.
    """
    found: dict[str, TruePicture] = {}
    for picture in pictures:
        sha256 = hashlib.sha256(picture.path.read_bytes()).hexdigest()
        first = found.get(sha256, picture)
        found[sha256] = replace(picture, group=first.group)
    return list(found.values())


def festive_area(mask: Mask) -> Mask:
    """The mask and a margin of about half a patch of light around it, as seen at the size of scoring.

    Masks follow strings of lamps that are thinner than a patch; without the margin no patch of a lit roof line would be
    covered whole.
    """
    margin = round(MARGIN_SHARE * max(mask.shape))
    for axis in (0, 1):
        padding = [(margin + 1, margin) if at == axis else (0, 0) for at in (0, 1)]
        counts = np.cumsum(np.pad(mask, padding), axis=axis)
        length = mask.shape[axis]
        last = np.arange(length) + 2 * margin + 1
        mask = np.take(counts, last, axis=axis) > np.take(counts, np.arange(length), axis=axis)
    return mask


def coverage(mask: Mask, rows: int, columns: int) -> Floats:
    """Share of each patch that is festive: (H, W) -> (rows, columns) in [0, 1]."""
    area = Pillow.fromarray(mask.astype(np.float32))
    return np.asarray(area.resize((columns, rows), Pillow.Resampling.BOX), dtype=np.float32)
