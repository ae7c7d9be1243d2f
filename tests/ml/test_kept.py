import numpy as np
import pytest

from ml.scorer import load_scorer
from ml.tools.crops import describe_box
from ml.tools.descriptors import Descriptors
from ml.tools.kept import KeptError, keep, kept
from ml.tools.match.compare import compare
from ml.tools.match.place import CROP_COEFFICIENTS, read_model
from ml.types import Region
from ml.vectors import of_length_one

CLS = of_length_one(np.ones(8, dtype=np.float32))


def display(seed, rows=9, columns=20, depth=48, own=10):
    """Patches that hang together in `own` directions, the upper third of them dark."""
    chance = np.random.default_rng(seed)
    grid = chance.standard_normal((rows, columns, own)) @ chance.standard_normal((own, depth))
    grid[: rows // 3] = 0
    return Descriptors(of_length_one(grid), CLS, 16 * columns, 16 * rows)


@pytest.mark.parametrize("columns", [4, 20])
def test_patches_come_back_nearly_as_they_were_and_dark_ones_dark(columns):
    before = display(1, columns=columns)
    after = kept(keep(before), CLS)
    assert (after.seen == before.seen).all()
    assert (after.width_px, after.height_px) == (before.width_px, before.height_px)
    cosines = (after.grid * before.grid).sum(axis=-1)[before.seen]
    assert cosines.min() > 0.999


def test_kept_patches_are_small():
    full = display(2, rows=20, columns=20, depth=192, own=192)
    assert len(keep(full)) < full.grid.nbytes / 15


def test_other_bytes_are_refused_with_a_sentence():
    content = keep(display(3))
    for damaged in (b"", b"FMP1", content[:-1], b"XXXX" + content[4:]):
        with pytest.raises(KeptError, match="score the frame again"):
            kept(damaged, CLS)


def test_a_display_in_black_has_no_patches_to_keep():
    nothing = Descriptors(np.zeros((3, 4, 8), dtype=np.float32), CLS, 64, 48)
    assert not kept(keep(nothing), CLS).seen.any()


def test_kept_patches_tell_places_apart_as_the_full_ones_do():
    scorer, model = load_scorer(threads=1), read_model(CROP_COEFFICIENTS)
    full, small = [], []
    for image in (lit_house(1, 0), lit_house(1, 30), lit_house(2, 0)):
        region = max(scorer.score([image])[0].regions, key=lambda region: region.share)
        full.append(describe_box(scorer.backbone, image, region.box))
        small.append(kept(scorer.region_patches(image, region), region.vector))
    for one, other in ((0, 1), (0, 2)):
        before, after = (model.chance(compare(a[one], a[other]).statistics) for a in (full, small))
        assert after == pytest.approx(before, abs=0.05)


def test_a_region_of_a_few_pixels_has_no_patches():
    region = Region((0.5, 0.5, 0.501, 0.501), 1.0, 0.01, CLS)
    assert load_scorer(threads=1).region_patches(lit_house(1, 0), region) == b""


def lit_house(seed, shift):
    """A night with a string of coloured lights that is drawn by `seed`, moved to the right by `shift` pixels."""
    chance = np.random.default_rng(seed)
    image = np.zeros((450, 800, 3), dtype=np.uint8)
    bases = ((255, 60, 40), (60, 255, 80), (90, 110, 255), (255, 190, 60))
    for row, column in zip(chance.integers(120, 260, 130), chance.integers(200, 500, 130), strict=True):
        colour = np.array(bases[chance.integers(2) + 2 * (seed - 1)])
        image[row : row + 6, column + shift : column + shift + 6] = colour
    return image
