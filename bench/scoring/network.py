"""A ViT-S/16 of random weights in the hub's own layout, and its graphs."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import onnx
import torch
import transformers

from ml.backbones.network.loading import load_network
from ml.backbones.network.packed import write_sparse, write_whole
from ml.backbones.network.vit import Vit
from ml.backbones.precision import write_int8

LAYER = 12
SHAPE = {
    "hidden_size": 384,
    "num_hidden_layers": LAYER,
    "num_attention_heads": 6,
    "intermediate_size": 1536,
    "num_register_tokens": 4,
    "patch_size": 16,
}


@dataclass(frozen=True)
class Network:
    """The torch network and its graphs; `plain` is `whole` without fused attention."""

    torch: Vit
    whole: Path
    sparse: Path
    whole_int8: Path
    plain: Path


def make_network(folder: Path, size: int) -> Network:
    """Written with `transformers`, read and exported by our own code."""
    torch.manual_seed(0)
    transformers.logging.disable_progress_bar()
    model = transformers.DINOv3ViTModel(transformers.DINOv3ViTConfig(**SHAPE, image_size=size))
    model.save_pretrained(folder / "hub")
    vit = load_network(folder / "hub" / "model.safetensors", folder / "hub" / "config.json")
    found = Network(
        vit,
        *(folder / f"{name}.onnx" for name in ("whole", "sparse", "whole-int8", "plain")),
    )
    write_whole(vit, (LAYER,), found.whole)
    write_sparse(vit, (LAYER,), found.sparse)
    write_whole(vit, (LAYER,), found.plain, fused=False)
    write_int8(onnx.load(str(found.whole)), found.whole_int8)
    return found
