"""Arguments that several commands share, each with one meaning, one name and one default."""

from __future__ import annotations

import argparse
import math
from collections.abc import Callable
from pathlib import Path


def whole(least: int) -> Callable[[str], int]:
    """A reader of a whole number that is not below `least`."""

    def read(text: str) -> int:
        if not text.isdecimal() or int(text) < least:
            raise argparse.ArgumentTypeError(f"{text!r} is not a whole number of {least} or more")
        return int(text)

    return read


def positive(text: str) -> float:
    """A number above 0."""
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not (math.isfinite(value) and value > 0):
        raise argparse.ArgumentTypeError(f"{text!r} is no number above 0")
    return value


def number(text: str) -> float:
    """A number that is finite."""
    return numbers(1)(text)[0]


def share(text: str) -> float:
    """A number in 0..1."""
    value = number(text)
    if not 0 <= value <= 1:
        raise argparse.ArgumentTypeError(f"{text!r} does not lie between 0 and 1")
    return value


def numbers(count: int) -> Callable[[str], tuple[float, ...]]:
    """A reader of `count` numbers with commas between them, such as a point `x,y`."""

    said = "a number" if count == 1 else f"{count} numbers with commas between them"

    def read(text: str) -> tuple[float, ...]:
        try:
            found = tuple(float(part) for part in text.split(","))
        except ValueError:
            found = ()
        if len(found) != count or not all(map(math.isfinite, found)):
            raise argparse.ArgumentTypeError(f"{text!r} is not {said}")
        return found

    return read


def whole_numbers(text: str) -> tuple[int, ...]:
    """Whole numbers with commas between them."""
    try:
        return tuple(int(part) for part in text.split(","))
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is not whole numbers with commas between them") from None


def add_pictures(parser: argparse.ArgumentParser, may_be_none: bool = False) -> None:
    """`paths`: picture files, and folders with pictures anywhere below them."""
    count = "*" if may_be_none else "+"
    parser.add_argument(
        "paths", nargs=count, type=Path, metavar="FILE|DIR", help="pictures, or folders of them"
    )


def add_json(parser: argparse.ArgumentParser, words: str = "one JSON object per picture") -> None:
    parser.add_argument("--json", action="store_true", help=words)


def add_out(parser: argparse.ArgumentParser, words: str) -> None:
    parser.add_argument("--out", type=Path, metavar="DIR", help=words)


def add_threads(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--threads", type=whole(1), metavar="N", help="threads of the network (default: all cores)"
    )


def add_scorer(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--scorer",
        default="embedded",
        metavar="NAME",
        help="name or folder/name of a scorer (default: embedded)",
    )
    add_threads(parser)


def add_backbone(parser: argparse.ArgumentParser) -> None:
    """`backbone` and `threads`."""
    parser.add_argument(
        "--backbone",
        default="embedded",
        metavar="NAME",
        help="name or folder/name of a backbone (default: embedded); `python -m ml backbones list` says which there are",
    )
    add_threads(parser)


def add_layers(parser: argparse.ArgumentParser, words: str = "-1, the last") -> None:
    """`layers`; None means what `words` say."""
    parser.add_argument(
        "--layers", type=whole_numbers, metavar="N,…", help=f"layers of the patches (default: {words})"
    )


def add_long_side(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--long-side",
        type=whole(1),
        metavar="PX",
        help="size at which the network sees a picture (default: its own)",
    )


def add_long_sides(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--long-side",
        type=whole_numbers,
        metavar="PX,…",
        help="sizes at which the network sees a picture; several are averaged (default: its own)",
    )
