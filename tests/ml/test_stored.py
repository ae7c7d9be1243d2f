import dataclasses

import numpy as np
import pytest

from ml.head import Head, sigmoid
from ml.packing import Layout
from ml.stored import (
    Rescorer,
    StoredError,
    fit_packing,
    layout_of,
    load_packing,
    mean_around,
    save_packing,
    write_features,
)

BACKBONE = "ab" * 32
LAYOUT = Layout(contrast=2, near=6, own=14, averaged=True)


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


@pytest.mark.parametrize(("seed", "most"), [(1, 1e-3), (2, 3e-3), (3, 3e-3)], ids=["known", "new", "newer"])
def test_stored_features_score_as_the_real_ones(packing, tmp_path, seed, most):
    grid, one = frame(9), head(seed)
    write_features(tmp_path / "frame.features", packing, grid)
    found = Rescorer(packing, one).festivity_map(tmp_path / "frame.features")
    real = one.probabilities(grid)
    assert real.std() > 0.1
    assert abs(float(found.mean()) - float(real.mean())) < most
    assert np.abs(found - real)[:12].max() < 0.2


def test_less_room_makes_a_smaller_file_and_a_coarser_map(packing, tmp_path):
    grid, one = frame(9), head(2)
    rescorer, errors, sizes = Rescorer(packing, one), [], []
    for most_bytes in (95_000, 3_000):
        sizes.append(write_features(tmp_path / "frame.features", packing, grid, most_bytes))
        errors.append(
            np.abs(rescorer.festivity_map(tmp_path / "frame.features") - one.probabilities(grid)).max()
        )
    assert sizes[1] <= 3_000 < sizes[0]
    assert errors[0] < errors[1]


@pytest.mark.parametrize("dark_share", [0, 1])
def test_a_frame_may_be_all_dark_or_all_lit(packing, tmp_path, dark_share):
    grid = frame(5)
    grid[..., LAYOUT.near : LAYOUT.own] = 0 if dark_share else 1
    write_features(tmp_path / "frame.features", packing, grid)
    found = Rescorer(packing, head(1)).festivity_map(tmp_path / "frame.features")
    assert found.shape == (24, 40)
    assert np.isfinite(found).all()


def test_a_packing_comes_back_from_its_file(packing, tmp_path):
    save_packing(packing, tmp_path / "packing.npz")
    write_features(tmp_path / "frame.features", packing, frame(4))
    again = load_packing(tmp_path / "packing.npz")
    maps = [Rescorer(one, head(1)).festivity_map(tmp_path / "frame.features") for one in (packing, again)]
    assert np.array_equal(*maps)


def test_features_of_another_backbone_are_refused(packing, tmp_path):
    other = dataclasses.replace(packing, backbone_sha256="cd" * 32)
    write_features(tmp_path / "frame.features", other, frame(4))
    with pytest.raises(StoredError, match="another backbone"):
        Rescorer(packing, head(1)).festivity_map(tmp_path / "frame.features")
    with pytest.raises(StoredError, match="of another backbone than"):
        Rescorer(packing, head(1, backbone="cd" * 32))


def test_features_of_another_packing_are_refused(packing, tmp_path):
    other = fit_packing(BACKBONE, LAYOUT, [frame(7)])
    write_features(tmp_path / "frame.features", other, frame(4))
    with pytest.raises(StoredError, match="another packing"):
        Rescorer(packing, head(1)).festivity_map(tmp_path / "frame.features")


@pytest.mark.parametrize("kept", [0, 10, 100, 200, -3])
def test_a_file_that_was_cut_short_is_refused(packing, tmp_path, kept):
    path = tmp_path / "frame.features"
    write_features(path, packing, frame(4))
    path.write_bytes(path.read_bytes()[:kept])
    with pytest.raises(StoredError, match="store the frame again"):
        Rescorer(packing, head(1)).festivity_map(path)


def test_a_file_that_is_no_packing_is_refused(tmp_path):
    (tmp_path / "packing.npz").write_bytes(b"no packing")
    with pytest.raises(StoredError, match="make it anew"):
        load_packing(tmp_path / "packing.npz")


def test_frames_without_light_teach_no_packing():
    grid = frame(4)
    grid[..., LAYOUT.near : LAYOUT.own] = 0
    with pytest.raises(StoredError, match="lit"):
        fit_packing(BACKBONE, LAYOUT, [grid])


def test_features_without_known_parts_are_kept_whole(tmp_path):
    plain = Layout(contrast=0, near=14, own=14, averaged=False)
    grids = [frame(seed)[..., :14] for seed in range(3)]
    packing = fit_packing(BACKBONE, plain, grids)
    one = dataclasses.replace(head(1), weight=head(1).weight[:14])
    write_features(tmp_path / "frame.features", packing, grids[1])
    found = Rescorer(packing, one).festivity_map(tmp_path / "frame.features")
    assert np.abs(found - sigmoid(grids[1] @ one.weight - 2)).max() < 0.1


def test_the_embedded_backbone_has_contrast_stem_and_tokens():
    class Embedded:
        name, sha256, patch, long_side, dimension = "embedded", BACKBONE, 16, 800, 192
        voices, layers = ((0, 8), (8, 1288)), (6, 12)

    assert layout_of(Embedded(), 1288) == Layout(contrast=8, near=264, own=648, averaged=True)
