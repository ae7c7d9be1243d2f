"""Pre-train the embedded backbone; run it again to go on where it stopped.

Learns from rendered nights (folders with photos/ and masks/; drives with truth.json also show houses more than once), from real
photos without any truth, and from what a dense encoder said of either (see `python -m ml teach`). Every source may be left out.

Example: python -m ml pretrain pretrained --rendered drive --taught lessons --steps 2000
"""

from __future__ import annotations

import argparse
import signal
import sys
from pathlib import Path

from ml.cli import existing
from ml.cli._arguments import whole

FOLDERS = {
    "--rendered": "folders with photos/ and masks/",
    "--real": "folders of real photos",
    "--probe": "pictures with masks for the linear probe (default: the rendered ones)",
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("folder", type=Path, help="where checkpoint and curves lie")
    for name, about in FOLDERS.items():
        parser.add_argument(name, nargs="*", type=existing, default=[], metavar="DIR", help=about)
    parser.add_argument("--taught", type=existing, metavar="DIR", help="what a dense encoder said of them")
    parser.add_argument("--steps", type=whole(1), default=5000, metavar="N", help="in all (default: 5000)")
    parser.add_argument(
        "--batch", type=whole(1), default=24, metavar="N", help="pictures a step (default: 24)"
    )
    parser.add_argument("--seed", type=whole(0), default=0, metavar="N", help="of all chance (default: 0)")
    parser.add_argument("--device", default="auto", help="cpu, cuda or auto (default)")
    parser.add_argument("--threads", type=whole(1), metavar="N", help="threads of torch (default: all cores)")


def run(arguments: argparse.Namespace) -> int:
    import torch

    from ml.pretrain.probe import Probe, probe_pictures
    from ml.pretrain.run import Recipe, Run, pretrain
    from ml.pretrain.sources import find_sources
    from ml.pretrain.taught import Lessons
    from ml.types import WeightsError

    signal.signal(signal.SIGTERM, signal.default_int_handler)
    if arguments.threads:
        torch.set_num_threads(arguments.threads)
    device = arguments.device
    if device == "auto":
        device = "cuda" if torch.cuda.is_available() else "cpu"
    elif device.startswith("cuda") and not torch.cuda.is_available():
        raise WeightsError("torch sees no GPU here; leave --device out, or say --device cpu.")
    if arguments.taught and not any(arguments.taught.glob("*.npy")):
        raise WeightsError(
            f"Nothing in {arguments.taught} was said by an encoder; see python -m ml teach --help."
        )
    pool = find_sources(arguments.rendered, arguments.real)
    print(
        f"{len(pool.rendered)} rendered pictures, {len(pool.real)} real ones, "
        f"{len(pool.houses)} houses seen more than once; on {device}",
        file=sys.stderr,
    )
    recipe = Recipe(steps=arguments.steps, batch=arguments.batch, seed=arguments.seed)
    probe = Probe(probe_pictures(arguments.probe, arguments.rendered))
    pretrain(Run(arguments.folder, recipe, device=device), pool, Lessons(arguments.taught), probe)
    return 0
