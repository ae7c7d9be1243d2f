"""A CLIP checkpoint in the hub's layout as the two graphs that `ml.tools.zero_shot.model` runs.

Patch embeddings follow MaskCLIP (Zhou, Loy and Dai 2022): the value path of the last layer without its attention, which
mixes all patches, then the projection into the space of sentences.
"""

from __future__ import annotations

import json
import shutil
import warnings
from pathlib import Path
from typing import Any

import torch
from torch import nn

from ml.tools.zero_shot.scoring import ZeroShotError

COPIED = ("tokenizer.json", "config.json", "preprocessor_config.json")
OPSET = 20


class Texts(nn.Module):
    """`input_ids` (T, L), `attention_mask` (T, L) -> `text_embeds` (T, D)."""

    def __init__(self, clip: Any) -> None:
        super().__init__()
        self.clip = clip

    def forward(self, input_ids: torch.Tensor, attention_mask: torch.Tensor) -> torch.Tensor:
        found = self.clip.text_model(input_ids=input_ids, attention_mask=attention_mask)
        return self.clip.text_projection(found.pooler_output)


class Images(nn.Module):
    """`pixel_values` (B, 3, S, S) -> `image_embeds` (B, D), `patch_embeds` (B, N, D)."""

    def __init__(self, clip: Any) -> None:
        super().__init__()
        self.clip = clip

    def forward(self, pixel_values: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        vision = self.clip.vision_model
        states = vision.pre_layrnorm(vision.embeddings(pixel_values))
        *layers, last = vision.encoder.layers
        for layer in layers:
            states = hidden(layer(states, attention_mask=None))
        values = last.self_attn.out_proj(last.self_attn.v_proj(last.layer_norm1(states)))[:, 1:]
        cls = hidden(last(states, attention_mask=None))[:, 0]
        project = self.clip.visual_projection
        return project(vision.post_layernorm(cls)), project(vision.post_layernorm(values))


def hidden(found: Any) -> torch.Tensor:
    """The states that a layer gives, by themselves or first in a tuple, as versions of the library differ."""
    return found[0] if isinstance(found, tuple) else found


def export_clip(source: Path, out: Path) -> list[Path]:
    """Write `out`/onnx/text_model.onnx and vision_model.onnx, and what stands beside them, from a folder with `config.json`,
    `model.safetensors` and `tokenizer.json`. Raises ZeroShotError."""
    clip = load_clip(source)
    graphs = out / "onnx"
    graphs.mkdir(parents=True, exist_ok=True)
    length = int(clip.config.text_config.max_position_embeddings)
    side = int(clip.config.vision_config.image_size)
    ids = torch.ones(2, length, dtype=torch.int64)
    batch = {0: "batch"}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        torch.onnx.export(
            Texts(clip),
            (ids, torch.ones_like(ids)),
            str(graphs / "text_model.onnx"),
            dynamo=False,
            opset_version=OPSET,
            input_names=["input_ids", "attention_mask"],
            output_names=["text_embeds"],
            dynamic_axes={"input_ids": batch, "attention_mask": batch, "text_embeds": batch},
        )
        torch.onnx.export(
            Images(clip),
            (torch.zeros(2, 3, side, side),),
            str(graphs / "vision_model.onnx"),
            dynamo=False,
            opset_version=OPSET,
            input_names=["pixel_values"],
            output_names=["image_embeds", "patch_embeds"],
            dynamic_axes={"pixel_values": batch, "image_embeds": batch, "patch_embeds": batch},
        )
    card = {
        "image_size": side,
        "patch_size": int(clip.config.vision_config.patch_size),
        "longest_text": length,
        "logit_scale": round(clip.logit_scale.detach().exp().item(), 6),
    }
    (out / "zero_shot.json").write_text(json.dumps(card, indent=1) + "\n")
    for name in COPIED:
        if (source / name).is_file() and source.resolve() != out.resolve():
            shutil.copyfile(source / name, out / name)
    return [graphs / "text_model.onnx", graphs / "vision_model.onnx"]


def load_clip(source: Path) -> Any:
    """The checkpoint, ready to be exported; never fetched from anywhere. Raises ZeroShotError."""
    for name in ("config.json", "tokenizer.json"):
        if not (source / name).is_file():
            raise ZeroShotError(f"{source} is no CLIP checkpoint: {name} is missing.")
    try:
        from transformers import CLIPModel
    except ModuleNotFoundError as error:
        raise ZeroShotError(
            "Exporting a checkpoint needs the transformers library, which is not installed: pip install transformers."
        ) from error
    read: Any = CLIPModel.from_pretrained
    try:
        return read(source, local_files_only=True, use_safetensors=True, attn_implementation="eager").eval()
    except Exception as error:  # as many kinds as there are ways to be broken
        raise ZeroShotError(f"{source} cannot be read as a CLIP checkpoint with safetensors.") from error
