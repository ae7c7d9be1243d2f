# ruff: noqa: E402 (what needs torch is imported after the question whether it is there)
import numpy as np
import pytest

from ml import sparse
from ml.transforms import normalised

torch = pytest.importorskip("torch")
pytest.importorskip("onnx")

from ml.backbone import open_session
from ml.backbones.network.config import VitConfig
from ml.backbones.network.packed import Sparse, Whole, write_sparse, write_whole
from ml.backbones.network.vit import Vit
from ml.types import WeightsError

PATCH = 4


def small(rope_theta=100.0):
    """A random DINOv3 of two layers."""
    config = VitConfig(
        width=16,
        depth=2,
        heads=2,
        patch=PATCH,
        inner=32,
        registers=2,
        eps=1e-5,
        activation="gelu",
        gated=False,
        native=0,
        smooth=False,
        rope_theta=rope_theta,
        query_bias=True,
        key_bias=False,
        value_bias=True,
        output_bias=True,
        mlp_bias=True,
    )
    torch.manual_seed(0)
    network = Vit(config).eval().requires_grad_(False)
    for weights in network.parameters():
        weights.normal_(1 if weights.ndim == 1 else 0, 0.3)
    return network


def picture(dark_rows, rows=8, columns=6, seed=0):
    """A normalised picture (3, H, W) whose last `dark_rows` rows of patches are black."""
    image = np.random.default_rng(seed).integers(60, 255, (rows * PATCH, columns * PATCH, 3)).astype(np.uint8)
    image[(rows - dark_rows) * PATCH :] = 0
    return normalised([image])[0]


def told(network, pictures):
    """The last layer of a batch, as grids."""
    batch = sparse.padded(pictures)
    with torch.no_grad():
        tokens = network(*(torch.from_numpy(part) for part in (batch.pixels, batch.places, batch.counts)))[-1]
    return [one.spread(found) for one, found in zip(pictures, tokens.numpy(), strict=True)]


def test_with_nothing_dark_every_patch_says_what_the_full_pass_says():
    vit, image = small(), picture(0)
    one = sparse.merged(image, PATCH)
    assert len(one.counts) == 48
    full = vit(torch.from_numpy(image[None]))[-1].numpy()[0]
    assert np.abs(told(Sparse(vit, (2,)), [one])[0] - full).max() < 1e-5


def test_dark_patches_of_a_block_become_one_token_that_counts_as_all_of_them():
    one = sparse.merged(picture(4), PATCH, block=3)
    assert one.counts.tolist() == 24 * [1.0] + [6.0, 6.0, 6.0, 6.0]
    assert np.unique(one.token_of[4:6, :3]).tolist() == [24]
    assert np.allclose(one.places[24], [(1 / 8 + 3 / 8) / 2, -1 / 2])


def test_merging_patches_that_are_alike_and_in_one_place_changes_nothing():
    vit, image = small(), picture(4)
    one = sparse.merged(image, PATCH, block=1)
    together = sparse.merged(image, PATCH)
    same_places = sparse.Merged(one.pixels, one.places * 0, one.counts, one.token_of)
    merged = sparse.Merged(together.pixels, together.places * 0, together.counts, together.token_of)
    apart, joined = (told(Sparse(vit, (2,)), [each])[0] for each in (same_places, merged))
    assert len(together.counts) < len(one.counts)
    assert np.abs(apart - joined).max() < 1e-4


def test_a_padded_batch_says_what_each_picture_says_alone():
    network = Sparse(small(), (2,))
    pictures = [sparse.merged(picture(dark, seed=dark), PATCH) for dark in (0, 3, 8)]
    alone = [told(network, [one])[0] for one in pictures]
    for single, grid in zip(alone, told(network, pictures), strict=True):
        assert np.abs(single - grid).max() < 1e-5


def test_the_fast_graph_says_what_the_network_says(tmp_path):
    vit = small()
    write_whole(vit, (1, 2), tmp_path / "whole.onnx")
    session = open_session(tmp_path / "whole.onnx", 1)
    for rows, columns in ((8, 6), (3, 9)):
        images = np.stack([picture(1, rows, columns, seed) for seed in (0, 1)])
        expected = [part.numpy() for part in vit(torch.from_numpy(images))]
        found = session.run(["cls", "layer_1", "layer_2"], {"images": images})
        assert all(np.abs(a - b).max() < 1e-4 for a, b in zip(expected, found, strict=True))
        assert [part.shape for part in Whole(vit, (2,))(torch.from_numpy(images))] == [
            (2, 16),
            (2, rows, columns, 16),
        ]


def test_the_sparse_graph_says_what_the_network_says(tmp_path):
    vit = small()
    write_sparse(vit, (2,), tmp_path / "sparse.onnx")
    batch = sparse.padded([sparse.merged(picture(dark), PATCH) for dark in (2, 6)])
    parts = {"pixels": batch.pixels, "places": batch.places, "counts": batch.counts}
    found = open_session(tmp_path / "sparse.onnx", 1).run(["layer_2"], parts)[0]
    expected = Sparse(vit, (2,))(*(torch.from_numpy(part) for part in parts.values()))[-1].numpy()
    assert np.abs(found - expected)[batch.counts > 0].max() < 1e-4


def test_learnt_positions_are_refused():
    with pytest.raises(WeightsError, match="rotary"):
        Sparse(small(rope_theta=0.0), (2,))
