"""The commands behind ./festivity."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence

from .parts import Address
from .progress import Progress
from .refusal import Refusal
from .run import run
from .state import State, find_state
from .test import test
from .up import UpOptions, down, up

DESCRIPTION = "Festivity Map: a night drive goes in, a ranked map of decorated houses comes out."
EPILOG = """\
exit statuses:
  0  done                                3  the port is taken
  1  failed, and it says how             4  a package is missing, and it says which
  2  called wrongly                      5  another ./festivity uses the state folder

environment:
  FESTIVITY_STATE   the state folder (.festivity in the checkout); deleting it starts afresh
  DATABASE_URL      a PostGIS database to use instead of a private one: postgis://user:password@host/name
  REDIS_URL         a Valkey or Redis server to use instead of a private one: redis://host:6379/0
"""


def parser() -> argparse.ArgumentParser:
    whole = argparse.ArgumentParser(
        prog="./festivity",
        description=DESCRIPTION,
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    commands = whole.add_subparsers(dest="command", required=True, metavar="COMMAND")
    come_up = commands.add_parser("up", help="prepare, start and keep running; makes a demo the first time")
    come_up.add_argument("--host", default="127.0.0.1", help="address to listen on (127.0.0.1)")
    come_up.add_argument("--port", type=port, default=8000, help="port to listen on (8000)")
    come_up.add_argument("--no-demo", action="store_true", help="make no demo drive")
    come_up.add_argument("--once", action="store_true", help="come up, take the demo through, check, stop")
    commands.add_parser("down", help="stop a running ./festivity up")
    command = commands.add_parser(
        "run", help="run a command in the prepared environment, with the services up"
    )
    command.add_argument("--workers", action="store_true", help="with the workers too")
    command.add_argument("argv", nargs=argparse.REMAINDER, metavar="COMMAND …")
    commands.add_parser("test", help="run all checks; what follows goes to pytest, and then only pytest runs")
    commands.add_parser("help", help="show this")
    return whole


def port(text: str) -> int:
    number = int(text)
    if not 1 <= number <= 65535:
        raise argparse.ArgumentTypeError("is not between 1 and 65535")
    return number


def call(state: State, arguments: Sequence[str]) -> int:
    whole = parser()
    chosen, further = whole.parse_known_args(arguments)
    if further and chosen.command != "test":
        whole.error(f"unknown arguments: {' '.join(further)}")
    if chosen.command == "up":
        options = UpOptions(Address(chosen.host, chosen.port), demo=not chosen.no_demo, once=chosen.once)
        return up(state, options, Progress())
    if chosen.command == "down":
        return down(state, Progress())
    if chosen.command == "test":
        return test(state, further, Progress())
    if chosen.command == "run":
        if not chosen.argv:
            whole.error("run needs a COMMAND")
        return run(state, chosen.argv, chosen.workers, Progress(sys.stderr))
    whole.print_help()
    return 0


def main() -> int:
    try:
        return call(find_state(os.environ), sys.argv[1:])
    except Refusal as refusal:
        print(f"\n{refusal}", file=sys.stderr)
        return refusal.status


if __name__ == "__main__":
    sys.exit(main())
