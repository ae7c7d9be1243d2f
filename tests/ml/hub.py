"""Small checkpoints with random weights in the hub's own layout, made by `transformers`."""

from __future__ import annotations

import os
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pytest

os.environ.setdefault("TRANSFORMERS_VERBOSITY", "error")
os.environ.setdefault("HF_HUB_DISABLE_PROGRESS_BARS", "1")

SMALL = {"hidden_size": 32, "num_hidden_layers": 3, "num_attention_heads": 2}
V2 = {**SMALL, "patch_size": 14, "image_size": 70}
V3 = {**SMALL, "num_register_tokens": 4, "intermediate_size": 48}
STAGES = {"hidden_sizes": [8, 8, 16, 16], "depths": [1, 1, 2, 1]}
MAKES: dict[str, tuple[str, dict[str, Any]]] = {
    "dinov2": ("Dinov2", V2),
    "dinov2-registers": ("Dinov2WithRegisters", {**V2, "num_register_tokens": 4}),
    "webssl": ("Dinov2", {**V2, "layer_norm_eps": 1e-6, "mlp_ratio": 2}),
    "dinov3": ("DINOv3ViT", V3),
    "dinov3-plus": ("DINOv3ViT", {**V3, "use_gated_mlp": True, "hidden_act": "silu"}),
    "dinov3-convnext": ("DINOv3ConvNext", STAGES),
}


def reference(make: str) -> Any:
    """The model of `transformers` with weights that are random, but not so small that nothing would be seen."""
    torch = pytest.importorskip("torch")
    transformers = pytest.importorskip("transformers")
    kind, shape = MAKES[make]
    torch.manual_seed(len(make))
    model = getattr(transformers, f"{kind}Model")(getattr(transformers, f"{kind}Config")(**shape)).eval()
    for tensor in model.parameters():
        tensor.data.normal_(1 if tensor.ndim == 1 else 0, 0.2)
    return model


def checkpoint(make: str, folder: Path) -> Path:
    """A folder with config.json and model.safetensors."""
    pytest.importorskip("safetensors")
    reference(make).save_pretrained(folder)
    return folder


def published_graph(folder: Path, **shape: Any) -> Path:
    """DINOv2 as onnx-community publishes it: onnx/model.onnx with `pixel_values` and `last_hidden_state`."""
    torch, transformers = pytest.importorskip("torch"), pytest.importorskip("transformers")
    pytest.importorskip("onnx")
    torch.manual_seed(0)
    config = transformers.Dinov2Config(**{**V2, **shape}, attn_implementation="eager")
    model = transformers.Dinov2Model(config).eval()
    path = folder / "onnx" / "model.onnx"
    path.parent.mkdir(parents=True)
    free = {0: "batch_size", 2: "height", 3: "width"}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        torch.onnx.export(
            model,
            ({"pixel_values": torch.zeros(1, 3, 70, 70)},),
            str(path),
            dynamo=False,
            input_names=["pixel_values"],
            output_names=["last_hidden_state"],
            dynamic_axes={"pixel_values": free, "last_hidden_state": {0: "batch_size", 1: "sequence_length"}},
        )
    return folder


def noise(batch: int, rows: int, columns: int, patch: int) -> Any:
    """(B, 3, H, W) float32."""
    chance = np.random.default_rng(rows)
    return chance.standard_normal((batch, 3, rows * patch, columns * patch)).astype(np.float32)


def relative(found: Any, expected: Any) -> float:
    """The largest difference, relative to the largest value."""
    return float(np.abs(found - expected).max() / np.abs(expected).max())
