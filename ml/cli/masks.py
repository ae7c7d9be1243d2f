"""Take drawn masks to GIMP and bring them back.

`export` writes the masks that come with this project for photos that you have, found by their SHA-256. Draw in GIMP on a
layer over the photo: black and opaque where it is festive, transparent elsewhere; export the layer alone as PNG. `import`
reads such masks, beside their photos as NAME.mask.png or in an exported folder, into run lengths without names.

Example: python -m ml masks import photos --out masks.json
"""

from __future__ import annotations

import argparse
from pathlib import Path

from ml.cli import existing


def add_arguments(parser: argparse.ArgumentParser) -> None:
    ways = parser.add_subparsers(dest="way", required=True, metavar="export|import")
    outwards = ways.add_parser("export", help="drawn masks as PNG for GIMP")
    outwards.add_argument("out", type=Path, metavar="OUT", help="folder for the masks and their listing")
    outwards.add_argument(
        "--real", nargs="+", type=existing, required=True, metavar="DIR", help="folders that hold the photos"
    )
    inwards = ways.add_parser("import", help="masks of GIMP as run lengths")
    inwards.add_argument(
        "folder", type=existing, metavar="FOLDER", help="photos with masks, or an exported folder"
    )
    inwards.add_argument("--out", type=Path, required=True, metavar="FILE.json")


def run(arguments: argparse.Namespace) -> int:
    from ml.masks import LISTING, export_masks, import_masks, write_labels
    from ml.truth import drawn_labels

    if arguments.way == "export":
        listed = export_masks(arguments.out, arguments.real, drawn_labels())
        print(f"{len(listed)} masks in {arguments.out}; {LISTING} says which photo each belongs to.")
        return 0
    labels = import_masks(arguments.folder)
    write_labels(arguments.out, labels)
    print(f"{len(labels)} masks in {arguments.out}.")
    return 0
