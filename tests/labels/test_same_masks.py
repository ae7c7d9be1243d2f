"""The masks that the browser draws are those that the server keeps: the page's own modules in node, on rendered frames."""

from __future__ import annotations

import json
import shutil
import subprocess
from dataclasses import asdict, replace
from pathlib import Path

import numpy as np
import pytest
from django.conf import settings

from server.labels.drawing import Drawing, Mark, Stroke, StrokeKind
from server.labels.painting import painted
from server.labels.patches.kept import Patches, read_patches
from server.labels.patches.masks import Looked, like, mask_of, nowhere, prototypes_of
from server.labels.patches.travelling import LARGEST_BYTES, arrived, as_travelled, travelling
from tests.labels.pointing import iou, marks_on
from tests.labels.street import Shot, Street

NODE = shutil.which("node")
DRAWER = Path("tests") / "js" / "draw_masks.js"
needs_node = pytest.mark.skipif(NODE is None, reason="Node is not installed")
MOST_APART = 1e-4
LEAST_SAME = 0.9999


@pytest.fixture
def looked(street: Street, bright: Shot) -> Looked:
    return looked_at(street, bright)


def looked_at(street: Street, shot: Shot) -> Looked:
    return Looked(shot.picture, read_patches(street.frame(shot).patch_features.get(), street.scorer))


def drawings_on(shot: Shot) -> list[Drawing]:
    marks = tuple(Mark(**mark) for mark in marks_on(shot.festive, shot, count=4))
    minus = replace(marks[-1], positive=False)
    box = Mark(*shot.scored.regions[0].box[:2], True, *shot.scored.regions[0].box[2:])
    some = Drawing(marks[:3])
    return [
        some,
        replace(some, threshold=0.15, edge="patches"),
        replace(some, marks=(*marks[:3], minus), layer=2, smoothing=1.25),
        replace(some, marks=(box,), edge="colours", threshold=0.3),
        replace(
            some, marks=(*marks[:2], replace(box, positive=False)), edge="colours", layer=2, threshold=0.05
        ),
        replace(some, strokes=strokes_of(7)),
        Drawing(strokes=strokes_of(8)),
    ]


def strokes_of(seed: int) -> tuple[Stroke, ...]:
    """Brush, eraser, polygon and hole, in turns, anywhere and of any width; the corners of some lie on the middles of pixels."""
    rng = np.random.default_rng(seed)
    strokes = []
    for number, kind in enumerate(list(StrokeKind) * 5):
        points = rng.random((int(rng.integers(3, 9)), 2))
        if number % 3 == 0:
            points = np.clip((np.floor(points * (160, 90)) + 0.5) / (160, 90), 0, 1)
        radius = float(rng.choice([0.003, 0.02, 0.1])) if kind in ("brush", "eraser") else 0.0
        strokes.append(Stroke(kind.value, tuple((float(x), float(y)) for x, y in points), radius))
    return tuple(strokes)


def drawn_in_node(
    folder: Path, looked: Looked, drawings: list[Drawing]
) -> list[tuple[np.ndarray, np.ndarray]]:
    """Of each drawing the likeness of patches (h, w) and the mask (H, W)."""
    height, width = looked.picture.shape[:2]
    (folder / "features").write_bytes(travelling(looked.patches))
    opaque = np.full((height, width, 1), 255, np.uint8)
    (folder / "pixels").write_bytes(np.concatenate([looked.picture, opaque], axis=2).tobytes())
    words = {"width": width, "height": height, "drawings": [asdict(drawing) for drawing in drawings]}
    (folder / "drawings.json").write_text(json.dumps(words))
    said = subprocess.run(
        [str(NODE), str(DRAWER), str(folder)], cwd=settings.ROOT, capture_output=True, text=True
    )
    assert said.returncode == 0, said.stderr
    return [found_in(folder, number, looked) for number in range(len(drawings))]


def found_in(folder: Path, number: int, looked: Looked) -> tuple[np.ndarray, np.ndarray]:
    like = np.frombuffer((folder / f"{number}.likeness").read_bytes(), np.float32)
    mask = np.frombuffer((folder / f"{number}.mask").read_bytes(), np.uint8).astype(bool)
    grid = looked.patches.layers[0].shape[:2]
    return like.reshape(grid) if like.size else like, mask.reshape(looked.picture.shape[:2])


@needs_node
def test_the_browser_draws_what_the_server_keeps(looked: Looked, bright: Shot, tmp_path: Path) -> None:
    drawings = drawings_on(bright)
    seen = replace(looked, patches=as_travelled(looked.patches))
    for drawing, (values, mask) in zip(drawings, drawn_in_node(tmp_path, looked, drawings), strict=True):
        if drawing.marks:
            grid = seen.patches.layer(drawing.layer)
            meant = like(grid, prototypes_of(seen, drawing, None), drawing)
            assert np.abs(values - meant).max() < MOST_APART
        begun = mask_of(looked, drawing) if drawing.marks else nowhere(looked.picture)
        kept = painted(begun, drawing.strokes)
        assert 0.005 < kept.mean() < 0.95
        assert (kept == mask).mean() >= LEAST_SAME


@needs_node
def test_strokes_cover_the_same_pixels(tmp_path: Path, looked: Looked) -> None:
    drawings = [Drawing(strokes=strokes_of(seed)[: seed % 20 + 1]) for seed in range(40)]
    for drawing, (_, mask) in zip(drawings, drawn_in_node(tmp_path, looked, drawings), strict=True):
        assert (painted(nowhere(looked.picture), drawing.strokes) == mask).all()


def test_masks_hardly_change_on_the_way(looked: Looked, bright: Shot) -> None:
    drawing = drawings_on(bright)[0]
    whole = like(looked.patches.layer(1), prototypes_of(looked, drawing, None), drawing)
    seen = replace(looked, patches=as_travelled(looked.patches))
    small = like(seen.patches.layer(1), prototypes_of(seen, drawing, None), drawing)
    assert np.abs(whole - small).max() < 0.02
    assert iou(whole >= 0.4, small >= 0.4) > 0.97


@pytest.mark.parametrize(
    ("rows", "columns", "depth", "layers"), [(60, 107, 1024, 2), (28, 50, 2048, 3), (3, 5, 2, 1)]
)
def test_any_backbone_fits_into_300_kb(rows: int, columns: int, depth: int, layers: int) -> None:
    rng = np.random.default_rng(1)
    grids = tuple(rng.standard_normal((rows, columns, depth)).astype(np.float32) for _ in range(layers))
    content = travelling(Patches(grids, np.zeros(depth, np.float32)))
    assert len(content) <= LARGEST_BYTES
    assert [grid.shape[:2] for grid in arrived(content)] == [(rows, columns)] * layers


def test_a_frame_where_nothing_is_seen_travels_too() -> None:
    dark = Patches((np.zeros((4, 6, 8), np.float32),), np.zeros(8, np.float32))
    (grid,) = arrived(travelling(dark))
    assert grid.shape == (4, 6, 0)
