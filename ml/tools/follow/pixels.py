"""Between the pixels that people point at and read, and the shares and patches in which a place is followed."""

from __future__ import annotations

from typing import Any

from ml.tools.follow.following import Sight
from ml.tools.follow.templates import FollowError
from ml.tools.grids import from_grid
from ml.types import Box


def place_within(pixels: tuple[float, float, float, float], size: tuple[int, int]) -> Box:
    """A box in pixels of a picture of `size` (height, width) as a share of it. Raises FollowError unless it lies within."""
    x0, y0, x1, y1 = pixels
    height, width = size
    if x1 < x0 or y1 < y0 or (x1 == x0) != (y1 == y0):
        raise FollowError("The second corner of a box has to lie to the right of the first and below it.")
    if x0 < 0 or y0 < 0 or x1 > width or y1 > height:
        raise FollowError(f"That place is not within the first frame, which has {width}x{height} pixels.")
    return x0 / width, y0 / height, x1 / width, y1 / height


def line_of(
    sight: Sight, frame: int, at_ms: int, size: tuple[int, int], grid: tuple[int, int], box: Box | None
) -> dict[str, Any]:
    """The JSON line of a frame: x and y in pixels of a picture of `size` (height, width), None while lost; `box` too if given.

    `box` is that of the first frame in [0, 1]; it moves with its centre and keeps its size.
    """
    line: dict[str, Any] = {"frame": frame, "at_ms": at_ms, "x": None, "y": None}
    if sight.place is not None:
        row, column = sight.place
        x, y = (share * side for share, side in zip(from_grid(row, column, grid), size[::-1], strict=True))
        line |= {"x": round(float(x), 1), "y": round(float(y), 1)}
        if box is not None:
            half = (box[2] - box[0]) * size[1] / 2, (box[3] - box[1]) * size[0] / 2
            line["box"] = [
                round(float(edge), 1) for edge in (x - half[0], y - half[1], x + half[0], y + half[1])
            ]
    return line | {"confidence": round(sight.confidence, 3), "state": sight.state}
