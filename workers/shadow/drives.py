"""Drive by drive, what a scorer's regions show: sightings, houses, scores, heat. Nothing that is another scorer's changes."""

from __future__ import annotations

from django.utils.translation import gettext as _

from server.drives.models import Drive
from server.frames.models import Scorer
from server.houses.identity.attaching import attach_drive
from server.houses.identity.identify import inherit_houses
from server.houses.models import Season, Sighting
from server.houses.placing.distances import measure_distances
from server.houses.placing.locate import place_beside
from server.houses.services import ensure_seasons_of_drive, publish_scores
from server.houses.worth.evenings import houses_passed, publish_evenings
from server.houses.worth.novelty import publish_novelty
from server.maps.services import publish_heat
from server.scorers.queries import drives_to_bring
from server.scorers.services import note_brought
from workers.comparing import compare_regions
from workers.shadow.turn import Turn


def bring_drives(turn: Turn, scorer: Scorer) -> bool:
    """Whether no drive is left. A drive that comes meanwhile is left for the next round of maps."""
    waiting = drives_to_bring(scorer)
    turn.at(_("Houses, scores and maps, drive by drive"), waiting.count())
    for drive in list(waiting):
        bring(turn, drive, scorer)
        turn.counted(1)
        if turn.over:
            return False
    return True


def bring(turn: Turn, drive: Drive, scorer: Scorer) -> None:
    """Doing it again changes nothing."""
    with turn.hold():
        place_beside(drive, scorer)
        inherit_houses(drive, scorer, moving=False)
    compare_regions(turn.hold, drive, scorer)
    with turn.hold():
        attach_drive(drive, scorer)
    with turn.hold():
        measure_distances(drive, scorer)
        publish(drive, scorer, houses_shown(drive, scorer))
        note_brought(scorer, drive)


def houses_shown(drive: Drive, scorer: Scorer) -> list[int]:
    shown = Sighting.objects.filter(frame__drive=drive, scorer=scorer, house__isnull=False)
    return sorted(set(shown.values_list("house_id", flat=True)))


def publish(drive: Drive, scorer: Scorer, house_ids: list[int]) -> None:
    """The scores, evenings, novelty and map of this scorer alone.

    Houses that it founded may have moved with what this drive saw of them: then they move on its maps of other seasons too.
    """
    seasons = ensure_seasons_of_drive(drive)
    for season in seasons_shown(scorer, house_ids, seasons):
        if season in seasons:
            publish_scores(scorer=scorer, season=season, house_ids=house_ids)
        publish_heat(scorer=scorer, season=season, house_ids=house_ids, drive_ids=[drive.pk])
    publish_evenings(scorer=scorer, house_ids=houses_passed(drive, scorer))
    for season in seasons:
        publish_novelty(scorer=scorer, season=season, house_ids=house_ids)


def seasons_shown(scorer: Scorer, house_ids: list[int], seasons: list[Season]) -> list[Season]:
    """These and all in which the scorer shows one of the houses, in the order that all publishers keep."""
    shown = Season.objects.filter(house_scores__scorer=scorer, house_scores__house__in=house_ids)
    return sorted({*seasons, *shown}, key=lambda season: season.pk)
