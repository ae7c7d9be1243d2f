"""Grounding DINO from a folder in the hub's layout: a picture and words in, boxes with the words out."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image as Pillow

from ml.tools.detect.crops import Crop, DetectError, best_apart, check_visible, kept_inside
from ml.tools.detect.engines import Engine, open_engine
from ml.tools.detect.foreground import MIDDLE
from ml.tools.detect.known import how_to_get
from ml.tools.detect.wordpiece import Vocabulary, read_vocabulary
from ml.transforms import DEVIATION, MEAN
from ml.types import Floats, Image
from ml.weights import sha256_of

PROMPT = "house . building ."
THRESHOLD = 0.25
SMALLEST_PX = 16
SHORT_SIDE_PX, LONG_SIDE_PX = 800, 1333


class GroundingCropper:
    """Crops around what the words name.

    `threshold` in [0, 1] is the lowest score of a box and of a word that it is said to show. Where nothing is found, the one
    crop is the middle of the picture.
    """

    name = "detector"

    def __init__(self, folder: Path, prompt: str = PROMPT, threshold: float = THRESHOLD) -> None:
        if not 0 < threshold < 1:
            raise DetectError("The threshold of a detector lies between 0 and 1.")
        settings = read_json(folder, "config.json")
        if settings.get("model_type") != "grounding-dino":
            raise DetectError(
                f"{folder} holds a model of the kind {settings.get('model_type')!r}, not Grounding DINO."
            )
        self._preparation = read_json(folder, "preprocessor_config.json")
        self._vocabulary = read_vocabulary(folder)
        self._numbers = self._vocabulary.encode(asked(prompt))
        if len(self._numbers) > int(settings.get("max_text_len", 256)):
            raise DetectError("The words for the detector are too many; name two or three things.")
        self._engine: Engine = open_engine(folder)
        self._threshold = threshold
        named = f"{sha256_of(self._engine.weights)} {asked(prompt)} {threshold}"
        self.sha256 = hashlib.sha256(named.encode()).hexdigest()

    def crops(self, image: Image) -> tuple[Crop, ...]:
        check_visible(image, SMALLEST_PX)
        logits, boxes = self._engine.run(inputs_of(image, self._numbers, self._preparation))
        found = read_out(logits, boxes, self._numbers, self._vocabulary, self._threshold)
        return best_apart(found) or (Crop(box=MIDDLE, score=0.0, why="middle"),)


def asked(prompt: str) -> str:
    """The words as the network was trained on them: lower case, each ended by a full stop. Raises DetectError."""
    phrases = [phrase.strip().lower() for phrase in prompt.split(".")]
    if not any(phrases):
        raise DetectError('The detector needs words, for example "house . building .".')
    return " ".join(f"{phrase} ." for phrase in phrases if phrase)


def read_json(folder: Path, name: str) -> dict[str, Any]:
    """A settings file of the folder. Raises DetectError with the way to get a detector."""
    try:
        settings = json.loads((folder / name).read_text(encoding="utf-8"))
    except OSError:
        raise DetectError(f"{folder} holds no detector: {name} is missing. {how_to_get()}") from None
    except ValueError:
        raise DetectError(f"{folder / name} is damaged; fetch it again.") from None
    if not isinstance(settings, dict):
        raise DetectError(f"{folder / name} is damaged; fetch it again.")
    return settings


def inputs_of(image: Image, numbers: tuple[int, ...], preparation: dict[str, Any]) -> dict[str, Any]:
    """What the network takes: the picture at its size, all of it visible, and the words as one sentence."""
    pixels = prepared(image, preparation)
    ids = np.array([numbers], dtype=np.int64)
    return {
        "pixel_values": pixels,
        "pixel_mask": np.ones((1, *pixels.shape[2:]), dtype=np.int64),
        "input_ids": ids,
        "token_type_ids": np.zeros_like(ids),
        "attention_mask": np.ones_like(ids),
    }


def prepared(image: Image, preparation: dict[str, Any]) -> Floats:
    """(H, W, 3) uint8 -> (1, 3, H', W') float32, normalised, at the size that the settings name."""
    height, width = wanted_size(image.shape[0], image.shape[1], preparation.get("size") or {})
    resized = Pillow.fromarray(image).resize((width, height), Pillow.Resampling.BILINEAR)
    mean = np.asarray(preparation.get("image_mean", MEAN), dtype=np.float32)
    deviation = np.asarray(preparation.get("image_std", DEVIATION), dtype=np.float32)
    colours = (np.asarray(resized, dtype=np.float32) / 255 - mean) / deviation
    return np.ascontiguousarray(colours.transpose(2, 0, 1)[None], dtype=np.float32)


def wanted_size(height: int, width: int, size: dict[str, int]) -> tuple[int, int]:
    """A fixed height and width, or the short side at its length unless the long one would pass its own."""
    if "height" in size and "width" in size:
        return size["height"], size["width"]
    short, long = size.get("shortest_edge", SHORT_SIDE_PX), size.get("longest_edge", LONG_SIDE_PX)
    exact = min(float(short), long * min(height, width) / max(height, width))
    short = round(exact)
    if min(height, width) == short:
        return height, width
    long = int(exact * max(height, width) / min(height, width))
    return (short, max(1, long)) if height <= width else (max(1, long), short)


def read_out(
    logits: Floats, boxes: Floats, numbers: tuple[int, ...], vocabulary: Vocabulary, threshold: float
) -> list[Crop]:
    """Queries (Q, T) of words and (Q, 4) of centre x, y, width, height in [0, 1] -> crops above the threshold.

    A box's score is that of its surest token; its words are all tokens above the threshold.
    """
    count = len(numbers)
    chances = 1 / (1 + np.exp(-np.clip(logits[:, :count].astype(np.float64), -60, 60)))
    crops = []
    for chance, (x, y, width, height) in zip(chances, boxes.astype(np.float64), strict=True):
        box = kept_inside((x - width / 2, y - height / 2, x + width / 2, y + height / 2))
        if box is not None and chance.max() > threshold:
            shown = [numbers[place] for place in range(1, count - 1) if chance[place] > threshold]
            words = " ".join(vocabulary.decode(shown).replace(".", " ").split())
            crops.append(Crop(box=box, score=float(chance.max()), why=words or "something"))
    return crops
