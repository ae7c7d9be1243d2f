"""Every architecture: transformers, our torch and the exported graph say the same of every patch."""

import numpy as np
import pytest

from ml import weights
from ml.backbone import load_backbone
from ml.backbones import store
from ml.types import WeightsError
from tests.ml import hub

torch = pytest.importorskip("torch")
pytest.importorskip("transformers")
pytest.importorskip("onnx")
TOLERANCE = 1e-3
SIZES = ((5, 5), (3, 6))


@pytest.fixture(scope="module")
def models(tmp_path_factory):
    """Every make as a checkpoint and as a graph, in a models folder of its own."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("FESTIVITY_MODELS", str(tmp_path_factory.mktemp("models")))
        for make in hub.MAKES:
            store.add(hub.checkpoint(make, tmp_path_factory.mktemp("hub")), make)
            store.export(make)
        yield
    weights.find.cache_clear()


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("make", hub.MAKES)
@pytest.mark.parametrize("form", ["", "-graph"])
def test_cls_and_every_patch_are_those_of_transformers(models, make, form, size):
    backbone = load_backbone(f"{make}{form}", threads=1)
    images = hub.noise(2, *size, backbone.patch)
    with torch.no_grad():
        expected = hub.reference(make)(pixel_values=torch.from_numpy(images)).last_hidden_state.numpy()
    tokens = backbone.tokens(images)
    patches = expected[:, -size[0] * size[1] :].reshape(2, *size, -1)
    assert hub.relative(tokens.cls, expected[:, 0]) < TOLERANCE
    assert hub.relative(tokens.layers[0], patches) < TOLERANCE


@pytest.mark.parametrize("make", ["dinov2-registers", "dinov3"])
def test_middle_layers_are_those_of_transformers_after_the_last_norm(models, make):
    backbone = load_backbone(make, threads=1)
    images = hub.noise(1, 3, 4, backbone.patch)
    model = hub.reference(make)
    with torch.no_grad():
        hidden = model(pixel_values=torch.from_numpy(images), output_hidden_states=True).hidden_states[2]
        normed = (model.layernorm if hasattr(model, "layernorm") else model.norm)(hidden).numpy()
    for form in ("", "-graph"):
        (grid,) = load_backbone(f"{make}{form}", threads=1).tokens(images, layers=(2,)).layers
        assert hub.relative(grid, normed[:, -12:].reshape(1, 3, 4, -1)) < TOLERANCE


@pytest.mark.parametrize("make", hub.MAKES)
def test_a_batch_says_what_each_picture_says_alone(models, make):
    backbone = load_backbone(f"{make}-graph", threads=1)
    images = hub.noise(3, 2, 3, backbone.patch)
    together = backbone.tokens(images)
    for row in range(3):
        alone = backbone.tokens(images[row : row + 1])
        np.testing.assert_allclose(alone.layers[0][0], together.layers[0][row], atol=1e-4)
        np.testing.assert_allclose(alone.cls[0], together.cls[row], atol=1e-4)


def test_stages_of_a_convnext_share_one_grid(models):
    backbone = load_backbone("dinov3-convnext", threads=1)
    grids = backbone.tokens(hub.noise(1, 2, 3, 32), layers=(1, 2, 3, 4)).layers
    assert [grid.shape for grid in grids] == [(1, 2, 3, width) for width in (8, 8, 16, 16)]


def test_bf16_stays_near_single_precision(models):
    images = hub.noise(1, 4, 4, 16)
    single = load_backbone("dinov3", threads=1).tokens(images)
    half = load_backbone("dinov3", threads=1, precision="bf16").tokens(images)
    assert 0 < hub.relative(half.layers[0], single.layers[0]) < 0.1


@pytest.mark.skipif(not torch.cuda.is_available(), reason="no GPU")
@pytest.mark.parametrize("make", hub.MAKES)
def test_bf16_on_a_gpu_stays_near_single_precision_on_the_cpu(models, make):
    single = load_backbone(make, threads=1, engine="torch-cpu")
    images = hub.noise(2, 4, 5, single.patch)
    half = load_backbone(make, engine="torch-cuda", precision="bf16").tokens(images)
    assert hub.relative(half.layers[0], single.tokens(images).layers[0]) < 0.1


def test_int8_is_made_once_and_stays_near_single_precision(models):
    images = hub.noise(1, 4, 4, 14)
    single = load_backbone("dinov2-graph", threads=1).tokens(images)
    reduced = load_backbone("dinov2-graph", threads=1, precision="int8").tokens(images)
    assert 0 < hub.relative(reduced.layers[0], single.layers[0]) < 0.2
    assert len(list((weights.models_folder() / "reduced").glob("dinov2-graph-int8-*.onnx"))) == 1


def test_unit_tokens_have_length_one(models):
    tokens = load_backbone("webssl-graph", threads=1).tokens(hub.noise(1, 2, 2, 14), (1, -1), unit=True)
    for vectors in (tokens.cls, *tokens.layers):
        np.testing.assert_allclose(np.linalg.norm(vectors, axis=-1), 1, atol=1e-5)


def test_weights_of_another_network_are_refused(models, tmp_path):
    folder = hub.checkpoint("dinov3", tmp_path / "mixed")
    (folder / "config.json").write_text(
        (hub.checkpoint("dinov2", tmp_path / "v2") / "config.json").read_text()
    )
    with pytest.raises(WeightsError, match="does not fit its config"):
        store.add(folder, "mixed")


def test_a_checkpoint_cut_short_is_refused(models, tmp_path):
    path = hub.checkpoint("dinov2", tmp_path / "cut") / "model.safetensors"
    path.write_bytes(path.read_bytes()[:3000])
    with pytest.raises(WeightsError, match="cut short"):
        store.add(path.parent, "cut")
