"""Masks as COCO keeps them: run lengths column by column, in JSON as a list of counts or as pycocotools' string of them.

The string writes each count, less the one two before it from the fourth on, in groups of five bits, the lowest first, as
characters from "0"; the sixth bit says that more follow, and the sign is that of the last group.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from django.utils.translation import gettext as _

from server.labels.exchange.refused import Refused
from server.labels.pictures import Mask

CATEGORY = {"id": 1, "name": "festive", "supercategory": "light"}
FIRST, LAST = 48, 111
MOST_GROUPS = 12


def counts_of(mask: Mask) -> list[int]:
    """Run lengths of an (H, W) mask read column by column, the first of pixels that are off."""
    flat = mask.ravel(order="F")
    edges = np.concatenate(([0], np.flatnonzero(flat[1:] != flat[:-1]) + 1, [flat.size]))
    runs = [int(length) for length in np.diff(edges)]
    return [0, *runs] if flat.size and flat[0] else runs


def mask_of_counts(counts: Sequence[int], height: int, width: int) -> Mask:
    """Raises Refused where the counts are no run lengths of so many pixels."""
    if any(count < 0 for count in counts) or sum(counts) != height * width:
        raise Refused(_("The run lengths do not cover the picture."))
    on = np.arange(len(counts)) % 2 == 1
    return np.repeat(on, np.asarray(counts, dtype=np.int64)).reshape((height, width), order="F")


def encoded(counts: Sequence[int]) -> str:
    return "".join(
        chr(FIRST + group)
        for index, count in enumerate(counts)
        for group in groups_of(count - counts[index - 2] if index > 2 else count)
    )


def groups_of(number: int) -> Iterator[int]:
    while True:
        group, number = number & 31, number >> 5
        if number == (-1 if group & 16 else 0):
            yield group
            return
        yield group | 32


def decoded(text: str) -> list[int]:
    """Raises Refused."""
    counts: list[int] = []
    number, shift = 0, 0
    for character in text:
        group = ord(character) - FIRST
        if not FIRST <= ord(character) <= LAST or shift >= 5 * MOST_GROUPS:
            raise Refused(broken())
        number |= (group & 31) << shift
        shift += 5
        if group & 32:
            continue
        number -= (group & 16) << (shift - 4)
        counts.append(number + counts[-2] if len(counts) > 2 else number)
        number, shift = 0, 0
    if shift:
        raise Refused(broken())
    return counts


def annotation_of(mask: Mask, number: int, image: int) -> dict[str, Any]:
    """The festive part of an image, as one crowd annotation; its box is x, y, width, height in pixels."""
    rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    box = (
        [columns[0], rows[0], columns[-1] - columns[0] + 1, rows[-1] - rows[0] + 1] if rows.size else [0] * 4
    )
    return {
        "id": number,
        "image_id": image,
        "category_id": CATEGORY["id"],
        "iscrowd": 1,
        "area": int(mask.sum()),
        "bbox": [int(side) for side in box],
        "segmentation": {"size": list(mask.shape), "counts": encoded(counts_of(mask))},
    }


def mask_of_segmentation(said: Any, width: int, height: int) -> Mask:
    """(height, width) of an annotation's segmentation, whatever stands there. Raises Refused."""
    if isinstance(said, list):
        raise Refused(_("This annotation is a polygon. Export run lengths (RLE) instead."))
    size, counts = (said.get("size"), said.get("counts")) if isinstance(said, dict) else (None, None)
    if not isinstance(size, list) or not all(type(side) is int for side in size) or len(size) != 2:
        raise Refused(broken())
    if size != [height, width]:
        sentence = _("This mask is %(found)s pixels, but the picture is %(wanted)s.")
        found = f"{size[1]} × {size[0]}"
        raise Refused(sentence % {"found": found, "wanted": f"{width} × {height}"})
    if isinstance(counts, str):
        counts = decoded(counts)
    if not isinstance(counts, list) or not all(type(count) is int for count in counts):
        raise Refused(broken())
    return mask_of_counts(counts, height, width)


def broken() -> str:
    return _("The run lengths cannot be read.")
