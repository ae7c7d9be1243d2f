"""Hub checkpoints into torch networks; the names that tensors have had over the years all lead to ours."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from torch import Tensor, nn

from ml.backbones.extras import imported
from ml.backbones.network.config import ConvNextConfig, read_config
from ml.backbones.network.convnext import ConvNext
from ml.backbones.network.vit import Vit
from ml.types import WeightsError

RENAMED = (
    (r"^(dinov2|dinov2_with_registers|dinov3_vit|dinov3_convnext|backbone)\.", ""),
    (r"^(encoder\.layer|model\.layer|layer)\.", "layers."),
    (r"^model\.stages\.", "stages."),
    (r"^(layernorm|layer_norm|norm)\.", "norm."),
    (r"^embeddings\.patch_embeddings\.(projection\.)?", "patch."),
    (r"^embeddings\.cls_token$", "cls"),
    (r"^embeddings\.register_tokens$", "registers"),
    (r"^embeddings\.position_embeddings$", "positions"),
    (r"\.attention\.attention\.(query|key|value)\.", r".attention.\1."),
    (r"\.attention\.output\.dense\.", ".attention.o_proj."),
    (r"\.attention\.query\.", ".attention.q_proj."),
    (r"\.attention\.key\.", ".attention.k_proj."),
    (r"\.attention\.value\.", ".attention.v_proj."),
    (r"\.mlp\.fc1\.", ".mlp.up_proj."),
    (r"\.mlp\.fc2\.", ".mlp.down_proj."),
    (r"\.layer_scale([12])\.lambda1$", r".scale\1"),
)
UNUSED = re.compile(r"(^|\.)(mask_token|inv_freq|num_batches_tracked)$|^classifier\.")


def renamed(name: str) -> str:
    """The name in our networks of a tensor in the hub's files."""
    for pattern, ours in RENAMED:
        name = re.sub(pattern, ours, name)
    return name


def load_network(weights: Path, config: Path) -> Vit | ConvNext:
    """The network of `config` with the tensors of the safetensors file, in float32, for inference.

    Raises WeightsError where a file cannot be read or the two do not belong together.
    """
    read = read_config(config)
    network = ConvNext(read) if isinstance(read, ConvNextConfig) else Vit(read)
    fill(network, read_tensors(weights), weights)
    return network.eval().requires_grad_(False)


def read_tensors(path: Path) -> dict[str, Tensor]:
    safetensors = imported("safetensors", f"Reading {path.name}")
    torch_files = imported("safetensors.torch", f"Reading {path.name}")
    try:
        tensors: dict[str, Any] = torch_files.load_file(str(path))
    except (OSError, safetensors.SafetensorError) as error:
        raise WeightsError(f"{path} cannot be read as safetensors; it may be cut short: {error}.") from error
    return {renamed(name): tensor.float() for name, tensor in tensors.items() if not UNUSED.search(name)}


def fill(network: nn.Module, tensors: dict[str, Tensor], path: Path) -> None:
    """Copy every tensor to its place; none may be missing, left over or of another shape."""
    places = dict(network.named_parameters())
    missing = sorted(places.keys() - tensors.keys())
    left_over = sorted(tensors.keys() - places.keys())
    if missing or left_over:
        what = f"has no {missing[0]!r}" if missing else f"holds {left_over[0]!r}, which has no place"
        raise WeightsError(f"{path.name} does not fit its config.json: it {what}.")
    for name, place in places.items():
        if place.shape != tensors[name].shape:
            shapes = f"{tuple(tensors[name].shape)}, not {tuple(place.shape)}"
            raise WeightsError(f"{path.name} does not fit its config.json: {name!r} is {shapes}.")
        place.data.copy_(tensors[name])
