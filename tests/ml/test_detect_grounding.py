import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image as Pillow

from ml.cli import main
from ml.tools.detect import DetectError
from ml.tools.detect.crops import kept_inside
from ml.tools.detect.grounding import GroundingCropper, asked, inputs_of, prepared, read_out, wanted_size
from ml.tools.detect.wordpiece import Vocabulary, read_vocabulary
from ml.types import Image

WORDS = [
    "[PAD]",
    "[UNK]",
    "[CLS]",
    "[SEP]",
    "[MASK]",
    ".",
    "house",
    "building",
    "a",
    "##s",
    "##ing",
    "build",
    "cafe",
    ",",
]
PREPARATION = {
    "image_processor_type": "GroundingDinoImageProcessor",
    "size": {"shortest_edge": 64, "longest_edge": 96},
    "image_mean": [0.485, 0.456, 0.406],
    "image_std": [0.229, 0.224, 0.225],
}


def photo(height: int = 60, width: int = 100) -> Image:
    return np.random.default_rng(5).integers(0, 256, (height, width, 3)).astype(np.uint8)


def write_settings(folder: Path) -> Path:
    """A folder as the hub keeps a detector, but for its weights."""
    folder.mkdir(exist_ok=True)
    (folder / "config.json").write_text(json.dumps({"model_type": "grounding-dino"}))
    (folder / "preprocessor_config.json").write_text(json.dumps(PREPARATION))
    (folder / "vocab.txt").write_text("\n".join(WORDS) + "\n")
    return folder


@pytest.fixture(scope="module")
def checkpoint(tmp_path_factory) -> Path:
    """A small Grounding DINO with random weights, written by transformers itself."""
    torch = pytest.importorskip("torch")
    transformers = pytest.importorskip("transformers")
    torch.manual_seed(0)
    eye = transformers.SwinConfig(
        image_size=64,
        embed_dim=16,
        depths=[1] * 4,
        num_heads=[1, 2, 2, 2],
        window_size=4,
        out_indices=[2, 3, 4],
    )
    ear = transformers.BertConfig(
        vocab_size=64, hidden_size=32, num_hidden_layers=1, num_attention_heads=2, intermediate_size=32
    )
    network = transformers.GroundingDinoForObjectDetection(
        transformers.GroundingDinoConfig(
            backbone_config=eye,
            text_config=ear,
            num_queries=12,
            d_model=32,
            encoder_layers=1,
            decoder_layers=2,
            encoder_ffn_dim=32,
            decoder_ffn_dim=32,
            encoder_attention_heads=2,
            decoder_attention_heads=2,
            disable_custom_kernels=True,
        )
    )
    folder = write_settings(tmp_path_factory.mktemp("detector"))
    network.save_pretrained(folder)
    return folder


def write_graph(folder: Path, boxes: list[list[float]], logits: list[list[float]]) -> Path:
    """An ONNX graph with the published names; each box moves by the picture's mean, so that the picture has to arrive."""
    onnx = pytest.importorskip("onnx")
    helper, kinds = onnx.helper, onnx.TensorProto
    constants = {"boxes": np.array([boxes], np.float32), "words": np.array([logits], np.float32)}
    tensors = [onnx.numpy_helper.from_array(value, name) for name, value in constants.items()]
    nodes = [
        helper.make_node("ReduceMean", ["pixel_values"], ["mean"], keepdims=0),
        helper.make_node("Mul", ["mean", "mean"], ["square"]),
        helper.make_node("Sub", ["square", "square"], ["nothing"]),
        helper.make_node("Add", ["boxes", "nothing"], ["pred_boxes"]),
        helper.make_node("Identity", ["words"], ["logits"]),
    ]
    pixels = helper.make_tensor_value_info("pixel_values", kinds.FLOAT, [1, 3, "height", "width"])
    ids = helper.make_tensor_value_info("input_ids", kinds.INT64, [1, "length"])
    outputs = [helper.make_tensor_value_info(name, kinds.FLOAT, None) for name in ("logits", "pred_boxes")]
    graph = helper.make_graph(nodes, "detector", [pixels, ids], outputs, tensors)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9)
    (folder / "onnx").mkdir()
    onnx.save(model, folder / "onnx" / "model.onnx")
    return folder


def test_our_code_finds_what_transformers_finds(checkpoint):
    torch = pytest.importorskip("torch")
    transformers = pytest.importorskip("transformers")
    from transformers.models.grounding_dino.image_processing_pil_grounding_dino import (
        GroundingDinoImageProcessorPil,
    )

    tokenizer = transformers.BertTokenizer(vocab=str(checkpoint / "vocab.txt"))
    processor = transformers.GroundingDinoProcessor(
        GroundingDinoImageProcessorPil.from_pretrained(checkpoint), tokenizer
    )
    image = Pillow.fromarray(photo())
    asked_for = processor(images=image, text="house . building .", return_tensors="pt")
    network = transformers.GroundingDinoForObjectDetection.from_pretrained(checkpoint).eval()
    with torch.no_grad():
        answer = network(**asked_for)
    threshold = float(answer.logits.sigmoid().max(dim=-1).values.sort().values[0, 5:7].mean())
    (theirs,) = processor.post_process_grounded_object_detection(
        answer, threshold=threshold, text_threshold=threshold, target_sizes=[(1, 1)]
    )
    cropper = GroundingCropper(checkpoint, threshold=threshold)
    numbers, vocabulary = cropper._numbers, cropper._vocabulary
    assert list(numbers) == asked_for["input_ids"][0].tolist()
    given = inputs_of(photo(), numbers, PREPARATION)
    assert given["pixel_values"] == pytest.approx(asked_for["pixel_values"].numpy(), abs=1e-5)
    ours = read_out(*cropper._engine.run(given), numbers, vocabulary, threshold)
    kept = [place for place, box in enumerate(theirs["boxes"]) if kept_inside(tuple(box.tolist()))]
    assert len(ours) == len(kept) > 2
    for crop, place in zip(ours, kept, strict=True):
        assert crop.box == pytest.approx(theirs["boxes"][place].clamp(0, 1).tolist(), abs=1e-4)
        assert crop.score == pytest.approx(float(theirs["scores"][place]), abs=1e-4)
        words = theirs["text_labels"][place].replace(".", " ").replace("[SEP]", " ").split()
        assert crop.why == (" ".join(words) or "something")


def test_a_graph_and_its_words_give_crops(tmp_path):
    folder = write_graph(
        write_settings(tmp_path / "d"),
        boxes=[[0.3, 0.5, 0.4, 0.6], [0.7, 0.5, 0.2, 0.2], [0.5, 0.5, 0.1, 0.1]],
        logits=[[-9, 2, -9, -9, -9, -9], [-9, -9, -9, 1, -9, -9], [-9, -2, -9, -9, -9, -9]],
    )
    first, second = GroundingCropper(folder).crops(photo())
    assert (first.why, first.box) == ("house", pytest.approx((0.1, 0.2, 0.5, 0.8), abs=1e-5))
    assert (second.why, second.score) == ("building", pytest.approx(0.7311, abs=1e-4))


def test_where_nothing_is_found_it_is_the_middle(tmp_path):
    folder = write_graph(write_settings(tmp_path / "d"), [[0.5, 0.5, 0.5, 0.5]], [[-9] * 6])
    assert [crop.why for crop in GroundingCropper(folder).crops(photo())] == ["middle"]


def test_another_threshold_or_prompt_is_another_cropper(tmp_path):
    folder = write_graph(write_settings(tmp_path / "d"), [[0.5, 0.5, 0.5, 0.5]], [[2] * 6])
    croppers = [
        GroundingCropper(folder),
        GroundingCropper(folder, "house ."),
        GroundingCropper(folder, threshold=0.3),
    ]
    assert len({cropper.sha256 for cropper in croppers}) == 3


def test_words_become_pieces_and_words_again():
    vocabulary = Vocabulary(dict(enumerate(WORDS)))
    numbers = vocabulary.encode("A Café, houses . castle .")
    assert [WORDS[number] for number in numbers] == [
        *("[CLS]", "a", "cafe", ",", "house", "##s", ".", "[UNK]", ".", "[SEP]")
    ]
    assert vocabulary.decode(numbers[4:6]) == "houses"


def test_a_vocabulary_is_also_read_from_tokenizer_json(tmp_path):
    pieces = {piece: number for number, piece in enumerate(WORDS)}
    (tmp_path / "tokenizer.json").write_text(json.dumps({"model": {"vocab": pieces}}))
    assert read_vocabulary(tmp_path).pieces == dict(enumerate(WORDS))


def test_a_prompt_ends_every_phrase_with_a_full_stop():
    assert asked("House. tall Building") == "house . tall building ."
    with pytest.raises(DetectError, match="needs words"):
        asked(" . ")


@pytest.mark.parametrize(
    ("size", "wanted"),
    [
        ((450, 800), (750, 1333)),
        ((480, 640), (800, 1066)),
        ((1333, 100), (1333, 100)),
        ((600, 600), (800, 800)),
    ],
)
def test_the_short_side_grows_to_800_and_the_long_one_at_most_to_1333(size, wanted):
    assert wanted_size(*size, {"shortest_edge": 800, "longest_edge": 1333}) == wanted


def test_a_fixed_size_is_kept_to():
    assert prepared(photo(), {"size": {"height": 40, "width": 48}}).shape == (1, 3, 40, 48)


@pytest.mark.parametrize(
    ("spoil", "sentence"),
    [
        (lambda folder: (folder / "config.json").unlink(), "holds no detector"),
        (lambda folder: (folder / "config.json").write_text("{"), "is damaged"),
        (lambda folder: (folder / "config.json").write_text('{"model_type": "bert"}'), "not Grounding DINO"),
        (lambda folder: (folder / "vocab.txt").unlink(), "no readable vocabulary"),
        (lambda folder: (folder / "vocab.txt").write_text("house"), "not that of a BERT"),
        (lambda folder: (folder / "onnx/model.onnx").unlink(), "holds no weights"),
        (lambda folder: (folder / "onnx/model.onnx").write_bytes(b"\x08\x09"), "cannot be opened"),
    ],
)
def test_a_folder_that_is_no_detector_is_a_sentence_and_exit_code_2(spoil, sentence, tmp_path, capsys):
    folder = write_graph(write_settings(tmp_path / "d"), [[0.5, 0.5, 0.5, 0.5]], [[2] * 6])
    spoil(folder)
    Pillow.fromarray(photo()).save(tmp_path / "a.png")
    assert main(["detect", str(tmp_path / "a.png"), "--crop", "detector", "--detector", str(folder)]) == 2
    assert sentence in capsys.readouterr().err


def test_a_cut_checkpoint_is_a_sentence(checkpoint, tmp_path):
    folder = write_settings(tmp_path / "d")
    (folder / "config.json").write_text((checkpoint / "config.json").read_text())
    (folder / "model.safetensors").write_bytes((checkpoint / "model.safetensors").read_bytes()[:1000])
    with pytest.raises(DetectError, match="may be cut short"):
        GroundingCropper(folder)
