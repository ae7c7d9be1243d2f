"""A text–image model: CLIP in the hub's layout with random weights, dino.txt's layout, and what is refused."""

from __future__ import annotations

import json
import math
import shutil
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from ml.baselines import HandMade
from ml.cli import main
from ml.evaluation import Sources, as_table, report
from ml.head import Head
from ml.scorer import Scorer
from ml.tools.zero_shot import Prompts, ZeroShot, ZeroShotError, load_text_image_model
from ml.tools.zero_shot.scoring import Seen, chance
from ml.tools.zero_shot.squares import cells, corners_of, joined
from ml.truth import rendered_pictures
from ml.vectors import of_length_one

WORDS = ("a", "house", "street", "festive", "lights", "dark", "lamp", "at", "night", "red", "blue")
SIDE, PATCH, LENGTH = 32, 8, 12


class ByColour:
    """A model whose space is the mean colour: sentences name one, pictures have one."""

    name, sha256, side, patch, scale = "by colour", "0" * 64, 32, 8, 20.0
    names = {"red": (1, 0, 0), "green": (0, 1, 0), "blue": (0, 0, 1)}

    def __init__(self, with_patches: bool = True) -> None:
        self.with_patches = with_patches

    def texts(self, sentences):
        return np.array([self.names[sentence] for sentence in sentences], dtype=np.float32)

    def images(self, squares):
        batch = np.stack(squares).astype(np.float32) + 1e-3
        patches = batch.reshape(-1, 4, 8, 4, 8, 3).mean(axis=(2, 4))
        return Seen(
            of_length_one(batch.mean(axis=(1, 2))), of_length_one(patches) if self.with_patches else None
        )


RED = Prompts(("red",), ("green", "blue"))


def half_red(width: int = 320, height: int = 160) -> np.ndarray:
    """Red on the left, blue on the right."""
    image = np.zeros((height, width, 3), dtype=np.uint8)
    image[:, : width // 2, 0] = 255
    image[:, width // 2 :, 2] = 255
    return image


def test_the_map_is_festive_where_the_prompt_is_seen():
    found = ZeroShot(ByColour(), RED).score(half_red())
    assert found.probability_map.shape == (4, 8)
    assert found.probability_map[:, :4].min() > 0.99
    assert found.probability_map[:, 4:].max() < 0.01
    assert found.by_patches
    assert found.probability == pytest.approx(0.5, abs=0.01)


def test_without_patches_windows_make_a_coarser_map():
    found = ZeroShot(ByColour(with_patches=False), RED).score(half_red())
    assert not found.by_patches
    assert found.probability_map.shape == (4, 8)
    assert found.probability_map[:, :3].min() > 0.99
    assert found.probability_map[:, 5:].max() < 0.01


def test_a_tall_picture_is_seen_whole_too():
    found = ZeroShot(ByColour(), RED).score(half_red().transpose(1, 0, 2))
    assert found.probability_map.shape == (8, 4)
    assert found.probability_map[:4].min() > 0.99 > 0.01 > found.probability_map[4:].max()


@pytest.mark.parametrize("size", [(1, 1), (1, 900), (7, 5)])
def test_the_smallest_pictures_have_a_probability(size):
    found = ZeroShot(ByColour(), RED).score(np.zeros((*size, 3), dtype=np.uint8))
    assert 0 <= found.probability <= 1


def test_a_longer_list_of_prompts_does_not_win_by_its_length():
    vector = of_length_one(np.ones((1, 4), dtype=np.float32))
    same = np.repeat(vector, 9, axis=0)
    assert chance(vector, same[:1], same, 100.0) == pytest.approx(0.5)


def test_the_probability_is_that_of_a_softmax_over_the_means():
    chances = np.random.default_rng(0)
    vector, festive, plain = (
        of_length_one(chances.normal(size=(n, 8)).astype(np.float32)) for n in (1, 2, 3)
    )
    weights = [np.exp(10 * (vector @ texts.T)).mean() for texts in (festive, plain)]
    assert chance(vector, festive, plain, 10.0)[0] == pytest.approx(weights[0] / sum(weights), rel=1e-5)


def test_patches_of_half_the_length_are_compared_with_the_second_half():
    texts = of_length_one(np.array([[9, 9, 0, 1], [9, 9, 1, 0]], dtype=np.float32))
    patch = np.array([[0, 1]], dtype=np.float32)
    assert chance(patch, texts[:1], texts[1:], 10.0)[0] == pytest.approx(1 / (1 + math.exp(-10)), rel=1e-4)


@pytest.mark.parametrize(("rows", "columns"), [(4, 4), (4, 7), (11, 4), (16, 4)])
def test_squares_cover_every_cell_and_only_what_is_there(rows, columns):
    corners = corners_of(rows, columns, 4, 4)
    covered = joined(rows, columns, corners, np.ones((len(corners), 4, 4), dtype=np.float32))
    assert (covered == 1).all()
    assert covered.shape == (rows, columns)


def test_cells_follow_the_pictures_shape_up_to_a_limit():
    assert cells(np.zeros((90, 160, 3), dtype=np.uint8), 9) == (9, 16)
    assert cells(np.zeros((1, 900, 3), dtype=np.uint8), 9) == (9, 36)


def write_tokenizer(folder: Path) -> None:
    """A tokenizer.json that knows eleven words, with a start and an end as CLIP's has."""
    tokenizers = pytest.importorskip("tokenizers", reason="tokenizers is an extra.")
    from tokenizers.models import WordLevel
    from tokenizers.pre_tokenizers import Whitespace
    from tokenizers.processors import TemplateProcessing

    special = ("[PAD]", "[UNK]", "<start>", "<end>")
    known = {word: number for number, word in enumerate((*special, *WORDS))}
    tokenizer = tokenizers.Tokenizer(WordLevel(known, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = Whitespace()
    tokenizer.post_processor = TemplateProcessing(
        single="<start> $A <end>", special_tokens=[("<start>", 2), ("<end>", 3)]
    )
    folder.mkdir(parents=True, exist_ok=True)
    tokenizer.save(str(folder / "tokenizer.json"))


@pytest.fixture(scope="module")
def checkpoint(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small CLIP with random weights, in the hub's own layout."""
    torch = pytest.importorskip("torch", reason="torch is an extra.")
    transformers = pytest.importorskip("transformers", reason="transformers is an extra.")
    folder = tmp_path_factory.mktemp("hub") / "clip-tiny"
    shape = {"hidden_size": 32, "intermediate_size": 64, "num_attention_heads": 2, "projection_dim": 24}
    text = {"vocab_size": 15, "num_hidden_layers": 2, "max_position_embeddings": LENGTH}
    marks = {"bos_token_id": 2, "eos_token_id": 3, "pad_token_id": 0}
    vision = {"num_hidden_layers": 3, "image_size": SIDE, "patch_size": PATCH}
    torch.manual_seed(4)
    config = transformers.CLIPConfig(
        text_config={**shape, **text, **marks}, vision_config={**shape, **vision}, projection_dim=24
    )
    transformers.CLIPModel(config).eval().save_pretrained(folder)
    write_tokenizer(folder)
    seen = {"image_mean": [0.48, 0.46, 0.41], "image_std": [0.27, 0.26, 0.28], "crop_size": SIDE}
    (folder / "preprocessor_config.json").write_text(json.dumps(seen))
    return folder


@pytest.fixture(scope="module")
def exported(checkpoint: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("onnx") / "clip-tiny"
    pytest.importorskip("onnx", reason="onnx is an extra.")
    assert main(["zero-shot", "--model", str(checkpoint), "--export", str(out)]) == 0
    return out


SENTENCES = ["a festive house at night", "a dark street", "lamp"]


def test_an_exported_checkpoint_gives_what_transformers_gives(checkpoint, exported):
    import torch
    from transformers import CLIPModel

    clip = CLIPModel.from_pretrained(checkpoint, attn_implementation="eager").eval()
    model = load_text_image_model(exported, 1)
    squares = list(np.random.default_rng(1).integers(0, 255, (3, SIDE, SIDE, 3)).astype(np.uint8))
    ids = torch.tensor([[2, 4, 7, 5, 11, 12, 3], [2, 4, 9, 6, 3, 0, 0], [2, 10, 3, 0, 0, 0, 0]])
    colours = (np.stack(squares) / 255 - [0.48, 0.46, 0.41]) / [0.27, 0.26, 0.28]
    pixels = torch.from_numpy(colours.transpose(0, 3, 1, 2)).float()
    with torch.no_grad():
        wanted = clip(input_ids=ids, attention_mask=(ids > 0).long(), pixel_values=pixels)
    texts, seen = model.texts(SENTENCES), model.images(squares)
    logits = model.scale * seen.embeds @ texts.T
    assert model.scale == pytest.approx(clip.logit_scale.exp().item(), rel=1e-5)
    assert np.abs(logits - wanted.logits_per_image.numpy()).max() < 1e-3
    assert seen.patches.shape == (3, SIDE // PATCH, SIDE // PATCH, 24)
    assert np.abs(seen.patches[0] - maskclip(clip, pixels)[0]).max() < 1e-3


def maskclip(clip, pixels):
    """Patches by the values of the last layer, of states that the library itself hands out."""
    import torch

    vision = clip.vision_model
    with torch.no_grad():
        states = vision(pixels, output_hidden_states=True).hidden_states[-2]
        last = vision.encoder.layers[-1]
        values = last.self_attn.out_proj(last.self_attn.v_proj(last.layer_norm1(states)))
        found = clip.visual_projection(vision.post_layernorm(values[:, 1:]))
    return of_length_one(found.numpy()).reshape(len(found), SIDE // PATCH, SIDE // PATCH, -1)


def photo(folder: Path, name: str = "photo.png") -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    Image.fromarray(half_red(160, 90)).save(folder / name)
    return folder / name


def test_the_command_writes_a_line_and_an_overlay(exported, tmp_path, capsys):
    shown = photo(tmp_path)
    command = ["zero-shot", str(shown), "--model", str(exported), "--out", str(tmp_path / "out"), "--json"]
    assert main([*command, "--festive", "festive lights", "--plain", "dark street", "a lamp"]) == 0
    line = json.loads(capsys.readouterr().out)
    assert 0 <= line["probability"] <= 1
    assert line["by_patches"]
    with Image.open(line["overlay"]) as overlay:
        assert overlay.size == (160, 90)


def test_pictures_of_one_name_keep_their_own_overlays(exported, tmp_path, capsys):
    shown = [str(photo(tmp_path / place)) for place in ("one", "two")]
    assert main(["zero-shot", *shown, "--model", str(exported), "--out", str(tmp_path / "out")]) == 0
    names = sorted(path.name for path in (tmp_path / "out").iterdir())
    assert names == ["photo-zero-shot-2.jpg", "photo-zero-shot.jpg"]


def test_the_command_goes_on_after_a_broken_picture(exported, tmp_path, capsys):
    photo(tmp_path / "in")
    (tmp_path / "in" / "a.jpg").write_bytes(b"")
    assert main(["zero-shot", str(tmp_path / "in"), "--model", str(exported)]) == 1
    first, second = capsys.readouterr().out.splitlines()
    assert "cannot be read" in first
    assert "% festive" in second


def test_an_evaluation_puts_it_beside_the_scorer(exported, tmp_path):
    masks = tmp_path / "unseen" / "masks"
    photo(tmp_path / "unseen" / "photos")
    masks.mkdir()
    Image.fromarray((half_red(160, 90)[:, :, 0] > 0).astype(np.uint8) * 255).save(masks / "photo.png")
    weight = np.ones(HandMade.dimension, dtype=np.float32)
    limits = {"some": 0.01, "many": 0.1, "most": 0.3}
    head = Head("any", "any", weight, 0.0, HandMade.sha256, limits, limits)
    sources = Sources(None, rendered_pictures(tmp_path / "unseen"), zero_shot=exported)
    rows = report(Scorer(HandMade(), head), sources, False, tmp_path / "work")
    precision = next(row for row in rows if row.figure == "average_precision")
    assert list(precision.found) == ["scorer", "zero-shot map", "zero-shot picture"]
    assert precision.found["zero-shot picture"].value == pytest.approx(0.5, abs=0.01)
    assert "zero-shot map" in as_table(rows).splitlines()[0]


def save_graph(path: Path, nodes, inputs, outputs, constants=()) -> Path:
    onnx = pytest.importorskip("onnx", reason="onnx is an extra.")
    helper, kinds = onnx.helper, {"ids": onnx.TensorProto.INT64, "x": onnx.TensorProto.FLOAT}
    graph = helper.make_graph(
        [helper.make_node(*node[:3], **(node[3] if len(node) > 3 else {})) for node in nodes],
        "graph",
        [helper.make_tensor_value_info(name, kinds[kind], shape) for name, kind, shape in inputs],
        [helper.make_tensor_value_info(name, kinds["x"], shape) for name, shape in outputs],
        [onnx.numpy_helper.from_array(value, name) for name, value in constants],
    )
    path.parent.mkdir(parents=True, exist_ok=True)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9)
    onnx.save(model, str(path))
    return path


def colour_graphs(folder: Path) -> Path:
    """dino.txt's layout: pictures (B, 6), CLS and mean patch, patches (B, 16, 3), mean colours, and sentences that name one."""
    write_tokenizer(folder)
    table = np.zeros((15, 6), dtype=np.float32)
    table[WORDS.index("red") + 4] = (1, 0, 0, 1, 0, 0)
    table[WORDS.index("blue") + 4] = (0, 0, 1, 0, 0, 1)
    save_graph(
        folder / "text_model.onnx",
        [
            ("Gather", ["table", "input_ids"], ["words"]),
            ("ReduceSum", ["words", "one"], ["text_embeds"], {"keepdims": 0}),
        ],
        [("input_ids", "ids", ["T", "L"])],
        [("text_embeds", ["T", 6])],
        [("table", table), ("one", np.array([1]))],
    )
    save_graph(
        folder / "vision_model.onnx",
        [
            ("AveragePool", ["pixel_values"], ["pooled"], {"kernel_shape": [8, 8], "strides": [8, 8]}),
            ("Reshape", ["pooled", "flat"], ["columns"]),
            ("Transpose", ["columns"], ["patch_embeds"], {"perm": [0, 2, 1]}),
            ("ReduceMean", ["patch_embeds"], ["mean"], {"axes": [1], "keepdims": 0}),
            ("Concat", ["mean", "mean"], ["image_embeds"], {"axis": 1}),
        ],
        [("pixel_values", "x", ["B", 3, 32, 32])],
        [("image_embeds", ["B", 6]), ("patch_embeds", ["B", 16, 3])],
        [("flat", np.array([0, 3, 16]))],
    )
    (folder / "config.json").write_text(json.dumps({"vision_config": {"image_size": 32, "patch_size": 8}}))
    seen = {"image_mean": [0, 0, 0], "image_std": [1, 1, 1]}
    (folder / "preprocessor_config.json").write_text(json.dumps(seen))
    return folder


def test_the_layout_of_dino_txt_gives_a_map_of_patches(tmp_path):
    model = load_text_image_model(colour_graphs(tmp_path / "dinotxt"), 1)
    found = ZeroShot(model, Prompts(("red lights",), ("blue lights", "a blue house"))).score(half_red())
    assert found.probability_map[:, :4].min() > 0.99 > 0.01 > found.probability_map[:, 4:].max()


def test_one_graph_for_both_will_do(tmp_path):
    folder = colour_graphs(tmp_path / "one")
    onnx = pytest.importorskip("onnx", reason="onnx is an extra.")
    text, image = (onnx.load(str(folder / f"{name}_model.onnx")) for name in ("text", "vision"))
    both = onnx.compose.merge_models(text, image, io_map=[])
    onnx.save(both, str(folder / "model.onnx"))
    for name in ("text", "vision"):
        (folder / f"{name}_model.onnx").unlink()
    found = ZeroShot(load_text_image_model(folder, 1), Prompts(("red",), ("blue",))).score(half_red())
    assert found.probability_map[:, :4].min() > 0.99 > 0.01 > found.probability_map[:, 4:].max()


def refused(folder: Path) -> str:
    with pytest.raises(ZeroShotError) as error:
        load_text_image_model(folder, 1)
    return str(error.value)


def test_every_part_that_is_missing_or_broken_is_named(tmp_path):
    assert "There is no folder" in refused(tmp_path / "gone")
    assert "no tokenizer.json" in refused(tmp_path)
    write_tokenizer(tmp_path)
    assert "neither text_model.onnx" in refused(tmp_path)
    folder = colour_graphs(tmp_path / "model")
    graph = (folder / "vision_model.onnx").read_bytes()
    (folder / "vision_model.onnx").write_bytes(graph[: len(graph) // 2])
    assert "cannot be read as an ONNX graph" in refused(folder)
    shutil.copyfile(folder / "text_model.onnx", folder / "vision_model.onnx")
    assert "is no such graph" in refused(folder)
    (folder / "vision_model.onnx").write_bytes(graph)
    (folder / "config.json").write_text('{"vision_config": {"image_size": 32, "patch_size": 16}}')
    assert "4 patches of 6 or 3 numbers were expected" in refused(folder)
    (folder / "config.json").write_text('{"vision_config": {"image_size": 48, "patch_size": 8}}')
    assert "cannot be run on what config.json says" in refused(folder)
    (folder / "zero_shot.json").write_text('{"logit_scale": "hot"}')
    assert "logit_scale has to be a number" in refused(folder)
    (folder / "zero_shot.json").unlink()
    (folder / "config.json").write_text("[")
    assert "cannot be read as JSON" in refused(folder)
    (folder / "tokenizer.json").write_text("{}")
    (folder / "config.json").unlink()
    assert "as a tokenizer" in refused(folder)


def test_without_the_tokenizers_library_one_sentence_says_so(tmp_path, monkeypatch, capsys):
    folder, shown = colour_graphs(tmp_path / "model"), photo(tmp_path / "in")
    monkeypatch.setitem(sys.modules, "tokenizers", None)
    assert main(["zero-shot", str(shown), "--model", str(folder)]) == 2
    assert "pip install tokenizers" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("library", "said"), [("transformers", "pip install transformers"), ("torch", "torch")]
)
def test_an_export_without_its_libraries_says_so(library, said, checkpoint, tmp_path, monkeypatch, capsys):
    monkeypatch.setitem(sys.modules, library, None)
    assert main(["zero-shot", "--model", str(checkpoint), "--export", str(tmp_path / "out")]) == 2
    assert said in capsys.readouterr().err


def test_a_checkpoint_that_is_none_is_refused(tmp_path, capsys):
    pytest.importorskip("torch", reason="torch is an extra.")
    assert main(["zero-shot", "--model", str(tmp_path), "--export", str(tmp_path / "out")]) == 2
    assert "config.json is missing" in capsys.readouterr().err


def test_empty_prompts_and_empty_folders_are_refused(exported, tmp_path, capsys):
    with pytest.raises(ZeroShotError, match="at least one"):
        Prompts(("red",), ())
    assert main(["zero-shot", str(photo(tmp_path / "in")), "--model", str(exported), "--plain", " "]) == 2
    assert main(["zero-shot", "--model", str(exported)]) == 2
    assert "at least one picture" in capsys.readouterr().err
