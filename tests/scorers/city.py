"""A small city under the live scorer, made by the parts that make it: frames, features, sightings, houses, scores and map."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta

from django.core.files.base import ContentFile
from django.db import connection
from django.test import Client
from django.utils import timezone

from ml.scorer import Scorer as Network
from server.drives.models import Drive, Stage
from server.frames.models import Frame, Scorer
from server.frames.services import FrameScored, keep_features, record_scores
from server.houses.identity.identify import identify_drive
from server.houses.placing.distances import measure_distances
from server.houses.placing.locate import place_beside
from server.houses.queries import houses_of_drive
from server.houses.services import ensure_seasons_of_drive, publish_scores
from server.houses.worth.novelty import publish_novelty
from server.jobs.models import Job
from server.maps.models import TileStamp
from server.maps.services import publish_heat
from server.scorers.services import begin_shadow
from tests.labels.street import BEGAN, Shot, jpeg
from tests.server.factories import (
    HOME,
    make_drive,
    make_frame,
    make_neighbourhood,
    make_season,
    make_staff,
    make_street,
    place,
)
from workers import scoring
from workers.jobs import run_job
from workers.steps.score import row_of

STEP_M = 4.0
TABLES = {
    "houses_house": "id, public_id, position, facing_deg, front, hidden, merged_into_id, street_id, neighbourhood_id",
    "votes_vote": "id, house_id, season_id, category_id, state",
    "labels_label": "id, frame_id, verdict",
}


@dataclass
class City:
    """The live scorer, a network that scores as it does, and what is seen on the way: each evening sees most of it."""

    scorer: Scorer
    network: Network
    shots: list[Shot]
    drives: list[Drive]

    def drive(self, number: int, scorer: Scorer | None = None) -> Drive:
        """One more evening down the street, scored and published under a scorer, the live one unless told."""
        scorer = scorer or Scorer.objects.get(live=True)
        drive = make_drive(
            title=f"Evening {number}", stage=Stage.DONE, scorer_hash=scorer.hash, finished_at=timezone.now()
        )
        seen = self.shots[:5] if number % 2 else self.shots[3:]
        frames = [
            self.frame(drive, shot, [one.name for one in self.shots].index(shot.name), number)
            for shot in seen
        ]
        looks = scoring.network_of(scorer)
        record_scores(scorer, [rows(frame, shot, looks) for frame, shot in zip(frames, seen, strict=True)])
        make_houses(drive, scorer)
        self.drives.append(drive)
        return drive

    def frame(self, drive: Drive, shot: Shot, at: int, number: int) -> Frame:
        frame = make_frame(
            drive,
            side=shot.side,
            at=BEGAN + timedelta(days=number, seconds=at),
            where=place(0.5 * number, STEP_M * at, HOME),
            width=shot.picture.shape[1],
            height=shot.picture.shape[0],
        )
        if shot.name not in PICTURES:
            PICTURES[shot.name] = jpeg(shot.picture)
        content = ContentFile(PICTURES[shot.name])
        frame.still.save(f"stills/{frame.public_id}.jpg", content, save=False)
        frame.picture.save(f"{frame.public_id}.jpg", content, save=False)
        frame.thumbnail.save(f"{frame.public_id}-small.jpg", content, save=True)
        keep_features(
            frame, backbone_sha256=self.network.backbone.sha256, content=shot.scored.features or b""
        )
        return frame


PICTURES: dict[str, bytes] = {}
SCORED: dict[tuple[str, str], FrameScored] = {}
"""What each scorer said of each picture: the same on every evening."""


def rows(frame: Frame, shot: Shot, looks: Network) -> FrameScored:
    key = looks.hash, shot.name
    if key not in SCORED:
        same = looks.hash == scoring.network().hash
        image = shot.scored if same else looks.score_again([shot.picture], [shot.scored.features or b""])[0]
        SCORED[key] = row_of(frame, image, shot.picture)
    return replace(SCORED[key], frame_id=frame.pk)


def make_houses(drive: Drive, scorer: Scorer) -> None:
    """What the stages after scoring do of a drive whose frames have their places."""
    place_beside(drive, scorer)
    identify_drive(drive, scorer)
    measure_distances(drive, scorer)
    for season in ensure_seasons_of_drive(drive):
        houses = houses_of_drive(drive)
        publish_scores(scorer=scorer, season=season, house_ids=houses)
        publish_heat(scorer=scorer, season=season, house_ids=houses, drive_ids=[drive.pk])
        publish_novelty(scorer=scorer, season=season, house_ids=houses)


def driven_city(shots: list[Shot], network: Network, live: Scorer | None = None, evenings: int = 2) -> City:
    """Two evenings, or fewer, under the shipped scorer, or another that is live."""
    scorer = live or scoring.working_scorer()
    make_season()
    make_neighbourhood()
    make_street()
    city = City(scorer, network, shots, [])
    for number in range(evenings):
        city.drive(number)
    return city


def in_shadow(scorer: Scorer) -> Job:
    """Scores by it in shadow, to the end."""
    job = begin_shadow(scorer=scorer, asked_by=make_staff())
    while job.is_open:
        run_job(job.pk)
        job.refresh_from_db()
    return job


def checksums() -> dict[str, str]:
    """Of what nobody may move: houses, votes, labels."""
    found = {}
    with connection.cursor() as cursor:
        for table, columns in TABLES.items():
            cursor.execute(
                f"SELECT md5(coalesce(string_agg(row::text, '|' ORDER BY id), '')) FROM (SELECT {columns} FROM {table}) row"
            )
            found[table] = cursor.fetchone()[0]
    return found


def tiles_of(scorer: Scorer) -> list[str]:
    """The addresses of all tiles, vector and raster, that show anything under a scorer, and some around."""
    rows = TileStamp.objects.filter(scorer=scorer).order_by("layer", "z", "x", "y")
    kinds = {"heat": ("mvt", "png"), "houses": ("mvt",), "neighbourhoods": ("mvt",)}
    return [f"/tiles/{row.layer}/{row.z}/{row.x}/{row.y}.{kind}" for row in rows for kind in kinds[row.layer]]


def bytes_of(client: Client, addresses: list[str]) -> dict[str, bytes]:
    return {address: b"".join(client.get(address)) for address in addresses}
