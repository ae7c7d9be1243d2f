"""Score pictures with sentences: how much is each like festive prompts rather than plain ones?

Needs a text–image model on this machine: a folder in the layout of CLIP or dino.txt with tokenizer.json and ONNX graphs.
Nothing is downloaded. --export makes such a folder of a CLIP checkpoint (config.json, model.safetensors, tokenizer.json).
Prints one line per file; files that cannot be read are named and the rest goes on.

Example: python -m ml zero-shot photos/ --model clip-vit-base-patch16 --out looked-at --json
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ml.cli._arguments import add_json, add_out, add_pictures, add_threads
from ml.cli._lines import print_lines

if TYPE_CHECKING:
    from ml.tools.zero_shot import ZeroShot

TORCH_IS_MISSING = (
    "Exporting a checkpoint needs torch, which is not installed; requirements/train.in says which."
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_pictures(parser, may_be_none=True)
    parser.add_argument("--model", type=Path, required=True, metavar="DIR", help="folder of the model")
    parser.add_argument("--festive", nargs="+", metavar="SENTENCE", help="prompts in place of the usual ones")
    parser.add_argument("--plain", nargs="+", metavar="SENTENCE", help="prompts in place of the usual ones")
    add_out(parser, "write NAME-zero-shot.jpg: the picture with its map over it")
    add_json(parser)
    parser.add_argument(
        "--export", type=Path, metavar="DIR", help="write the checkpoint in --model as ONNX graphs into DIR"
    )
    add_threads(parser)


def run(arguments: argparse.Namespace) -> int:
    if arguments.export:
        return export(arguments.model, arguments.export)
    from ml.pictures import pictures_in
    from ml.tools.zero_shot import Prompts, ZeroShot, load_text_image_model
    from ml.tools.zero_shot.scoring import FESTIVE, PLAIN

    paths = pictures_in(arguments.paths)
    prompts = Prompts(tuple(arguments.festive or FESTIVE), tuple(arguments.plain or PLAIN))
    zero_shot = ZeroShot(load_text_image_model(arguments.model, arguments.threads), prompts)
    return print_lines(lines(zero_shot, paths, arguments.out), len(paths), arguments.json, in_words)


def export(source: Path, out: Path) -> int:
    try:
        import torch  # noqa: F401
    except ModuleNotFoundError:
        print(TORCH_IS_MISSING, file=sys.stderr)
        return 2
    from ml.tools.zero_shot.export import export_clip

    for path in export_clip(source, out):
        print(path)
    return 0


def lines(zero_shot: ZeroShot, paths: list[Path], out: Path | None) -> Iterator[dict[str, Any]]:
    """One line per path, in order, or `error` with a sentence."""
    from ml.pictures import free_path, read_picture
    from ml.tools.overlay import write_overlay
    from ml.types import PictureError

    written: set[Path] = set()
    for path in paths:
        try:
            image = read_picture(path)
        except PictureError as error:
            yield {"path": str(path), "error": str(error)}
            continue
        found = zero_shot.score(image)
        line = {
            "path": str(path),
            "probability": round(found.probability, 6),
            "map_mean": round(float(found.probability_map.mean()), 6),
            "by_patches": found.by_patches,
            "model": zero_shot.model.name,
            "hash": zero_shot.hash,
        }
        if out:
            overlay = free_path(out, f"{path.stem}-zero-shot", ".jpg", written)
            line["overlay"] = str(write_overlay(overlay, image, found.probability_map))
        yield line


def in_words(line: dict[str, Any]) -> str:
    return f"{line['path']}: {100 * line['probability']:.1f} % festive, map {100 * line['map_mean']:.1f} %"
