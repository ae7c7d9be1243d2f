"""The command line: every module of this package is one command.

A command module has a docstring (its help), `add_arguments(parser)` and `run(arguments) -> int`, the exit code. Heavy
imports belong into `run`, so that `--help` stays quick.
"""

from __future__ import annotations

import argparse
import importlib
import pkgutil
import sys
from collections.abc import Sequence

from ml.types import MlError


def command_names() -> list[str]:
    """Names of all commands."""
    return sorted(module.name for module in pkgutil.iter_modules(__path__))


def build_parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m ml", description="Festivity of night pictures.")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for name in command_names():
        module = importlib.import_module(f"{__name__}.{name}")
        summary = (module.__doc__ or "").strip()
        command = commands.add_parser(name, help=summary.splitlines()[0], description=summary)
        module.add_arguments(command)
        command.set_defaults(run=module.run)
    return parser


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; errors that `ml` raises on purpose become one sentence and exit code 2."""
    parsed = build_parser().parse_args(arguments)
    try:
        return int(parsed.run(parsed))
    except MlError as error:
        print(error, file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("Stopped.", file=sys.stderr)
        return 130
