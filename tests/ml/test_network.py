# ruff: noqa: E402 (what needs torch is imported after the question whether it is there)
import numpy as np
import pytest

torch = pytest.importorskip(
    "torch", reason="torch is an extra: pre-training and export are not tested without it."
)
pytest.importorskip("onnx", reason="onnx is an extra: export is not tested without it.")

from ml import weights
from ml.backbone import load_backbone, open_session
from ml.export import export, rounded_to_half, write_graph
from ml.network import NetworkShape, lit_patches, mean_around, random_backbone, rotary_angles
from ml.transforms import normalised
from ml.types import WeightsError
from ml.vectors import of_length_one

SMALL = NetworkShape(width=24, depth=2, heads=2, stem=4, context_layers=1, tapped_layer=1)


def normalised_square(value):
    """A plain picture (1, 3, 128, 128) of one grey value from 0 to 255."""
    return torch.from_numpy(normalised([np.full((128, 128, 3), value, dtype=np.uint8)]))


def test_the_network_takes_any_grid():
    network = random_backbone(shape=SMALL)
    for height, width in ((16, 16), (48, 112)):
        cls, patches, layers = network(torch.zeros(2, 3, height, width))
        assert cls.shape == (2, 24)
        assert [layer.shape for layer in layers] == 2 * [(2, height // 16, width // 16, 24)]
        assert patches.shape == (2, height // 16, width // 16, SMALL.patch_dimension)


def test_positions_tell_patches_apart():
    cos, sin = rotary_angles(3, 4, 12, torch.device("cpu"))
    assert cos.shape == (12, 12)
    assert len(torch.unique(torch.cat([cos, sin], dim=1), dim=0)) == 12


def test_only_lit_patches_are_chosen_the_brightest_first():
    chosen = lit_patches(torch.tensor([[0.01, 0.9, 0.3], [0.0, 0.0, 0.5]]), darkest=0.08)
    assert chosen.index[0].tolist() == [1, 2]
    assert chosen.valid.tolist() == [[True, True], [True, False]]


def test_a_black_picture_still_has_features():
    cls, patches, _ = random_backbone(shape=SMALL)(normalised_square(0))
    assert torch.isfinite(cls).all()
    assert torch.isfinite(patches).all()


def test_dark_patches_do_not_touch_the_features_of_lit_ones():
    network = random_backbone(shape=SMALL)
    bright, grey = normalised_square(0), normalised_square(0)
    bright[..., :16, :16] = 2.0
    grey[..., :16, :16], grey[..., 96:, 96:] = 2.0, normalised_square(15)[0, 0, 0, 0]
    (_, _, first), (_, _, second) = network(bright), network(grey)
    for one, other in zip(first, second, strict=True):
        assert torch.allclose(one[0, 0, 0], other[0, 0, 0], atol=1e-6)
        assert torch.all(other[0, 7, 7] == 0)


def test_a_patch_knows_the_mean_of_the_patches_around_it():
    grid = torch.arange(12.0).reshape(1, 3, 4, 1)
    around = mean_around(grid)[0, :, :, 0]
    assert around[1, 1] == grid[0, :, :3].mean()
    assert around[0, 0] == grid[0, :2, :2].mean()


def test_a_picture_in_a_batch_has_the_features_that_it_has_alone():
    network = random_backbone(shape=SMALL)
    images = torch.randn(3, 3, 48, 64, generator=torch.Generator().manual_seed(0))
    images[1, :, :, 16:], images[2] = -2.2, -2.2
    cls, patches, _ = network(images)
    for row in range(3):
        alone_cls, alone_patches, _ = network(images[row : row + 1])
        assert torch.allclose(cls[row], alone_cls[0], atol=1e-5)
        assert torch.allclose(patches[row], alone_patches[0], atol=1e-5)


def test_the_same_seed_gives_the_same_network():
    first, second = random_backbone(3, SMALL), random_backbone(3, SMALL)
    assert all(torch.equal(a, b) for a, b in zip(first.parameters(), second.parameters(), strict=True))


def test_a_network_that_cannot_be_trusted_is_not_exported(tmp_path):
    (tmp_path / "small.onnx").write_bytes(b"the one before")
    network = random_backbone(shape=SMALL)
    torch.nn.init.constant_(network.norm.bias, float("nan"))
    with pytest.raises(WeightsError, match="differs from torch"):
        export(network, tmp_path / "small.onnx")
    assert [path.name for path in tmp_path.iterdir()] == ["small.onnx"]
    assert (tmp_path / "small.onnx").read_bytes() == b"the one before"


@pytest.mark.parametrize("size", [(1, 16, 16), (2, 64, 32), (1, 16, 96)])
def test_an_exported_network_takes_any_grid_lit_or_black(tmp_path, size):
    network = rounded_to_half(random_backbone(shape=SMALL))
    write_graph(network, tmp_path / "small.onnx")
    session = open_session(tmp_path / "small.onnx", 1)
    batch, height, width = size
    lit = torch.randn(batch, 3, height, width, generator=torch.Generator().manual_seed(0))
    for images in (lit, torch.full((batch, 3, height, width), -2.2)):
        (cls, patches, layers), found = network(images), session.run(None, {"images": images.numpy()})
        for expected, seen in zip((cls, patches, *layers), found, strict=True):
            assert seen == pytest.approx(expected.detach().numpy(), abs=1e-3)


def test_an_exported_network_says_what_torch_says(tmp_path):
    network = random_backbone(shape=SMALL)
    assert export(network, tmp_path / "small.onnx") <= 1e-3
    card = {"patch": 16, "long_side": 640, "dimension": 24, "layers": [1, 2]}
    weights.write_card("small", tmp_path / "small.onnx", card)
    images = np.random.default_rng(0).normal(size=(3, 3, 32, 64)).astype(np.float32)
    images[1] = -2.2
    backbone = load_backbone(f"{tmp_path}/small")
    found, (last, first) = backbone.encode(images), backbone.tokens(images, (-1, 1)).layers
    cls, patches, layers = network(torch.from_numpy(images))
    assert found.cls == pytest.approx(cls.detach().numpy(), abs=1e-3)
    assert found.patches == pytest.approx(patches.detach().numpy(), abs=1e-3)
    assert first == pytest.approx(layers[0].detach().numpy(), abs=1e-3)
    assert last == pytest.approx(layers[1].detach().numpy(), abs=1e-3)
    with pytest.raises(WeightsError, match="gives no layer 3; it gives 1, 2"):
        backbone.tokens(images, (3,))


def test_tokens_are_brought_to_length_one_on_request():
    tokens = of_length_one(np.array([[3.0, 4.0], [0.0, 0.0]], dtype=np.float32))
    assert tokens.tolist() == [pytest.approx([0.6, 0.8]), [0.0, 0.0]]
