"""Published graphs load as they are, and give layers that they only compute."""

import shutil

import numpy as np
import pytest

from ml import weights
from ml.backbone import load_backbone
from ml.backbones import store
from ml.types import PictureError, WeightsError
from tests.ml import hub


@pytest.fixture(autouse=True)
def models(tmp_path, monkeypatch):
    monkeypatch.setenv("FESTIVITY_MODELS", str(tmp_path / "models"))
    weights.find.cache_clear()
    yield
    weights.find.cache_clear()


@pytest.mark.parametrize(
    ("size", "width", "heads"), [("small", 384, 6), ("base", 768, 12), ("large", 1024, 16)]
)
def test_the_published_layout_of_dinov2_loads_with_its_dimension(tmp_path, size, width, heads):
    shape = {"hidden_size": width, "num_attention_heads": heads, "num_hidden_layers": 1, "mlp_ratio": 1}
    store.add(hub.published_graph(tmp_path / size, **shape), f"my-dinov2-{size}")
    backbone = load_backbone(f"my-dinov2-{size}", threads=1)
    tokens = backbone.tokens(hub.noise(1, 2, 3, 14))
    assert (backbone.patch, backbone.dimension, tokens.cls.shape) == (14, width, (1, width))
    assert tokens.layers[0].shape == (1, 2, 3, width)


def test_layers_inside_a_published_graph_are_those_of_transformers(tmp_path):
    torch = pytest.importorskip("torch")
    transformers = pytest.importorskip("transformers")
    folder = hub.published_graph(tmp_path / "published")
    store.add(folder, "published")
    backbone = load_backbone("published", threads=1)
    images = hub.noise(2, 3, 5, 14)
    torch.manual_seed(0)
    model = transformers.Dinov2Model(transformers.Dinov2Config(**hub.V2)).eval()
    with torch.no_grad():
        found = model(pixel_values=torch.from_numpy(images), output_hidden_states=True)
        expected = [model.layernorm(hidden).numpy()[:, 1:] for hidden in found.hidden_states[1:]]
    tokens = backbone.tokens(images, (1, 2, 3))
    for grid, sequence in zip(tokens.layers, expected, strict=True):
        assert hub.relative(grid, sequence.reshape(2, 3, 5, -1)) < 1e-3


def test_a_head_may_listen_to_several_layers_of_a_graph(tmp_path):
    store.add(hub.published_graph(tmp_path / "published"), "published")
    backbone = load_backbone("published@1,3", threads=1)
    patches = backbone.encode(hub.noise(1, 2, 2, 14)).patches
    first, last = backbone.tokens(hub.noise(1, 2, 2, 14), (1, 3)).layers
    np.testing.assert_array_equal(patches, np.concatenate([first, last], axis=-1))
    assert (backbone.name, backbone.voices) == ("published@1,3", ((0, 32), (32, 64)))
    assert backbone.sha256 != load_backbone("published").sha256


def test_layers_that_a_graph_does_not_have_are_refused(tmp_path):
    store.add(hub.published_graph(tmp_path / "published"), "published")
    with pytest.raises(WeightsError, match="gives no layer 4; it gives 1, 2, 3"):
        load_backbone("published").tokens(hub.noise(1, 2, 2, 14), (4,))
    with pytest.raises(WeightsError, match="not whole numbers"):
        load_backbone("published@last")


def test_pictures_that_are_not_whole_patches_are_refused(tmp_path):
    store.add(hub.published_graph(tmp_path / "published"), "published")
    with pytest.raises(PictureError, match="whole patches of 14 pixels, not 30x28"):
        load_backbone("published").tokens(np.zeros((1, 3, 28, 30), dtype=np.float32))


def test_files_that_are_no_backbone_are_refused(tmp_path):
    folder = hub.published_graph(tmp_path / "published")
    whole = (folder / "onnx" / "model.onnx").read_bytes()
    (tmp_path / "cut.onnx").write_bytes(whole[: len(whole) // 2])
    (tmp_path / "words.txt").write_text("no network")
    (tmp_path / "empty").mkdir()
    for path, words in (
        ("cut.onnx", "cut short"),
        ("words.txt", "is no backbone"),
        ("empty", "holds no backbone"),
        ("nowhere", "does not exist"),
    ):
        with pytest.raises(WeightsError, match=words):
            store.add(tmp_path / path)


def test_a_name_that_is_taken_is_refused(tmp_path):
    folder = hub.published_graph(tmp_path / "published")
    for name, words in (
        ("embedded", "another backbone named"),
        ("dinov2-small-onnx", "is not the published"),
        ("a name", "is not a name"),
    ):
        with pytest.raises(WeightsError, match=words):
            store.add(folder, name)


def test_an_added_file_that_changes_is_found_out(tmp_path):
    source = store.add(hub.published_graph(tmp_path / "published"), "published")
    assert store.verify("published").sha256 == source.sha256
    shutil.copyfile(weights.find("embedded").path, source.path)
    with pytest.raises(WeightsError, match="is not the file"):
        store.verify("published")
