"""The demo: a synthetic drive, drawn from a seed, that goes through the real pipeline."""

from __future__ import annotations

import json
import shutil

from .commands import Commands
from .environment import python_path
from .progress import Progress
from .refusal import Refusal
from .state import State

SEED, HOUSES = 7, 40
TITLE = "Demo drive (synthetic)"
PLACES, PLACE_KINDS = "ml/tools/render/places", ("streets", "areas", "neighbourhoods")


def make_demo(state: State, commands: Commands, progress: Progress) -> dict[str, object]:
    """Draws the demo, imports its places and its drive, and waits for the last stage.

    Returns the figures of the import: drive, frames, scored, rejected, houses, seconds.
    """
    python, manage = str(python_path(state)), str(state.checkout / "manage.py")
    with progress.stage("demo: draw") as stage:
        shutil.rmtree(state.demo, ignore_errors=True)
        draw = ["-m", "ml", "render", str(state.demo), f"--seed={SEED}", f"--houses={HOUSES}", "--quiet"]
        commands.answer("Drawing the demo", [python, *draw], state.log("demo"))
        photos = state.demo / "photos"
        stage.detail = f"{sum(1 for _ in photos.iterdir())} photos; no house in them is real"
    with progress.stage("demo: places") as stage:
        places = [f"--{kind}={state.checkout / PLACES / kind}.geojson" for kind in PLACE_KINDS]
        commands.answer("Importing places", [python, manage, "import_places", *places], state.log("demo"))
        stage.detail = "streets of Helsinki, © OpenStreetMap contributors, ODbL"
    progress.say("  demo: through the pipeline")
    options = [str(photos), "--title", TITLE, "--synthetic", "--wait", "--json"]
    status, printed = commands.watched([python, manage, "import_drive", *options])
    if status:
        raise Refusal(
            f"Importing the demo drive ended with exit status {status}; see above and {state.logs}."
        )
    return read_figures(printed)


def read_figures(lines: list[str]) -> dict[str, object]:
    """The figures in the last line. Raises Refusal where a drive ended without them."""
    try:
        figures = json.loads(lines[-1])
        return {
            name: figures[name] for name in ("drive", "frames", "scored", "rejected", "houses", "seconds")
        }
    except (IndexError, KeyError, TypeError, json.JSONDecodeError) as error:
        shown = "\n".join(f"    {line}" for line in lines[-10:])
        raise Refusal(f"The demo drive ended without figures. Its last lines:\n{shown}") from error
