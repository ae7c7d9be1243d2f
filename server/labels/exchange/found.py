"""What somebody brings as a file or a folder, and the masks that are in it. Nothing of it is trusted."""

from __future__ import annotations

import csv
import io
import json
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO, Any, Protocol

from django.utils.translation import gettext as _

from server.labels.exchange import gimp
from server.labels.exchange.coco import CATEGORY, mask_of_segmentation
from server.labels.exchange.refused import Refused
from server.labels.pictures import Mask

MOST_LISTED_BYTES = 16 * 1024**2
UNKNOWN = 0xFFFFFFFF
"""What a zip writes where the number stands in its 64-bit end."""
TAIL_BYTES = 66_000
MOST_MASKS = 20_000
MOST_JSON_BYTES = 64 * 1024**2
MOST_READ_BYTES = 2 * 1024**3
"""Of a whole bundle, unpacked; a zip that claims less and holds more is cut off."""
MASK = ".mask.png"
PACKED = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
FAULTS = (OSError, ValueError, EOFError, RuntimeError, NotImplementedError, zipfile.BadZipFile, zlib.error)
Read = Callable[[int, int], Mask]


@dataclass(frozen=True)
class Found:
    """A mask that was brought: its name in the file, the public id of its frame, and how to read it at width and height.

    `mask` raises Refused. So does whatever was wrong already when it was found.
    """

    name: str
    frame: str
    mask: Read


class Bundle(Protocol):
    def names(self) -> list[str]: ...

    def read(self, name: str, most_bytes: int) -> bytes:
        """Raises Refused."""


class Folder:
    def __init__(self, path: Path) -> None:
        self.path = path

    def names(self) -> list[str]:
        return sorted(each.name for each in self.path.iterdir() if each.is_file())

    def read(self, name: str, most_bytes: int) -> bytes:
        try:
            with (self.path / name).open("rb") as stream:
                return not_more(stream.read(most_bytes + 1), most_bytes)
        except OSError as error:
            raise Refused(_("This file cannot be read.")) from error


class Zip:
    def __init__(self, stream: IO[bytes]) -> None:
        """Raises Refused."""
        self.left = MOST_READ_BYTES
        refuse_a_crowd(stream)
        try:
            self.zip = zipfile.ZipFile(stream)
        except FAULTS as error:
            raise Refused(_("This zip is damaged or cut off. Pack it again.")) from error
        self.entries = {
            entry.filename: entry
            for entry in self.zip.filelist
            if entry.filename and not entry.is_dir() and not entry.filename.startswith("__MACOSX/")
        }

    def names(self) -> list[str]:
        return list(self.entries)

    def read(self, name: str, most_bytes: int) -> bytes:
        entry = self.entries[name]
        if entry.flag_bits & 1 or entry.compress_type not in PACKED:
            raise Refused(_("This file is encrypted or packed in a way that is not read here."))
        most = min(most_bytes, self.left)
        try:
            with self.zip.open(entry) as stream:
                content = stream.read(most + 1)
        except FAULTS as error:
            raise Refused(_("This file is damaged.")) from error
        self.left -= len(content)
        return not_more(content, most)


def refuse_a_crowd(stream: IO[bytes]) -> None:
    """Raises Refused where the end of a zip claims a longer list of files than is read here. Leaves the stream at its start."""
    size = stream.seek(0, io.SEEK_END)
    stream.seek(max(0, size - TAIL_BYTES))
    tail = stream.read()
    stream.seek(0)
    short, long = tail.rfind(b"PK\x05\x06"), tail.rfind(b"PK\x06\x06")
    claimed = [int.from_bytes(tail[at + 12 : at + 16], "little") for at in (short,) if at >= 0]
    claimed += [int.from_bytes(tail[at + 40 : at + 48], "little") for at in (long,) if at >= 0]
    if any(MOST_LISTED_BYTES < bytes_ != UNKNOWN for bytes_ in claimed):
        raise Refused(_("This zip holds too many files. Bring it in parts."))


def not_more(content: bytes, most_bytes: int) -> bytes:
    if len(content) > most_bytes:
        raise Refused(_("This file is larger than what it should hold can be."))
    return content


def found_in_file(stream: IO[bytes]) -> list[Found]:
    """The masks of a zip or of a COCO JSON. Raises Refused where it is neither, or holds none."""
    start = stream.read(8)
    stream.seek(0)
    if start.startswith(b"PK"):
        return found_in_bundle(Zip(stream))
    if start.lstrip().startswith((b"{", b"\xef\xbb\xbf")):
        return at_least_one(found_in_coco(not_more(stream.read(MOST_JSON_BYTES + 1), MOST_JSON_BYTES)))
    if start.startswith(gimp.SIGNATURE):
        raise Refused(_("This is a single picture. Bring a mask of one frame on the page of that frame."))
    raise Refused(_("This is neither a zip nor a COCO JSON. Bring one as this page exports it."))


def found_in_bundle(bundle: Bundle) -> list[Found]:
    """NAME.mask.png beside a listing, as they are exported; else what a COCO JSON in it says. Raises Refused."""
    names = bundle.names()
    masks = [name for name in names if name.endswith(MASK)]
    if masks:
        frames = listed(bundle, names)
        return at_least_one(found_mask(bundle, name, frames) for name in masks)
    tables = [name for name in names if name.endswith(".json")]
    if len(tables) == 1:
        return at_least_one(found_in_coco(bundle.read(tables[0], MOST_JSON_BYTES)))
    raise Refused(_("There is no mask in it: masks are called NAME.mask.png, or stand in one COCO JSON."))


def at_least_one(masks: Iterator[Found]) -> list[Found]:
    found = list(masks)
    if not found:
        raise Refused(_("There is no mask in it."))
    if len(found) > MOST_MASKS:
        raise Refused(_("It holds more than 20,000 masks. Bring it in parts."))
    return found


def found_mask(bundle: Bundle, name: str, frames: Mapping[str, str]) -> Found:
    plain = PurePosixPath(name).name

    def read(width: int, height: int) -> Mask:
        return gimp.mask_in(bundle.read(name, gimp.MOST_BYTES), width, height)

    return Found(printable(name), printable(frames.get(plain, plain.removesuffix(MASK))), read)


def listed(bundle: Bundle, names: list[str]) -> dict[str, str]:
    """Which frame each mask is of, by the listing that was exported with them; nothing where there is none."""
    tables = [name for name in names if PurePosixPath(name).name == "labels.csv"]
    if len(tables) != 1:
        return {}
    try:
        rows = csv.DictReader(io.StringIO(bundle.read(tables[0], MOST_JSON_BYTES).decode("utf-8-sig")))
        return {str(row.get("mask")): str(row.get("frame")) for row in rows}
    except (ValueError, csv.Error) as error:
        raise Refused(_("The listing labels.csv cannot be read.")) from error


def found_in_coco(content: bytes) -> Iterator[Found]:
    """One mask for each image that has festive annotations, or that says `nothing_festive`. Raises Refused."""
    try:
        said = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise Refused(_("This JSON is damaged or cut off.")) from error
    images, annotations = (rows_of(said, name) for name in ("images", "annotations"))
    festive = festive_ids(rows_of(said, "categories"))
    of_image: dict[Any, list[Any]] = {}
    for annotation in annotations:
        if known(annotation.get("category_id")) in festive:
            of_image.setdefault(known(annotation.get("image_id")), []).append(annotation.get("segmentation"))
    for image in images:
        parts = of_image.get(known(image.get("id")), [])
        yield Found(name_of(image), frame_of(image), reader_of(parts, image.get("nothing_festive") is True))


def rows_of(said: Any, name: str) -> list[dict[str, Any]]:
    rows = said.get(name, []) if isinstance(said, dict) else None
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise Refused(_("This JSON is none of COCO: it has no images, annotations and categories."))
    return rows


def festive_ids(categories: list[dict[str, Any]]) -> set[int]:
    found = {known(one.get("id")) for one in categories if one.get("name") == CATEGORY["name"]}
    if not found - {None}:
        raise Refused(_("This JSON has no category called festive."))
    return {one for one in found if one is not None}


def known(number: Any) -> int | None:
    return number if type(number) is int else None


def name_of(image: dict[str, Any]) -> str:
    return printable(str(image.get("file_name") or image.get("id"))[:200])


def frame_of(image: dict[str, Any]) -> str:
    """What the export wrote, else the name of the file."""
    return printable(str(image.get("frame") or PurePosixPath(name_of(image)).name.partition(".")[0])[:200])


def printable(name: str) -> str:
    """Without what no table holds, as NUL and halves of characters."""
    return "".join(character if character.isprintable() else "?" for character in name)


def reader_of(parts: list[Any], is_nothing: bool) -> Read:
    def read(width: int, height: int) -> Mask:
        if not parts and not is_nothing:
            raise Refused(_("Nothing is annotated in it, and it does not say that nothing is festive."))
        mask = gimp.nowhere(width, height)
        for part in parts:
            mask |= mask_of_segmentation(part, width, height)
        return mask

    return read
