"""Picture files: found, read and refused with a sentence."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from itertools import chain, count
from pathlib import Path
from typing import TypeVar

import numpy as np
from PIL import Image as Pillow
from PIL import ImageOps

from ml.types import Image, PictureError

Entry = TypeVar("Entry")

SUFFIXES = {".jpg", ".jpeg", ".png", ".webp"}
MASK_SUFFIX = ".mask.png"
MOST_PIXELS = 100_000_000
ORIENTATION = 0x0112
JPEG_QUALITY = 88
FORMATS = {".jpg": "JPEG", ".png": "PNG"}
LYING = frozenset({5, 6, 7, 8})


def find_pictures(paths: Iterable[Path]) -> Iterator[Path]:
    """Files as they are named, folders by the pictures below them in order of name, but for masks, NAME.mask.png."""
    for path in paths:
        if path.is_dir():
            yield from sorted(inside for inside in path.rglob("*") if is_picture(inside))
        else:
            yield path


def is_picture(path: Path) -> bool:
    return path.suffix.lower() in SUFFIXES and not path.name.endswith(MASK_SUFFIX) and path.is_file()


def pictures_in(paths: Sequence[Path]) -> list[Path]:
    """The same as a list. Raises PictureError where there is none."""
    if not paths:
        raise PictureError("Name at least one picture or folder of pictures.")
    found = list(find_pictures(paths))
    if not found:
        raise PictureError(f"There are no pictures in {', '.join(map(str, paths))}.")
    return found


def evenly(entries: Sequence[Entry], most: int) -> list[Entry]:
    """At most `most` of the entries, evenly spaced, the first and the last among them."""
    picked = np.linspace(0, len(entries) - 1, min(most, len(entries))).round().astype(int)
    return [entries[number] for number in picked]


def read_picture(path: Path, long_side: int | None = None) -> Image:
    """(H, W, 3) uint8 RGB, turned as EXIF says.

    With `long_side`, JPEG files may be decoded smaller, down to that size. Raises PictureError with a sentence.
    """
    try:
        with Pillow.open(path) as picture:
            if picture.width * picture.height > MOST_PIXELS:
                raise PictureError(f"{path.name} is larger than 100 megapixels; make it smaller.")
            if long_side:
                picture.draft("RGB", (long_side, long_side))
            return np.asarray(ImageOps.exif_transpose(picture).convert("RGB"))
    except FileNotFoundError:
        raise PictureError(f"{path} does not exist.") from None
    except PictureError:
        raise
    except (OSError, ValueError, SyntaxError, Pillow.DecompressionBombError):
        raise PictureError(f"{path.name} cannot be read as a picture; it may be damaged.") from None


def picture_size(path: Path) -> tuple[int, int]:
    """Width and height in pixels, turned as EXIF says. Raises PictureError with a sentence."""
    try:
        with Pillow.open(path) as picture:
            width, height = picture.size
            return (height, width) if picture.getexif().get(ORIENTATION) in LYING else (width, height)
    except FileNotFoundError:
        raise PictureError(f"{path} does not exist.") from None
    except (OSError, ValueError, SyntaxError, Pillow.DecompressionBombError):
        raise PictureError(f"{path.name} cannot be read as a picture; it may be damaged.") from None


def write_picture(path: Path, image: Image) -> Path:
    """Write (H, W), (H, W, 3) or (H, W, 4) uint8 as .png or .jpg, under its name only once it is whole.

    Makes the folder where there is none. The file says nothing but the picture. Raises PictureError.
    """
    unfinished = path.with_name(f".{path.name}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        Pillow.fromarray(image).save(unfinished, FORMATS[path.suffix.lower()], quality=JPEG_QUALITY)
        unfinished.replace(path)
    except OSError as error:
        with suppress(OSError):
            unfinished.unlink()
        raise PictureError(f"{path} cannot be written: {error.strerror or error}.") from None
    return path


def free_path(folder: Path, name: str, suffix: str, written: set[Path]) -> Path:
    """`folder`/`name``suffix`, or with -2, -3 and so on, that this run has not `written`; it then counts as written."""
    names = chain([name], (f"{name}-{number}" for number in count(2)))
    path = next(path for free in names if (path := folder / f"{free}{suffix}") not in written)
    written.add(path)
    return path
