# ruff: noqa: E402 (what needs torch is imported after the question whether it is there)
import numpy as np
import pytest

torch = pytest.importorskip(
    "torch", reason="torch is an extra: pre-training and export are not tested without it."
)
pytest.importorskip("onnx", reason="onnx is an extra: export is not tested without it.")

from ml import weights
from ml.backbone import load_backbone
from ml.export import export
from ml.network import NetworkShape, random_backbone, rotary_angles

SMALL = NetworkShape(width=24, depth=2, heads=2, stem=4, context_layers=1, tapped_layer=1)


def test_the_network_takes_any_grid():
    network = random_backbone(shape=SMALL)
    for height, width in ((16, 16), (48, 112)):
        cls, patches = network(torch.zeros(2, 3, height, width))
        assert cls.shape == (2, 24)
        assert patches.shape == (2, height // 16, width // 16, SMALL.patch_dimension)


def test_positions_tell_patches_apart_but_not_the_cls():
    cos, sin = rotary_angles(3, 4, 12, torch.device("cpu"))
    assert cos.shape == (13, 12)
    assert torch.all(sin[0] == 0)
    assert len(torch.unique(sin[1:], dim=0)) == 12


def test_the_same_seed_gives_the_same_network():
    first, second = random_backbone(3, SMALL), random_backbone(3, SMALL)
    assert all(torch.equal(a, b) for a, b in zip(first.parameters(), second.parameters(), strict=True))


def test_an_exported_network_says_what_torch_says(tmp_path):
    network = random_backbone(shape=SMALL)
    assert export(network, tmp_path / "small.onnx") <= 1e-3
    weights.write_card("small", tmp_path / "small.onnx", {"patch": 16, "long_side": 640, "dimension": 24})
    images = np.random.default_rng(0).normal(size=(3, 3, 32, 64)).astype(np.float32)
    found = load_backbone(f"{tmp_path}/small").encode(images)
    cls, patches = network(torch.from_numpy(images))
    assert found.cls == pytest.approx(cls.detach().numpy(), abs=1e-3)
    assert found.patches == pytest.approx(patches.detach().numpy(), abs=1e-3)
