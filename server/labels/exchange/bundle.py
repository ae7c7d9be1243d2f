"""All labels that count as one zip, or as one COCO JSON, written while they are read: however many, never all at once."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from tempfile import SpooledTemporaryFile
from typing import IO, Any

from django.utils import timezone
from PIL import Image

from server.labels.exchange.coco import CATEGORY, annotation_of
from server.labels.exchange.gimp import written_mask
from server.labels.exporting import COLUMNS, LISTING, named_labels, row_of
from server.labels.models import Label
from server.labels.pictures import Mask, NoPicture, picture_of, unpacked, written

COCO = "coco.json"
LEFT_OUT = "left-out.txt"
IN_MEMORY_BYTES = 4 * 1024**2
COPIED_BYTES = 64 * 1024
QUIET = 100
"""So many labels at most before a byte of the JSON goes out."""


@dataclass(frozen=True)
class Wanted:
    """Which labels: of rendered drives, of real ones, or (None) all; with their pictures or without."""

    synthetic: bool | None = None
    pictures: bool = False


class Drained:
    """A file that is written to and emptied again and again."""

    def __init__(self) -> None:
        self.pieces: list[bytes] = []

    def write(self, piece: bytes) -> int:
        self.pieces.append(bytes(piece))
        return len(piece)

    def flush(self) -> None:
        """Nothing waits here."""

    def drained(self) -> bytes:
        pieces, self.pieces = self.pieces, []
        return b"".join(pieces)


class Coco:
    """A COCO document that grows image by image, most of it on disk."""

    def __init__(self) -> None:
        self.count = 0
        self.images, self.annotations = spool(), spool()

    def add(self, label: Label, stem: str, mask: Mask) -> None:
        self.count += 1
        append(self.images, image_of(label, stem, self.count))
        if mask.any():
            append(self.annotations, annotation_of(mask, self.count, self.count))

    def chunks(self) -> Iterator[bytes]:
        head = {
            "info": {"description": "Festivity Map: festive light on night frames"},
            "categories": [CATEGORY],
        }
        yield json.dumps(head).removesuffix("}").encode()
        for name, rows in (("images", self.images), ("annotations", self.annotations)):
            yield f', "{name}": ['.encode()
            rows.seek(0)
            yield from iter(lambda rows=rows: rows.read(COPIED_BYTES), b"")  # type: ignore[misc]
            yield b"]"
        yield b"}\n"


def spool() -> IO[bytes]:
    return SpooledTemporaryFile(max_size=IN_MEMORY_BYTES)


def append(rows: IO[bytes], row: dict[str, Any]) -> None:
    rows.write((b",\n" if rows.tell() else b"\n") + json.dumps(row).encode())


def image_of(label: Label, stem: str, number: int) -> dict[str, Any]:
    return {
        "id": number,
        "file_name": f"{stem}.png",
        "width": label.mask_columns,
        "height": label.mask_rows,
        "frame": label.frame.public_id,
        "nothing_festive": label.mask_share == 0,
    }


def coco_json(wanted: Wanted) -> Iterator[bytes]:
    coco = Coco()
    for number, (stem, label) in enumerate(named_labels(wanted.synthetic)):
        coco.add(label, stem, mask_of(label))
        if number % QUIET == 0:
            yield b"\n"
    yield from coco.chunks()


def zipped(wanted: Wanted) -> Iterator[bytes]:
    """STEM.mask.png for each, with its STEM.png where pictures are wanted, a listing, and a COCO JSON of the same."""
    drained, coco = Drained(), Coco()
    listing, left_out = io.StringIO(newline=""), io.StringIO()
    table = csv.writer(listing)
    table.writerow(COLUMNS)
    with zipfile.ZipFile(drained, "w") as bundle:  # type: ignore[call-overload]
        for stem, label in named_labels(wanted.synthetic):
            mask = mask_of(label)
            try:
                add_files(bundle, label, stem, mask, wanted.pictures)
            except NoPicture as trouble:
                left_out.write(f"{label.frame.public_id}: {trouble}\n")
                continue
            table.writerow(row_of(label, stem))
            coco.add(label, stem, mask)
            yield drained.drained()
        bundle.writestr(LISTING, listing.getvalue(), zipfile.ZIP_DEFLATED)
        if left_out.tell():
            bundle.writestr(LEFT_OUT, left_out.getvalue())
        with bundle.open(entry(COCO, timezone.now(), zipfile.ZIP_DEFLATED), "w") as stream:
            for chunk in coco.chunks():
                stream.write(chunk)
                yield drained.drained()
    yield drained.drained()


def add_files(bundle: zipfile.ZipFile, label: Label, stem: str, mask: Mask, with_picture: bool) -> None:
    """Raises NoPicture, before anything is written, where the picture is wanted and there is none that the mask fits."""
    if with_picture:
        picture = fitting_picture(label, mask)
        bundle.writestr(entry(f"{stem}.png", label.created_at), written(Image.fromarray(picture)))
    bundle.writestr(entry(f"{stem}.mask.png", label.created_at), written_mask(mask))


def fitting_picture(label: Label, mask: Mask) -> Any:
    picture = picture_of(label.frame)
    if picture.shape[:2] != mask.shape:
        raise NoPicture("Its mask does not fit its picture any more; draw it again.")
    return picture


def entry(name: str, at: datetime, packing: int = zipfile.ZIP_STORED) -> zipfile.ZipInfo:
    made = zipfile.ZipInfo(name, at.timetuple()[:6])
    made.compress_type = packing
    made.external_attr = 0o644 << 16
    return made


def mask_of(label: Label) -> Mask:
    return unpacked(bytes(label.mask or b""))
