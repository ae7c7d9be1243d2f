from __future__ import annotations

from server.drives import runs
from server.drives.models import StageRun
from server.houses.identity.leaving import publish_left
from server.houses.places.addresses import note_passed
from server.houses.placing.distances import measure_distances
from server.houses.queries import houses_of_drive
from server.houses.services import ensure_seasons_of_drive, publish_scores, seasons_with, take_unpublished
from server.houses.worth.evenings import houses_passed, publish_evenings
from server.houses.worth.novelty import publish_novelty
from server.maps.services import publish_heat, refresh_heat
from workers.region_index import keep_up
from workers.scoring import scorer_of


def publish(run: StageRun) -> None:
    """House → HouseScore and HeatCell under the drive's scorer: where that is live, visitors see it from here on.

    The houses may have moved with what this drive saw of them: then they move on the maps of other seasons and scorers too.
    Houses whose sightings it divided anew may have no sighting of this drive, and scores in any season and under any scorer.
    """
    scorer = scorer_of(run)
    with runs.hold(run):
        measure_distances(run.drive, scorer)
    with runs.hold(run):
        regrouped = take_unpublished()
        house_ids = sorted({*houses_of_drive(run.drive), *regrouped})
        seasons = ensure_seasons_of_drive(run.drive)
        for season in seasons_with(seasons) if regrouped else seasons:
            publish_scores(scorer=scorer, season=season, house_ids=house_ids)
            publish_heat(scorer=scorer, season=season, house_ids=house_ids, drive_ids=[run.drive.pk])
        publish_left(regrouped, but=scorer)
        publish_evenings(scorer=scorer, house_ids=houses_passed(run.drive, scorer))
        note_passed(run.drive)
        runs.count(run, came_in=len(house_ids), out=len(house_ids))
    with runs.hold(run):
        for season in ensure_seasons_of_drive(run.drive):
            publish_novelty(scorer=scorer, season=season, house_ids=house_ids)
    with runs.hold(run):
        refresh_heat(house_ids=house_ids, drive_ids=[run.drive.pk])
    keep_up(scorer)
