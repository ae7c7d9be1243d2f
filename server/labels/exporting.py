"""Labels out of the site: pictures, masks beside them, and a listing. Nothing in it says where a picture was taken."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from PIL import Image

from server.labels.models import Label, LabelQuerySet
from server.labels.patches.export import write_gimp_mask
from server.labels.pictures import NoPicture, picture_of, unpacked

LISTING = "labels.csv"
READ_AT_ONCE = 50
COLUMNS = (
    "picture", "mask", "frame", "drive", "share", "scorer", "backbone", "author_id", "drawn_at", "carried_from_frame",
    "synthetic", "method",
)  # fmt: skip


@dataclass(frozen=True)
class Written:
    """A label as files, or why it is none."""

    label: Label
    stem: str
    trouble: str = ""


def labels_to_export(synthetic: bool | None) -> LabelQuerySet:
    """The labels that count and have a mask, in order of drive, camera and time; of rendered drives, of real ones, or all."""
    counting = Label.objects.newest_of_each_frame().values("pk")
    chosen = Label.objects.drawn().filter(pk__in=counting).defer(None)
    if synthetic is not None:
        chosen = chosen.filter(frame__drive__synthetic=synthetic)
    rows = chosen.select_related("frame__drive", "frame__camera", "scorer", "carried_from__frame")
    return rows.order_by("frame__drive_id", "frame__camera_id", "frame__captured_at", "frame_id")


def named_labels(synthetic: bool | None) -> Iterator[tuple[str, Label]]:
    """Each label to export with the stem of its files, read in parts. Neighbours along a drive are neighbours by name."""
    numbers: Counter[str] = Counter()
    for label in labels_to_export(synthetic).iterator(chunk_size=READ_AT_ONCE):
        drive = label.frame.drive.public_id
        numbers[drive] += 1
        yield f"{drive}-{numbers[drive]:05d}", label


def export(synthetic: bool | None, folder: Path) -> Iterator[Written]:
    """Writes STEM.png, STEM.mask.png and the listing."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / LISTING).open("w", newline="", encoding="utf-8") as stream:
        listing = csv.writer(stream)
        listing.writerow(COLUMNS)
        for stem, label in named_labels(synthetic):
            written = write(label, stem, folder)
            if not written.trouble:
                listing.writerow(row_of(label, stem))
            yield written


def write(label: Label, stem: str, folder: Path) -> Written:
    """The picture is written anew from its pixels, so that nothing of its file comes along."""
    try:
        picture = picture_of(label.frame)
    except NoPicture as trouble:
        return Written(label, stem, str(trouble))
    mask = unpacked(bytes(label.mask or b""))
    if mask.shape != picture.shape[:2]:
        size = f"{mask.shape[1]} x {mask.shape[0]}"
        return Written(
            label, stem, f"Its mask of {size} pixels does not fit its picture any more; draw it again."
        )
    Image.fromarray(picture).save(folder / f"{stem}.png", "PNG")
    write_gimp_mask(folder / f"{stem}.mask.png", mask)
    return Written(label, stem)


def row_of(label: Label, stem: str) -> list[object]:
    origin = label.carried_from
    return [
        f"{stem}.png",
        f"{stem}.mask.png",
        label.frame.public_id,
        label.frame.drive.public_id,
        round(label.mask_share or 0.0, 6),
        label.scorer.hash if label.scorer else "",
        label.backbone_sha256,
        label.author_id,
        label.created_at.isoformat(),
        origin.frame.public_id if origin else "",
        label.frame.drive.synthetic,
        label.method,
    ]
