"""A text–image model from a folder, run by ONNX Runtime; `ml.tools.zero_shot.folder` says what the folder holds."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from ml import transforms
from ml.backbone import open_session
from ml.tools.zero_shot.folder import colours, graphs_in, read_json, scale_of, side_of, whole
from ml.tools.zero_shot.scoring import Seen, ZeroShotError
from ml.types import Floats, Image
from ml.vectors import of_length_one
from ml.weights import sha256_of

if TYPE_CHECKING:
    from onnxruntime import InferenceSession
    from tokenizers import Tokenizer

SIDE_PX, PATCH_PX, LONGEST_TEXT, SCALE = 224, 16, 77, 100.0
MOST_IN_FRONT = 5
TOKENIZER_IS_MISSING = (
    "The zero-shot score needs the tokenizers library, which is not installed: pip install tokenizers."
)


class OnnxTextImage:
    """See `ml.tools.zero_shot.scoring.TextImageModel`. The sessions open with the first sentence and the first picture.

    `scale` is 100, at which CLIP's training ends, where the folder does not say.
    """

    def __init__(self, folder: Path, threads: int | None = None) -> None:
        self.name = folder.name
        self._folder, self._threads = folder, threads
        self._text_path, self._image_path = graphs_in(folder)
        seen = read_json(folder / "preprocessor_config.json")
        config, card = read_json(folder / "config.json"), read_json(folder / "zero_shot.json")
        vision, text = config.get("vision_config") or {}, config.get("text_config") or {}
        side = card.get("image_size") or vision.get("image_size") or side_of(seen) or SIDE_PX
        patch = card.get("patch_size") or vision.get("patch_size") or PATCH_PX
        longest = card.get("longest_text") or text.get("max_position_embeddings") or LONGEST_TEXT
        self.side, self.patch = whole(side, "image_size"), whole(patch, "patch_size")
        self._longest = whole(longest, "longest_text")
        self._mean = colours(seen.get("image_mean"), transforms.MEAN)
        self._deviation = colours(seen.get("image_std"), transforms.DEVIATION)
        self.scale = scale_of(card.get("logit_scale", SCALE))
        paths = [folder / "tokenizer.json", self._text_path, self._image_path]
        self.sha256 = hashlib.sha256("".join(map(sha256_of, paths)).encode()).hexdigest()

    @cached_property
    def _tokenizer(self) -> Tokenizer:
        try:
            from tokenizers import Tokenizer
        except ModuleNotFoundError as error:
            raise ZeroShotError(TOKENIZER_IS_MISSING) from error
        try:
            tokenizer = Tokenizer.from_file(str(self._folder / "tokenizer.json"))
        except Exception as error:  # the library raises bare exceptions
            raise ZeroShotError(
                f"{self._folder / 'tokenizer.json'} cannot be read as a tokenizer."
            ) from error
        tokenizer.enable_truncation(self._longest)
        padding = tokenizer.padding or {}
        tokenizer.enable_padding(
            length=self._longest,
            pad_id=padding.get("pad_id", 0),
            pad_token=padding.get("pad_token", "[PAD]"),
        )
        return tokenizer

    @cached_property
    def _text_session(self) -> InferenceSession:
        return opened(self._text_path, self._threads)

    @cached_property
    def _image_session(self) -> InferenceSession:
        same = self._image_path == self._text_path
        return self._text_session if same else opened(self._image_path, self._threads)

    def texts(self, sentences: Sequence[str]) -> Floats:
        found = self._tokenizer.encode_batch(list(sentences))
        given = {
            "input_ids": np.array([one.ids for one in found], dtype=np.int64),
            "attention_mask": np.array([one.attention_mask for one in found], dtype=np.int64),
        }
        if self._image_path == self._text_path:
            given["pixel_values"] = np.zeros((1, 3, self.side, self.side), dtype=np.float32)
        (embeds,) = run(self._text_session, self._text_path, given, ["text_embeds"])
        return of_length_one(embeds)

    def images(self, squares: Sequence[Image]) -> Seen:
        batch = np.stack(squares).astype(np.float32) / np.float32(255)
        pixels = ((batch - self._mean) / self._deviation).transpose(0, 3, 1, 2)
        given: dict[str, Any] = {"pixel_values": np.ascontiguousarray(pixels, dtype=np.float32)}
        if self._image_path == self._text_path:
            given["input_ids"] = np.zeros((1, self._longest), dtype=np.int64)
            given["attention_mask"] = np.ones((1, self._longest), dtype=np.int64)
        names = ["image_embeds"]
        if any(output.name == "patch_embeds" for output in self._image_session.get_outputs()):
            names.append("patch_embeds")
        embeds, *patches = run(self._image_session, self._image_path, given, names)
        return Seen(of_length_one(embeds), self._grid(patches[0], embeds.shape[-1]) if patches else None)

    def _grid(self, patches: Floats, dimension: int) -> Floats:
        """(B, N, D') -> (B, g, g, D') of unit length; a CLS token and registers in front are left out."""
        grid = self.side // self.patch
        in_front = patches.shape[1] - grid**2
        if not 0 <= in_front <= MOST_IN_FRONT or patches.shape[2] not in (dimension, dimension // 2):
            raise ZeroShotError(
                f"{self._image_path.name} gives patches {patches.shape[1:]}; {grid**2} patches of {dimension} or "
                f"{dimension // 2} numbers were expected."
            )
        return of_length_one(patches[:, in_front:].reshape(len(patches), grid, grid, -1))


def load_text_image_model(folder: Path, threads: int | None = None) -> OnnxTextImage:
    """The model in `folder`, which sentences and pictures were tried on. Raises ZeroShotError with what is missing."""
    model = OnnxTextImage(folder, threads)
    text = model.texts(["a house"]).shape[1]
    image = model.images([np.zeros((model.side, model.side, 3), dtype=np.uint8)]).embeds.shape[1]
    if text != image:
        raise ZeroShotError(
            f"The two graphs in {folder} do not belong together: sentences have {text} numbers, pictures {image}."
        )
    return model


def opened(path: Path, threads: int | None) -> InferenceSession:
    try:
        return open_session(path, threads)
    except Exception as error:  # the errors of ONNX Runtime have no base of their own
        raise ZeroShotError(f"{path} cannot be read as an ONNX graph; fetch it again.") from error


def run(session: InferenceSession, path: Path, given: dict[str, Any], names: list[str]) -> list[Floats]:
    """Outputs by name; inputs that the graph does not want are left out, whole numbers come in its own size."""
    wanted = {one.name: one.type for one in session.get_inputs()}
    outputs = [one.name for one in session.get_outputs()]
    if set(wanted) - set(given) or set(names) - set(outputs):
        raise ZeroShotError(
            f"{path.name} is no such graph: it takes {', '.join(wanted)} and gives {', '.join(outputs)}; "
            f"{', '.join(names)} were expected."
        )
    fed = {
        name: given[name].astype(np.int32) if kind == "tensor(int32)" else given[name]
        for name, kind in wanted.items()
    }
    try:
        found = session.run(names, fed)
    except Exception as error:  # as above
        raise ZeroShotError(f"{path.name} cannot be run on what config.json says of it.") from error
    return [np.asarray(one, dtype=np.float32) for one in found]
