"""A labeller's hand in Chromium: draws a mask that is known on the page of a frame, by clicks, the threshold and the brush.

It clicks on what is festive, turns the threshold to where the page's mask fits best, paints what is still missing and erases
what is too much, in runs of cells as wide as the brush, and saves. What counts is the mask that the site kept.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bench.labelling import PAINTED
from ml.tools.grids import resampled

CELL_PX = 10
CLICKS = 4
THRESHOLDS = (0.3, 0.4, 0.5, 0.6, 0.7)
MOST_RUNS = 60
Mask = NDArray[np.bool_]


class Hand:
    """Draws on the site at `address`, signed in by `session`."""

    def __init__(self, page: Any, address: str) -> None:
        self.page, self.address = page, address

    def draw(self, frame_id: str, mask: Mask) -> None:
        """Labels the frame with the mask (h, w), as near as clicks and strokes come. Raises SystemExit where the site refuses."""
        self.page.goto(f"{self.address}/labels/{frame_id}/", wait_until="networkidle")
        if not mask.any():
            self.save("0")
            return
        self.click_on(mask)
        self.turn_to(mask)
        self.touch_up(mask)
        self.save("s")

    def click_on(self, mask: Mask) -> None:
        """In the middle of what is festive, at most so many times, each far from the others."""
        self.page.keyboard.press("p")
        for x, y in places_on(mask):
            self.page.mouse.click(*self.on_screen(x, y))

    def turn_to(self, mask: Mask) -> None:
        found = {threshold: overlap(self.painted(threshold), mask) for threshold in THRESHOLDS}
        self.painted(max(found, key=lambda threshold: found[threshold]))

    def touch_up(self, mask: Mask) -> None:
        painted = self.painted()
        wanted = at_size(mask, *painted.shape)
        for key, wrong in (("d", wanted & ~painted), ("e", painted & ~wanted)):
            self.page.keyboard.press(key)
            self.page.locator("[name=brush]").fill(str(CELL_PX // 2 + 1))
            for run in runs_of(wrong):
                self.drag(run)

    def drag(self, run: tuple[float, float, float]) -> None:
        y, start, end = run
        self.page.mouse.move(*self.on_screen(start, y))
        self.page.mouse.down()
        self.page.mouse.move(*self.on_screen(end, y), steps=3)
        self.page.mouse.up()

    def on_screen(self, x: float, y: float) -> tuple[float, float]:
        box = self.page.locator("[data-pane=drawing] [data-world]").bounding_box()
        return box["x"] + x * box["width"], box["y"] + y * box["height"]

    def painted(self, threshold: float | None = None) -> Mask:
        """The mask on the page (H, W), as all of its pixels are painted."""
        if threshold is not None:
            self.page.locator("[name=threshold]").fill(str(threshold))
        self.page.wait_for_selector("[data-mask][data-exact=true]", state="attached")
        size = self.page.evaluate(
            "(({ width, height }) => [height, width])(document.querySelector('[data-mask]'))"
        )
        pixels = np.frombuffer(self.page.evaluate(PAINTED).encode(), np.uint8) == ord("1")
        return np.asarray(pixels.reshape(size))

    def save(self, key: str) -> None:
        with self.page.expect_response(lambda answer: answer.url.endswith("/labels/")) as answered:
            self.page.keyboard.press(key)
        if answered.value.status != 201:
            raise SystemExit(f"A mask was refused: {answered.value.text()}")


def at_size(mask: Mask, height: int, width: int) -> Mask:
    return np.asarray(resampled(mask.astype(np.float32), height, width) > 0.5)


def overlap(one: Mask, other: Mask) -> float:
    """Intersection over union."""
    other = at_size(other, *one.shape)
    return float((one & other).sum() / max(1, (one | other).sum()))


def places_on(mask: Mask) -> list[tuple[float, float]]:
    """x, y in [0, 1]: the cell that is festive to the greatest part, then always the one farthest from those before."""
    cells = cells_of(mask)
    inside = np.argwhere(cells >= min(0.9, float(cells.max())))
    chosen = [inside[int(cells[tuple(inside.T)].argmax())]]
    while len(chosen) < min(CLICKS, len(inside)):
        away = np.min([np.linalg.norm(inside - one, axis=1) for one in chosen], axis=0)
        chosen.append(inside[int(away.argmax())])
    return [((column + 0.5) / cells.shape[1], (row + 0.5) / cells.shape[0]) for row, column in chosen]


def cells_of(mask: Mask) -> NDArray[np.float64]:
    """(h, w): how much of each cell of the mask is set; what is left over at the edges is left out."""
    rows, columns = (side // CELL_PX for side in mask.shape)
    whole = mask[: rows * CELL_PX, : columns * CELL_PX].reshape(rows, CELL_PX, columns, CELL_PX)
    return np.asarray(whole.mean(axis=(1, 3)))


def runs_of(wrong: Mask) -> list[tuple[float, float, float]]:
    """y, first x and last x, in [0, 1], of the longest runs of cells that are wrong for the greater part."""
    cells = cells_of(wrong) > 0.5
    found = [(row, *run) for row in range(len(cells)) for run in runs_in(cells[row])]
    found.sort(key=lambda run: run[1] - run[2])
    rows, columns = cells.shape
    return [
        ((row + 0.5) / rows, (start + 0.5) / columns, (end - 0.5) / columns)
        for row, start, end in found[:MOST_RUNS]
    ]


def runs_in(row: Mask) -> Iterator[tuple[int, int]]:
    """Start and end (excluded) of each run of a row."""
    edges = np.flatnonzero(np.diff(np.concatenate([[0], row.astype(np.int8), [0]])))
    yield from zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True)


@contextmanager
def hand_on(environment: dict[str, str], session: str) -> Iterator[Hand]:
    """A hand on the site of this environment, served for as long as it draws."""
    from bench.first_visit import served
    from tests.browser.chromium import SIZES, open_chromium

    with served(environment) as address, open_chromium() as browser:
        width, height = SIZES["desktop"].values()
        context = browser.new_context(viewport={"width": width, "height": height})
        context.add_cookies([{"name": "sessionid", "value": session, "url": address}])
        yield Hand(context.new_page(), address)
