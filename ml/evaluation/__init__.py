"""How good is a scorer: against masks, another system's scores, baselines, and pictures of lamps that are not festive."""

from ml.evaluation.figures import EDGES, HAND_MADE, SCORER, UNTRAINED, Figure, Row, as_table
from ml.evaluation.maps import KeptMaps
from ml.evaluation.pictures import RealData, plain_folders, unseen_renderings
from ml.evaluation.report import Sources, report
from ml.evaluation.sheet import write_sheet

__all__ = [
    "EDGES",
    "HAND_MADE",
    "SCORER",
    "UNTRAINED",
    "Figure",
    "KeptMaps",
    "RealData",
    "Row",
    "Sources",
    "as_table",
    "plain_folders",
    "report",
    "unseen_renderings",
    "write_sheet",
]
