from __future__ import annotations

from server.drives import runs
from server.drives.cameras.settling import questions, what_to_do
from server.drives.models import StageRun
from server.houses.places.roads import note_streets
from server.houses.placing.locate import locate_drive
from server.maps.services import note_ground, publish_without
from workers.ends import Rejected
from workers.originals import put_away
from workers.scoring import scorer_of
from workers.settling import settle_with_frames


def locate(run: StageRun) -> None:
    """Frame → heading; Region → Sighting. Regions without a heading are counted as rejected.

    Nothing is placed by a camera whose side or clock is in doubt: the drive waits for its driver's word. Sightings that
    moved away from the house that they showed have none from here on, and that house is published without them. Where the
    drive went beside all known streets, streets are made of its track.
    """
    put_away(run)
    scorer = scorer_of(run)
    settle_with_frames(run, scorer)
    asked = questions(run.drive)
    if asked:
        raise Rejected(what_to_do(asked))
    with runs.hold(run):
        located = locate_drive(run.drive, scorer)
        publish_without(located.left)
        if note_streets(run.drive):
            note_ground()
        runs.count(run, came_in=located.came_in, out=located.out, rejected=located.unplaced)
