"""Search by picture: vectors of pictures or houses in an index, and the nearest of them."""

from ml.tools.search.index import (
    Entry,
    Index,
    Look,
    Maker,
    SearchError,
    check_maker,
    empty_index,
    load_index,
    npz,
    save_index,
)
from ml.tools.search.looker import Looker
from ml.tools.search.nearest import (
    FAISS_ABOVE,
    Finder,
    Match,
    check_search,
    faiss_installed,
    open_finder,
    search,
)
from ml.tools.search.recall import Exam, Marks, read_exam, sit
from ml.tools.search.register import Tally, register

__all__ = [
    "FAISS_ABOVE",
    "Entry",
    "Exam",
    "Finder",
    "Index",
    "Look",
    "Looker",
    "Maker",
    "Marks",
    "Match",
    "SearchError",
    "Tally",
    "check_maker",
    "check_search",
    "empty_index",
    "faiss_installed",
    "load_index",
    "npz",
    "open_finder",
    "read_exam",
    "register",
    "save_index",
    "search",
    "sit",
]
