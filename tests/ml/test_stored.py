import dataclasses

import numpy as np
import pytest

from ml.head import Head, sigmoid
from ml.packing import Layout, StoredError, fit_packing, layout_of, load_packing, save_packing
from ml.rescoring import Rescorer, mean_around
from ml.stored import read, stored, token_grids
from ml.weights import write_card

BACKBONE = "ab" * 32
LAYOUT = Layout(contrast=2, near=6, own=14, averaged=True, layers=2)
CLS = np.linspace(-1, 1, 4, dtype=np.float32)


def frame(seed, rows=24, columns=40):
    """Patch features (h, w, 26) with 12 learnt ones that hang together, a dark half without tokens, and means around."""
    chance = np.random.default_rng(seed)
    mixing = np.random.default_rng(0).standard_normal((5, LAYOUT.own))
    own = chance.standard_normal((rows, columns, 5)) @ mixing + 0.1 * chance.standard_normal(
        (rows, columns, 14)
    )
    own[rows // 2 :, :, LAYOUT.near :] = 0
    around = np.stack(
        [mean_around(own[..., number]) for number in range(LAYOUT.contrast, LAYOUT.own)], axis=2
    )
    return np.concatenate([own, around], axis=2).astype(np.float32)


def head(seed, backbone=BACKBONE):
    weight = np.random.default_rng(seed).standard_normal(26).astype(np.float32)
    return Head("some-head", "00", weight, -2.0, backbone, {}, {})


@pytest.fixture(scope="module")
def packing():
    return fit_packing(BACKBONE, LAYOUT, [frame(seed) for seed in range(3)], [head(1)])


def kept(packing, grid, **limits):
    return stored(packing, grid, CLS, **limits)


def map_of(packing, one, content):
    return Rescorer(packing, one).festivity_map(read(packing, content))


@pytest.mark.parametrize(("seed", "most"), [(1, 1e-3), (2, 3e-3), (3, 3e-3)], ids=["known", "new", "newer"])
def test_stored_features_score_as_the_real_ones(packing, seed, most):
    grid, one = frame(9), head(seed)
    found = map_of(packing, one, kept(packing, grid))
    real = one.probabilities(grid)
    assert real.std() > 0.1
    assert abs(float(found.mean()) - float(real.mean())) < most
    assert np.abs(found - real)[:12].max() < 0.2


def test_the_tokens_of_each_layer_come_back(packing):
    grid = frame(9)
    tokens = token_grids(packing, read(packing, kept(packing, grid)))
    assert len(tokens) == LAYOUT.layers
    for number, found in enumerate(tokens):
        real = grid[..., LAYOUT.near + 4 * number : LAYOUT.near + 4 * (number + 1)]
        assert np.abs(found - real)[:12].max() < 0.1 * real.std()
        assert not found[12:].any()


def test_the_cls_vector_lies_beside_the_patches(packing):
    assert np.allclose(read(packing, kept(packing, frame(9))).cls, CLS, atol=1e-3)


def test_less_room_makes_a_smaller_file_and_a_coarser_map(packing):
    grid, one = frame(9), head(2)
    contents = [kept(packing, grid, most_bytes=most) for most in (95_000, 3_000)]
    errors = [np.abs(map_of(packing, one, content) - one.probabilities(grid)).max() for content in contents]
    assert len(contents[1]) <= 3_000 < len(contents[0])
    assert errors[0] < errors[1]


@pytest.mark.parametrize("dark_share", [0, 1])
def test_a_frame_may_be_all_dark_or_all_lit(packing, dark_share):
    grid = frame(5)
    grid[..., LAYOUT.near : LAYOUT.own] = 0 if dark_share else 1
    found = map_of(packing, head(1), kept(packing, grid))
    assert found.shape == (24, 40)
    assert np.isfinite(found).all()


def test_a_packing_comes_back_from_its_file(packing, tmp_path):
    save_packing("some-packing", tmp_path, packing, {})
    again = load_packing(str(tmp_path / "some-packing"))
    content = kept(packing, frame(4))
    assert np.array_equal(map_of(packing, head(1), content), map_of(again, head(1), content))


def test_features_of_another_backbone_are_refused(packing):
    other = dataclasses.replace(packing, backbone_sha256="cd" * 32)
    with pytest.raises(StoredError, match="another backbone"):
        read(packing, kept(other, frame(4)))
    with pytest.raises(StoredError, match="of another backbone than"):
        Rescorer(packing, head(1, backbone="cd" * 32))


def test_features_of_another_packing_are_refused(packing):
    other = fit_packing(BACKBONE, LAYOUT, [frame(7)])
    with pytest.raises(StoredError, match="another packing"):
        read(packing, kept(other, frame(4)))


@pytest.mark.parametrize("length", [0, 10, 100, 200, -3])
def test_a_file_that_was_cut_short_is_refused(packing, length):
    with pytest.raises(StoredError, match="score the frame again"):
        read(packing, kept(packing, frame(4))[:length])


def test_a_file_that_is_no_packing_is_refused(tmp_path):
    (tmp_path / "some-packing.npz").write_bytes(b"no packing")
    write_card("some-packing", tmp_path / "some-packing.npz", {})
    with pytest.raises(StoredError, match="make it anew"):
        load_packing(str(tmp_path / "some-packing"))


def test_frames_without_light_teach_no_packing():
    grid = frame(4)
    grid[..., LAYOUT.near : LAYOUT.own] = 0
    with pytest.raises(StoredError, match="lit"):
        fit_packing(BACKBONE, LAYOUT, [grid])


def test_features_without_known_parts_are_kept_whole():
    plain = Layout(contrast=0, near=14, own=14, averaged=False)
    grids = [frame(seed)[..., :14] for seed in range(3)]
    packing = fit_packing(BACKBONE, plain, grids)
    one = dataclasses.replace(head(1), weight=head(1).weight[:14])
    found = map_of(packing, one, kept(packing, grids[1]))
    assert np.abs(found - sigmoid(grids[1] @ one.weight - 2)).max() < 0.1


def test_the_embedded_backbone_has_contrast_stem_and_tokens():
    class Embedded:
        name, sha256, patch, long_side, dimension = "embedded", BACKBONE, 16, 800, 192
        voices, layers = ((0, 8), (8, 1288)), (6, 12)

    assert layout_of(Embedded(), 1288) == Layout(contrast=8, near=264, own=648, averaged=True, layers=2)
