"""The folder of a text–image model, in the layout that CLIP has on the hub or in that of dino.txt, and what its cards say.

The folder holds `tokenizer.json` and, itself or in `onnx/`, either two graphs or one:

- `text_model.onnx`: `input_ids` (T, L), where it wants it `attention_mask` -> `text_embeds` (T, D)
- `vision_model.onnx`: `pixel_values` (B, 3, S, S) -> `image_embeds` (B, D) and, where it can, `patch_embeds` (B, N, D')
- `model.onnx`: all of these inputs and outputs in one

D' is D for CLIP. In the layout of dino.txt an image embedding is the CLS vector and the mean patch side by side, so that
D' is D / 2. `config.json` and `preprocessor_config.json` say the size of pictures and patches, the length of sentences and
the mean and deviation of colours. `zero_shot.json`, which `python -m ml zero-shot --export` writes, may say `image_size`,
`patch_size`, `longest_text` and `logit_scale`, and comes first.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np

from ml.tools.zero_shot.scoring import ZeroShotError
from ml.types import Floats


def graphs_in(folder: Path) -> tuple[Path, Path]:
    """The graphs of sentences and of pictures, which may be one and the same."""
    if not folder.is_dir():
        raise ZeroShotError(f"There is no folder {folder} with a text–image model.")
    if not (folder / "tokenizer.json").is_file():
        raise ZeroShotError(f"{folder} has no tokenizer.json; fetch it from where the model came from.")
    for place in (folder, folder / "onnx"):
        text, image, both = (place / f"{name}.onnx" for name in ("text_model", "vision_model", "model"))
        if text.is_file() and image.is_file():
            return text, image
        if both.is_file():
            return both, both
    raise ZeroShotError(
        f"{folder} holds neither text_model.onnx and vision_model.onnx nor model.onnx; "
        "python -m ml zero-shot --export makes them of a checkpoint."
    )


def read_json(path: Path) -> dict[str, Any]:
    """A JSON object; empty where there is no file."""
    if not path.is_file():
        return {}
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise ZeroShotError(f"{path} cannot be read as JSON.") from error
    if not isinstance(found, dict):
        raise ZeroShotError(f"{path} holds no JSON object.")
    return found


def side_of(seen: dict[str, Any]) -> Any:
    """The side of a picture in pixels as `preprocessor_config.json` says, a number or an object; None where it does not."""
    size = seen.get("crop_size") or seen.get("size")
    return size.get("height") or size.get("shortest_edge") if isinstance(size, dict) else size


def whole(value: Any, name: str) -> int:
    if not isinstance(value, int) or not 1 <= value <= 4096:
        raise ZeroShotError(f"{name} has to be a whole number of 1 to 4096; {value!r} is not.")
    return value


def scale_of(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value < 1e6:
        raise ZeroShotError(f"logit_scale has to be a number above 0; {value!r} is not.")
    return float(value)


def colours(values: Any, default: Floats) -> Floats:
    """Three numbers, one per colour."""
    try:
        found = default if values is None else np.array(values, dtype=np.float32)
    except (TypeError, ValueError):
        found = np.zeros(0, dtype=np.float32)
    if found.shape != (3,) or not np.isfinite(found).all():
        raise ZeroShotError("image_mean and image_std of preprocessor_config.json have to be three numbers.")
    return found
