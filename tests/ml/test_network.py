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
from ml.network import NetworkShape, lit_patches, random_backbone, rotary_angles
from ml.transforms import normalised
from ml.types import WeightsError

SMALL = NetworkShape(width=24, depth=2, heads=2, stem=4, context_layers=1, tapped_layer=1)


def normalised_square(value):
    """A plain picture (1, 3, 128, 128) of one grey value from 0 to 255."""
    return torch.from_numpy(normalised([np.full((128, 128, 3), value, dtype=np.uint8)]))


def test_the_network_takes_any_grid():
    network = random_backbone(shape=SMALL)
    for height, width in ((16, 16), (48, 112)):
        cls, patches = network(torch.zeros(2, 3, height, width))
        assert cls.shape == (2, 24)
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
    cls, patches = random_backbone(shape=SMALL)(normalised_square(0))
    assert torch.isfinite(cls).all()
    assert torch.isfinite(patches).all()


def test_dark_patches_do_not_touch_the_features_of_lit_ones():
    network = random_backbone(shape=SMALL)
    bright, grey = normalised_square(0), normalised_square(0)
    bright[..., :16, :16] = 2.0
    grey[..., :16, :16], grey[..., 96:, 96:] = 2.0, normalised_square(15)[0, 0, 0, 0]
    far = slice(-2 * SMALL.width, None)
    (_, first), (_, second) = network(bright), network(grey)
    assert torch.allclose(first[0, 0, 0, far], second[0, 0, 0, far], atol=1e-6)
    assert torch.all(second[0, 7, 7, far] == 0)


def test_a_picture_in_a_batch_has_the_features_that_it_has_alone():
    network = random_backbone(shape=SMALL)
    images = torch.randn(3, 3, 48, 64, generator=torch.Generator().manual_seed(0))
    images[1, :, :, 16:], images[2] = -2.2, -2.2
    cls, patches = network(images)
    for row in range(3):
        alone_cls, alone_patches = network(images[row : row + 1])
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
        (cls, patches), found = network(images), session.run(None, {"images": images.numpy()})
        assert found[0] == pytest.approx(cls.detach().numpy(), abs=1e-3)
        assert found[1] == pytest.approx(patches.detach().numpy(), abs=1e-3)


def test_an_exported_network_says_what_torch_says(tmp_path):
    network = random_backbone(shape=SMALL)
    assert export(network, tmp_path / "small.onnx") <= 1e-3
    weights.write_card("small", tmp_path / "small.onnx", {"patch": 16, "long_side": 640, "dimension": 24})
    images = np.random.default_rng(0).normal(size=(3, 3, 32, 64)).astype(np.float32)
    images[1] = -2.2
    found = load_backbone(f"{tmp_path}/small").encode(images)
    cls, patches = network(torch.from_numpy(images))
    assert found.cls == pytest.approx(cls.detach().numpy(), abs=1e-3)
    assert found.patches == pytest.approx(patches.detach().numpy(), abs=1e-3)
