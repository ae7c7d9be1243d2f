"""All figures of the scorer, as `python -m ml evaluate --baselines` gives them, and those of the last line by name.

Needs FESTIVITY_REAL_DATA. Options are those of `evaluate`; the last line is one line of JSON.
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import sys
from typing import Any

from ml.cli import main as ml_command
from ml.evaluation import EDGES, HAND_MADE, SCORER, UNTRAINED

# name of the last line: set of pictures, figure, system
NAMED = {
    "spearman": ("drive", "spearman", SCORER),
    "spearman_edges": ("drive", "spearman", EDGES),
    "spearman_hand_made": ("drive", "spearman", HAND_MADE),
    "spearman_untrained": ("drive", "spearman", UNTRAINED),
    "spearman_lit": ("drive", "spearman_lit", SCORER),
    "auc_lit": ("drive", "auc_lit", SCORER),
    "top50_festivity": ("drive", "top50", SCORER),
    "top50_edges": ("drive", "top50", EDGES),
    "negatives_none_share": ("night negatives", "none_share", SCORER),
    "negatives_none_share_unseen": ("night negatives", "none_share_unseen", SCORER),
    "lamps_none_share": ("lamps only", "none_share", SCORER),
    "houses_above_none_share": ("decorated houses", "above_none_share", SCORER),
    "figures_above_none_share": ("figures and inflatables", "above_none_share", SCORER),
    "decorated_above_none_share": ("decorated frames", "above_none_share", SCORER),
    "left_out_average_precision": ("own masks, group left out", "average_precision", SCORER),
    "rendered_iou": ("rendered, unseen", "iou", SCORER),
    "rendered_average_precision": ("rendered, unseen", "average_precision", SCORER),
    "network_frames_per_s": ("speed", "network_frames_per_s", SCORER),
    "frames_per_s": ("speed", "read_and_score_frames_per_s", SCORER),
    "decode_ms": ("speed", "decode_ms", SCORER),
}


def named(found: dict[str, Any]) -> dict[str, Any]:
    """Scorer and value, low and high end of each figure that `found` holds."""
    rows = {(row["on"], row["figure"]): row for row in found["figures"]}
    ends = {
        name: rows[on, figure][system]
        for name, (on, figure, system) in NAMED.items()
        if system in rows.get((on, figure), {})
    }
    values = {name: figure["value"] for name, figure in ends.items()}
    intervals = {name: [figure["low"], figure["high"]] for name, figure in ends.items()}
    return {"scorer": found["scorer"], **values, "intervals": intervals}


def main() -> None:
    if not os.environ.get("FESTIVITY_REAL_DATA"):
        sys.exit("Set FESTIVITY_REAL_DATA to the folder of real data.")
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        code = ml_command(["evaluate", "--baselines", *sys.argv[1:]])
    if code:
        sys.exit(code)
    print(json.dumps(named(json.loads(printed.getvalue()))))


if __name__ == "__main__":
    main()
