"""Search by picture: register pictures in an index, and find the nearest to a photo or to the frames of a clip.

Examples:
  python -m ml search register houses.npz photos
  python -m ml search image houses.npz photo.jpg --top 5 --out found
  python -m ml search video houses.npz clip.mp4 --threshold 0.8 --max-frames 100 --out found.mp4
  python -m ml search evaluate queries.json --crops none,festive

What is compared are CLS vectors, by their cosine (-1 to 1), of whole pictures (--crop none) or of crops (festive,
detector; see python -m ml detect --help). The index remembers backbone and crop, and refuses others. Registering again
leaves out what is there and goes on where it stopped. Above 50,000 vectors FAISS is used where it is installed; the
answers are the same.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ml.cli import existing
from ml.cli._arguments import add_backbone, add_json, add_out, add_pictures, whole
from ml.cli._lines import exit_code, report
from ml.cli._looking import CROPS, add_crop_arguments
from ml.cli._search_video import add_video_arguments
from ml.cli._searching import add_search_arguments, in_numbers, looker_for, opened

if TYPE_CHECKING:
    from ml.tools.search import Finder, Index, Looker, Tally


def add_arguments(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    add_register(actions.add_parser("register", help="look at pictures and put them into an index"))
    add_image(actions.add_parser("image", help="find the nearest to pictures"))
    add_video_arguments(
        actions.add_parser("video", help="find the nearest to the frames of a clip or of pictures")
    )
    add_evaluate(
        actions.add_parser("evaluate", help="recall@1 over labelled queries, with and without the crop")
    )


def add_register(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "index", type=Path, metavar="INDEX", help="index file (.npz); made where there is none"
    )
    add_pictures(parser)
    parser.add_argument(
        "--crop", choices=CROPS, help="what is compared (default: as the index, festive for a new one)"
    )
    add_crop_arguments(parser)
    add_backbone(parser)
    parser.set_defaults(act=register_pictures)


def add_image(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("index", type=Path, metavar="INDEX")
    parser.add_argument("pictures", nargs="+", type=Path, metavar="PICTURE")
    parser.add_argument(
        "--top", type=whole(1), default=5, metavar="N", help="at most so many matches (default: 5)"
    )
    add_search_arguments(parser)
    add_out(parser, "write pictures beside their matches as PNG")
    parser.set_defaults(act=search_pictures)


def add_evaluate(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "queries",
        type=existing,
        metavar="QUERIES.json",
        help='{"pictures": [FILE|DIR, …], "queries": [{"picture": FILE, "same": [FILE, …]}, …]}',
    )
    parser.add_argument(
        "--root", type=existing, metavar="DIR", help="where its paths begin (default: beside it)"
    )
    parser.add_argument("--crops", default="none,festive", help="crops to compare (default: none,festive)")
    add_json(parser, "one JSON object per crop")
    add_crop_arguments(parser)
    add_backbone(parser)
    parser.set_defaults(act=evaluate)


def run(arguments: argparse.Namespace) -> int:
    return int(arguments.act(arguments))


def register_pictures(arguments: argparse.Namespace) -> int:
    from ml.pictures import find_pictures
    from ml.tools.search import SearchError, empty_index, load_index, npz, register, save_index

    path = npz(arguments.index)
    old = load_index(path) if path.exists() else None
    looker = looker_for(arguments.crop or (old.maker.crop if old else "festive"), arguments)
    paths = list(find_pictures(arguments.paths))
    if not paths:
        raise SearchError(f"There are no pictures in {', '.join(map(str, arguments.paths))}.")
    index, tally = register(
        old or empty_index(looker.maker),
        looker,
        paths,
        lambda grown: save_index(path, grown),
        lambda tally: report(tally.done, len(paths)),
    )
    for name, why in tally.refused.items():
        print(f"{name}: {why}", file=sys.stderr)
    print(in_words(tally, index, path))
    return exit_code(len(tally.refused), len(paths))


def in_words(tally: Tally, index: Index, path: Path) -> str:
    return (
        f"{tally.added} added, {tally.known} there already, {len(tally.refused)} refused; "
        f"{path} has {len(index.entries)} pictures with {len(index.vectors)} vectors"
    )


def search_pictures(arguments: argparse.Namespace) -> int:
    from ml.tools.search.pages import check_panel
    from ml.types import MlError

    check_panel(arguments.panel)
    index, finder, looker = opened(arguments)
    refused = 0
    for picture in arguments.pictures:
        try:
            line = line_of(picture, index, finder, looker, arguments)
        except MlError as error:
            print(f"{picture}: {error}", file=sys.stderr)
            refused += 1
            continue
        print(json.dumps(line) if arguments.json else "\n".join(words_of(line)), flush=True)
    return exit_code(refused, len(arguments.pictures))


def line_of(
    picture: Path, index: Index, finder: Finder, looker: Looker, arguments: argparse.Namespace
) -> dict[str, Any]:
    from ml.pictures import read_picture, write_picture
    from ml.tools.search import search
    from ml.tools.search.pages import match_page

    image = read_picture(picture)
    matches = search(index, finder, looker.look(image), arguments.top, arguments.threshold)
    line: dict[str, Any] = {"picture": str(picture), "matches": [in_numbers(match) for match in matches]}
    if arguments.out:
        page = match_page(image, matches, arguments.panel)
        line["written"] = str(write_picture(arguments.out / f"{picture.stem}-matches.png", page))
    return line


def words_of(line: dict[str, Any]) -> list[str]:
    found = [f"  {match['score']:.3f}  {match['path']}" for match in line["matches"]]
    return [f"{line['picture']}:", *(found or ["  nothing above the threshold"])]


def evaluate(arguments: argparse.Namespace) -> int:
    from ml.tools.search import SearchError, read_exam, sit

    exam = read_exam(arguments.queries, arguments.root)
    crops = arguments.crops.split(",")
    if unknown := set(crops) - set(CROPS):
        raise SearchError(f"There is no crop {sorted(unknown)[0]!r}; known are: {', '.join(CROPS)}.")
    for crop in crops:
        marks = sit(exam, looker_for(crop, arguments), lambda tally: report(tally.done, len(exam.pictures)))
        line = marks.summary(crop)
        print(json.dumps(line) if arguments.json else marks_in_words(line), flush=True)
    return 0


def marks_in_words(line: dict[str, Any]) -> str:
    low, high = line["likely_range"]
    return (
        f"crop {line['crop']:<9} recall@1 {line['recall_at_1']:.2f} ({low:.2f} to {high:.2f}), recall@5 "
        f"{line['recall_at_5']:.2f}; {line['queries']} queries, guessing gives {line['chance']:.2f}"
    )
