from __future__ import annotations

from server.houses.queries import houses_of_drive, season_of_drive
from server.houses.services import publish_scores
from server.maps.services import publish_heat

from server.drives import runs
from server.drives.models import StageRun
from server.frames.queries import live_scorer


def publish(run: StageRun) -> None:
    """House → HouseScore and HeatCell under the live scorer: from here on visitors see it."""
    scorer = live_scorer()
    season = season_of_drive(run.drive)
    if scorer is None or season is None:
        return
    with runs.hold(run):
        house_ids = houses_of_drive(run.drive)
        publish_scores(scorer=scorer, season=season, house_ids=house_ids)
        publish_heat(scorer=scorer, season=season, house_ids=house_ids)
        runs.count(run, came_in=len(house_ids), out=len(house_ids))
