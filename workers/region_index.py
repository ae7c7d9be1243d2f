"""The regions of a scorer as an index to search in, kept up by publishing and by the sweeper, never as a whole by a search.

It knows nothing of houses: which houses the found regions show, and whether these may be seen, is asked of the database after
every search. So hiding a house, grouping sightings anew or calling a frame not festive needs no new index.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence

import numpy as np
from django.conf import settings
from django.db.models import Count, Max, Sum

from ml.tools.kept import KeptError, kept
from ml.tools.search.things import PROTOTYPES, prototypes
from ml.types import Floats
from server.frames.models import Region, Scorer
from server.frames.queries import live_scorer
from workers.region_file import Ids, RegionFile, Rows

log = logging.getLogger(__name__)

AT_ONCE = 500
A_FEW = 200
IN_A_SWEEP = 4000


def region_file(scorer: Scorer) -> RegionFile | None:
    """None while the scorer has no region."""
    vector = Region.objects.filter(scorer=scorer).values_list("vector", flat=True).first()
    return RegionFile(settings.SEARCH_INDEX / scorer.hash, len(vector) // 2) if vector else None


def rows_of(scorer: Scorer) -> Rows | None:
    """The index as it is now, after a few regions that it misses were added; None while there is none."""
    catch_up(scorer, most=A_FEW)
    file = region_file(scorer)
    return file.rows() if file else None


def catch_up(scorer: Scorer, most: int | None = None) -> int:
    """Adds at most so many regions that are missing, and takes out those that are gone; how many were added.

    Where another process is at it, this one leaves it alone.
    """
    file = region_file(scorer)
    if file is None or is_complete(scorer, file):
        return 0
    with file.locked() as mine:
        return brought_up(scorer, file, most) if mine else 0


def keep_up(scorer: Scorer, most: int | None = None) -> None:
    """The same for those to whom searching is no matter: a full disk stops no drive."""
    try:
        catch_up(scorer, most)
    except OSError as error:
        log.warning("The index of searches could not be written: %s", error)


def sweep() -> None:
    """What publishing could not do: a few thousand regions of the live scorer at a time, until none is missing."""
    if scorer := live_scorer():
        keep_up(scorer, most=IN_A_SWEEP)


def is_complete(scorer: Scorer, file: RegionFile) -> bool:
    """Whether the index has the very regions of the database, by their number, sum and largest id."""
    now = Region.objects.filter(scorer=scorer).aggregate(n=Count("pk"), most=Max("pk"), total=Sum("pk"))
    ids = file.rows().ids
    return (len(ids), int(ids.sum())) == (now["n"], now["total"]) and is_of_this_database(file, now["most"])


def is_of_this_database(file: RegionFile, region_id: int) -> bool:
    """Whether one region has the same vector here and there: ids come again where a database was set up anew."""
    rows = file.rows()
    places = np.flatnonzero(rows.ids == region_id)
    stored = Region.objects.filter(pk=region_id).values_list("vector", flat=True).first()
    return not len(places) or stored is None or bytes(stored) == rows.vectors[places[0]].tobytes()


def brought_up(scorer: Scorer, file: RegionFile, most: int | None) -> int:
    ids = np.array(Region.objects.filter(scorer=scorer).values_list("pk", flat=True), dtype=np.int64)
    known = file.rows()
    stays = np.isin(known.ids, ids)
    if len(known.ids) and not is_of_this_database(file, int(known.ids.max())):
        stays[:] = False
    if not stays.all():
        file.replace(known.chosen(stays))
    missing = np.setdiff1d(ids, known.ids[stays])[:most]
    for first in range(0, len(missing), AT_ONCE):
        file.add(made_of(missing[first : first + AT_ONCE], file))
    return len(missing)


def made_of(ids: Ids, file: RegionFile) -> Rows:
    """The rows of these regions, as the database has them."""
    found = list(
        Region.objects.filter(pk__in=ids.tolist()).order_by("pk").values_list("pk", "vector", "patches")
    )
    vectors = np.zeros((len(found), file.dimension), dtype=np.float16)
    things = np.zeros((len(found), PROTOTYPES, file.dimension), dtype=np.int8)
    for row, (_, vector, patches) in enumerate(found):
        if len(vector) == vectors[row].nbytes:
            vectors[row] = np.frombuffer(vector, np.float16)
        grid = patches_of(bytes(patches))
        if grid.shape[1] == file.dimension:
            things[row] = prototypes(grid)
    return Rows(np.array([pk for pk, *_ in found], dtype=np.int64), vectors, things)


def patches_of(content: bytes) -> Floats:
    """(n, D) of length 1 that were kept of a region; (0, 0) where none were, or none can be read."""
    try:
        display = kept(content, np.zeros(1, dtype=np.float32))
    except KeptError:
        return np.zeros((0, 0), dtype=np.float32)
    return np.asarray(display.grid[display.seen])


def patches_of_regions(ids: Sequence[int]) -> dict[int, Floats]:
    """What was kept of each of these regions."""
    rows = Region.objects.filter(pk__in=ids).values_list("pk", "patches")
    return {pk: patches_of(bytes(content)) for pk, content in rows}
