"""The command line: every module of this package is one command, but for those whose names begin with an underscore.

A command module has a docstring (its help), `add_arguments(parser)` and `run(arguments) -> int`, the exit code. Heavy
imports belong into `run`, so that `--help` stays quick.
"""

from __future__ import annotations

import argparse
import importlib
import pkgutil
import sys
from collections.abc import Sequence
from pathlib import Path

from ml.types import MlError

EXTRAS = frozenset({"torch", "onnx", "onnxscript", "matplotlib"})


def command_names() -> list[str]:
    """Names of all commands; where a module's name has an underscore, its command has a dash."""
    names = (module.name for module in pkgutil.iter_modules(__path__))
    return sorted(name.replace("_", "-") for name in names if not name.startswith("_"))


def existing(path: str) -> Path:
    """A path on the command line that has to be there; argparse stops with this sentence where it is not."""
    if not Path(path).exists():
        raise argparse.ArgumentTypeError(f"{path} does not exist")
    return Path(path)


def build_parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m ml", description="Festivity of night pictures.")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for name in command_names():
        module = importlib.import_module(f"{__name__}.{name.replace('-', '_')}")
        summary = (module.__doc__ or "").strip()
        command = commands.add_parser(
            name,
            help=summary.splitlines()[0],
            description=summary,
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )
        module.add_arguments(command)
        command.set_defaults(run=module.run)
    return parser


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; errors that `ml` raises on purpose, and missing extras, become one sentence and exit code 2."""
    parsed = build_parser().parse_args(arguments)
    try:
        return int(parsed.run(parsed))
    except MlError as error:
        print(error, file=sys.stderr)
        return 2
    except ModuleNotFoundError as error:
        if error.name not in EXTRAS:
            raise
        print(
            f"{error.name} is not installed; requirements/train.in says what training needs.", file=sys.stderr
        )
        return 2
    except KeyboardInterrupt:
        print("Stopped.", file=sys.stderr)
        return 130
