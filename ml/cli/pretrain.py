"""Pre-train the embedded backbone; run it again to go on where it stopped.

Learns from rendered drives (folders with photos and masks), from real photos that have a drawn mask, and from photos
without any. Every source may be left out.
"""

from __future__ import annotations

import argparse
import signal
import sys
from pathlib import Path

MORE_OFTEN = 2  # a photo with a drawn mask is seen this many times as often as one of nothing festive


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("folder", type=Path, help="where the checkpoint lies")
    parser.add_argument(
        "--rendered", nargs="*", type=Path, default=[], metavar="DIR", help="folders with photos/ and masks/"
    )
    parser.add_argument(
        "--real", nargs="*", type=Path, default=[], metavar="DIR", help="folders of real photos"
    )
    parser.add_argument("--steps", type=int, default=1500)
    parser.add_argument(
        "--truth-steps", type=int, default=1000, help="of these, first steps for the stem alone"
    )
    parser.add_argument("--batch", type=int, default=16)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--threads", type=int, help="threads of torch (default: all cores)")
    parser.add_argument(
        "--plain",
        nargs="*",
        type=Path,
        default=[],
        metavar="DIR",
        help="folders of photos of nothing festive",
    )


def run(arguments: argparse.Namespace) -> int:
    import torch

    from ml.pictures import find_pictures
    from ml.pretrain.run import Pool, Recipe, Run, pretrain
    from ml.truth import labelled_pictures, plain_pictures, rendered_pictures

    signal.signal(signal.SIGTERM, signal.default_int_handler)
    if arguments.threads:
        torch.set_num_threads(arguments.threads)
    pool = Pool(
        rendered=[picture for folder in arguments.rendered for picture in rendered_pictures(folder)],
        labelled=MORE_OFTEN * labelled_pictures(arguments.real)
        + [picture for folder in arguments.plain for picture in plain_pictures(folder)],
        plain=list(find_pictures(arguments.real)),
    )
    print(
        f"{len(pool.rendered)} rendered pictures, {len(pool.labelled)} real ones with masks, {len(pool.plain)} without",
        file=sys.stderr,
    )
    recipe = Recipe(
        steps=arguments.steps, truth_steps=arguments.truth_steps, batch=arguments.batch, seed=arguments.seed
    )
    pretrain(Run(arguments.folder, recipe), pool)
    return 0
