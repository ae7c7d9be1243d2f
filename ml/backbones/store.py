"""The local cards of fetched and added backbones, in the models folder ($FESTIVITY_MODELS or ~/.cache/festivity)."""

from __future__ import annotations

import json
import os
import re
import shutil
from pathlib import Path
from typing import Any

from ml import weights
from ml.backbones.describe import Shape, describe
from ml.backbones.extras import imported
from ml.backbones.registry import KNOWN
from ml.types import WeightsError
from ml.weights import Weights, models_folder, sha256_of

NAME = re.compile(r"^[a-z0-9][a-z0-9._-]*$")
CHECKPOINT = "model.safetensors"
GRAPHS = ("onnx/model.onnx", "model.onnx")


def write_card(name: str, path: Path, card: dict[str, Any]) -> Weights:
    """Write the card of `name` into the models folder; the weights stay at `path`, wherever that is."""
    folder = models_folder()
    folder.mkdir(parents=True, exist_ok=True)
    full = {"file": str(path.absolute()), "sha256": sha256_of(path), "kind": "backbone", **card}
    config = path.with_name("config.json")
    if path.suffix == ".safetensors":
        full |= {"config": str(config.absolute()), "config_sha256": sha256_of(config)}
    making = folder / f".{name}.{os.getpid()}.part"
    making.write_text(json.dumps(full, indent=2) + "\n")
    os.replace(making, folder / f"{name}.json")
    weights.find.cache_clear()
    return weights.find(name)


def local_names() -> list[str]:
    """Names of all fetched and added backbones; heads and reports that lie beside them are passed over."""
    return [name for name in weights.known(models_folder()) if is_backbone(models_folder() / f"{name}.json")]


def is_backbone(card_path: Path) -> bool:
    try:
        return weights.read_card(card_path).get("kind") == "backbone"
    except WeightsError:
        return False


def verify(name: str) -> Weights:
    """The weights of `name`, every file read and its hash compared anew. Raises WeightsError where one is another."""
    weights.find.cache_clear()
    source = weights.find(name)
    check_pin(name, source.sha256, source.path)
    config = source.card.get("config")
    if config and (not Path(config).is_file() or sha256_of(Path(config)) != source.card["config_sha256"]):
        raise WeightsError(
            f"{config} is missing or is not the file that the card of {name!r} describes; fetch or add it again."
        )
    return source


def check_pin(name: str, sha256: str, path: Path) -> None:
    """Raises WeightsError where `name` is a published backbone whose weights have another hash."""
    known = KNOWN.get(name)
    if known and known.sha256 and sha256 != known.sha256:
        raise WeightsError(
            f"{path} is not the published {name!r}: its sha256 is {sha256[:12]}…, not {known.sha256[:12]}…. It is not used."
        )


def add(path: Path, name: str | None = None) -> Weights:
    """Copy a backbone that the user has into the models folder, under `name`, and write its card.

    `path` is an ONNX file, a safetensors file beside its config.json, or a folder as the hub has it. Raises WeightsError
    where it is no backbone, or where the name is taken or reserved for other weights.
    """
    file = weights_in(path)
    name = name or name_for(path)
    if not NAME.match(name):
        raise WeightsError(
            f"{name!r} is not a name: use small letters, digits, dots and dashes, with --name."
        )
    sha256 = sha256_of(file)
    taken = weights.card_of(name)
    if taken and weights.read_card(taken)["sha256"] != sha256:
        raise WeightsError(f"There is another backbone named {name!r} ({taken}); choose another --name.")
    check_pin(name, sha256, file)
    shape = describe(file)
    card = card_beside(file, sha256) or card_of_added(name, shape)
    return write_card(name, copied(file, models_folder() / name), card)


def card_beside(file: Path, sha256: str) -> dict[str, Any]:
    """What the card of the same stem beside `file` says, if it is the card of that very file; otherwise nothing."""
    path = file.with_suffix(".json")
    if file.suffix != ".onnx" or not path.is_file():
        return {}
    try:
        card = weights.read_card(path)
    except WeightsError:
        return {}
    return (
        {key: card[key] for key in card if key not in ("file", "sha256")} if card["sha256"] == sha256 else {}
    )


def card_of_added(name: str, shape: Shape) -> dict[str, Any]:
    known = KNOWN.get(name)
    said = (
        {"licence": known.licence, "repository": known.repository}
        if known
        else {"licence": "unknown: added by hand"}
    )
    return {**shape.as_card(), **said}


def weights_in(path: Path) -> Path:
    """The weight file at `path`, which is that file or a folder with it."""
    if not path.exists():
        raise WeightsError(f"{path} does not exist.")
    if path.is_file():
        return path
    for inside in (CHECKPOINT, *GRAPHS):
        if (path / inside).is_file():
            return path / inside
    graphs = sorted(path.glob("*.onnx"))
    if len(graphs) == 1:
        return graphs[0]
    raise WeightsError(f"{path} holds no backbone: neither {CHECKPOINT} with config.json nor one ONNX file.")


def name_for(path: Path) -> str:
    """The file's or folder's own name, as a name."""
    stem = path.stem if path.is_file() else path.resolve().name
    return re.sub(r"[^a-z0-9._-]+", "-", stem.lower()).strip("-.")


def copied(file: Path, folder: Path) -> Path:
    """The weight file, and what belongs to it, in `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    companions = [file.with_name("config.json")] if file.suffix == ".safetensors" else []
    companions += sorted(file.parent.glob(f"{file.name}_data*"))
    for one in (*companions, file):
        if one.resolve() == (folder / one.name).resolve():
            continue
        making = folder / f"{one.name}.part"
        shutil.copyfile(one, making)
        os.replace(making, folder / one.name)
    return folder / file.name


def export(name: str) -> tuple[Weights, float]:
    """Write the checkpoint `name` as ONNX into the models folder, under `name`-graph.

    Returns it and the largest difference from torch, relative to the largest value. Raises WeightsError where `name` is an
    ONNX graph already.
    """
    source = weights.find(name)
    if source.card.get("format") != "safetensors":
        raise WeightsError(f"{name!r} is an ONNX graph already.")
    for library in ("torch", "safetensors", "onnx"):
        imported(library, f"Exporting {name!r}")
    from ml.backbones.export import export_onnx
    from ml.backbones.network.loading import load_network

    folder = models_folder() / f"{name}-graph"
    folder.mkdir(parents=True, exist_ok=True)
    network = load_network(source.path, Path(source.card["config"]))
    difference = export_onnx(network, folder / "model.onnx")
    kept = ("patch", "prefix", "dimension", "depth", "long_side", "licence", "repository", "revision")
    card = {key: source.card[key] for key in kept if key in source.card}
    card |= {"format": "onnx", "made_from": source.sha256}
    return write_card(f"{name}-graph", folder / "model.onnx", card), difference
