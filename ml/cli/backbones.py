"""Backbones: which are known, fetch or add one, verify its files, export it, and measure what less precision costs.

Examples:

    python -m ml backbones list
    python -m ml backbones fetch dinov2-small-onnx
    python -m ml backbones add ~/models/dinov2-small --name dinov2-small
    python -m ml backbones verify
    python -m ml backbones export dinov2-small
    python -m ml backbones compare embedded --precision int8 photos/

Fetched files lie in the hub's cache, added ones in $FESTIVITY_MODELS (default: ~/.cache/festivity), where all have a card.
Revisions and hashes of published files are pinned in this version; where a hash could not be known beforehand (`list` says
"at first fetch") the first fetch writes it on the card, and every later use is held to it. FESTIVITY_ENGINE and
FESTIVITY_PRECISION choose what runs a backbone everywhere; without a network set HF_HUB_OFFLINE=1.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any

from ml import weights
from ml.cli import existing
from ml.cli._arguments import add_json, add_threads
from ml.types import MlError


def add_arguments(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    listed = actions.add_parser("list", help="all backbones that are known or here")
    fetched = actions.add_parser("fetch", help="bring a published backbone from the hub")
    fetched.add_argument("name")
    added = actions.add_parser("add", help="take in a backbone that you have: an ONNX file or a hub folder")
    added.add_argument("path", type=Path, metavar="FILE|FOLDER")
    added.add_argument("--name", help="its name here (default: that of the file or folder)")
    verified = actions.add_parser("verify", help="read all files again and compare their hashes")
    verified.add_argument("name", nargs="?", help="one backbone (default: all that are here)")
    exported = actions.add_parser(
        "export", help="write a safetensors backbone as ONNX, checked against torch"
    )
    exported.add_argument("name")
    compared = actions.add_parser("compare", help="measure what a reduced precision costs")
    compared.add_argument("name")
    compared.add_argument("pictures", nargs="+", type=existing, metavar="FILE|DIR")
    compared.add_argument("--precision", choices=["int8", "fp16", "bf16", "fp32"], default="int8")
    compared.add_argument("--engine", help="engine of the reduced one (default: the best present)")
    add_threads(compared)
    for action in (listed, verified, compared):
        add_json(action, "JSON in place of words")


def run(arguments: argparse.Namespace) -> int:
    return int(ACTIONS[arguments.action](arguments))


def run_list(arguments: argparse.Namespace) -> int:
    rows = known_rows()
    if arguments.json:
        print(json.dumps(rows, indent=2))
        return 0
    print(f"{'name':27}{'state':10}{'patch':>6}{'prefix':>8}{'width':>7}{'depth':>7}  {'hash':16}licence")
    for row in rows:
        numbers = f"{row['patch']:>6}{row['prefix'] or '-':>8}{row['width']:>7}{row['depth'] or '-':>7}"
        print(f"{row['name']:27}{row['state']:10}{numbers}  {row['hash']:16}{row['licence']}")
    return 0


def known_rows() -> list[dict[str, Any]]:
    """One row for each backbone: shipped, published, added."""
    from ml.backbones.registry import KNOWN
    from ml.backbones.store import local_names

    here = local_names()
    rows = [row_of_card("embedded", weights.FOLDER / "embedded.json", "shipped")]
    for known in KNOWN.values():
        rows.append(
            {
                "name": known.name,
                "state": "here" if known.name in here else "gated" if known.gated else "to fetch",
                "patch": known.patch,
                "prefix": known.prefix,
                "width": known.width,
                "depth": known.depth,
                "hash": known.sha256[:12] if known.sha256 else "at first fetch",
                "licence": known.licence,
                "page": known.page,
                "revision": known.revision,
            }
        )
    added = [name for name in here if name not in KNOWN]
    rows += [row_of_card(name, weights.models_folder() / f"{name}.json", "added") for name in added]
    return rows


def row_of_card(name: str, path: Path, state: str) -> dict[str, Any]:
    card = weights.read_card(path)
    row = {"name": name, "state": state, "patch": card["patch"], "prefix": card.get("prefix", 1)}
    row |= {"width": card["dimension"], "depth": card.get("depth") or max(card.get("layers", [0]))}
    return row | {
        "hash": card["sha256"][:12],
        "licence": card.get("licence", "unknown"),
        "page": None,
        "revision": None,
    }


def run_fetch(arguments: argparse.Namespace) -> int:
    from ml.backbones.fetch import fetch

    source = fetch(arguments.name)
    print(f"{source.name}: {source.path} (sha256 {source.sha256[:12]}…, pinned {source.card['pinned']})")
    return 0


def run_add(arguments: argparse.Namespace) -> int:
    from ml.backbones.store import add

    source = add(arguments.path, arguments.name)
    card = source.card
    print(
        f"{source.name}: {card['dimension']} numbers per token, patches of {card['patch']} pixels, sha256 {source.sha256[:12]}…"
    )
    return 0


def run_verify(arguments: argparse.Namespace) -> int:
    from ml.backbones.store import local_names, verify

    found = []
    for name in [arguments.name] if arguments.name else ["embedded", *local_names()]:
        try:
            found.append({"name": name, "good": True, "sha256": verify(name).sha256})
        except MlError as error:
            found.append({"name": name, "good": False, "error": str(error)})
    if arguments.json:
        print(json.dumps(found, indent=2))
    else:
        for row in found:
            print(
                f"{row['name']}: {'good' if row['good'] else row['error']}",
                file=sys.stdout if row["good"] else sys.stderr,
            )
    return 0 if all(row["good"] for row in found) else 2


def run_export(arguments: argparse.Namespace) -> int:
    from ml.backbones.store import export

    source, difference = export(arguments.name)
    print(f"{source.name}: {source.path}, at most {difference:.1e} of its values away from torch")
    return 0


def run_compare(arguments: argparse.Namespace) -> int:
    from ml.pictures import pictures_in
    from ml.precision_loss import compare

    pictures = pictures_in(arguments.pictures)
    loss = compare(arguments.name, arguments.precision, pictures, arguments.threads, arguments.engine)
    if arguments.json:
        print(json.dumps(loss.as_dict()))
        return 0
    for name, value in loss.as_dict().items():
        print(f"{name.replace('_', ' '):28}{value if not isinstance(value, float) else f'{value:.6g}'}")
    return 0


ACTIONS = {
    "list": run_list,
    "fetch": run_fetch,
    "add": run_add,
    "verify": run_verify,
    "export": run_export,
    "compare": run_compare,
}
