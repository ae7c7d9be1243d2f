"""Builders of rows for tests: each makes what it needs, and takes what a test cares about by keyword.

Places are `(lon, lat)` pairs. Without further words a frame is taken on 5 December 2026 in the season "2026",
by a camera on the right side, at HOME, and the scorer is the live one.
"""

from __future__ import annotations

import io
from datetime import UTC, date, datetime, timedelta
from itertools import count
from math import cos, radians
from typing import Any

import numpy as np
from django.contrib.gis.geos import LineString, MultiPolygon, Point, Polygon
from django.core.files.base import ContentFile
from django.utils import timezone
from PIL import Image

from server.accounts.models import User
from server.competitions.models import Award, Competition, Entry
from server.competitions.models import Category as CompetitionCategory
from server.competitions.queries import today
from server.drives.models import Camera, Drive, Footage, Side, TrackPoint
from server.frames.models import Frame, FrameScore, Region, Scorer
from server.houses.models import House, HouseEvening, HouseScore, Neighbourhood, Season, Sighting, Street
from server.labels.drawing import Drawing, Mark
from server.labels.models import Label
from server.labels.services import Origin, record_mask
from server.maps.services import Refreshed, publish_heat
from server.scorers.models import Shadow
from server.votes.addresses import address_hash
from server.votes.models import Category, Poll, Vote, Voter
from server.votes.services import cast_vote

LonLat = tuple[float, float]
HOME: LonLat = (-117.1, 32.9)
NIGHT = datetime(2026, 12, 5, 20, tzinfo=UTC)
CARD = {
    "points": {"formula": "100 * (1 - exp(-festivity / scale))", "scale": 0.08},
    "class_limits": {"some": 0.01, "many": 0.05, "most": 0.15},
    "dimension": 4,
}
METRES_PER_DEGREE = 111_195.0
numbers = count(1)


def place(east_m: float = 0, north_m: float = 0, origin: LonLat = HOME) -> LonLat:
    """The place so many metres east and north of `origin`."""
    lon, lat = origin
    return lon + east_m / (METRES_PER_DEGREE * cos(radians(lat))), lat + north_m / METRES_PER_DEGREE


def make_user(email: str = "", password: str | None = None, **fields: Any) -> User:
    """Signs in by `client.force_login(user)`; without a password no slow hash is computed."""
    return User.objects.create_user(email or f"person{next(numbers)}@example.org", password, **fields)


def make_staff(**fields: Any) -> User:
    return make_user(is_staff=True, **fields)


def make_superuser(**fields: Any) -> User:
    return make_user(is_staff=True, is_superuser=True, **fields)


def make_drive(driver: User | None = None, **fields: Any) -> Drive:
    return Drive.objects.create(driver=driver or make_user(), **{"title": "A December evening", **fields})


def make_camera(drive: Drive | None = None, side: str = Side.RIGHT, **fields: Any) -> Camera:
    """The drive's camera of that side, made when it is missing."""
    drive = drive or make_drive()
    fields = {"mount_angle_deg": Camera.MOUNT_ANGLE_DEG[side], **fields}
    return Camera.objects.get_or_create(drive=drive, key=side, defaults={"side": side, **fields})[0]


def make_footage(drive: Drive | None = None, side: str = Side.RIGHT, **fields: Any) -> Footage:
    number = next(numbers)
    drive = drive or make_drive()
    accepted = {
        "camera": make_camera(drive, side),
        "name": f"phone_{side}_{number}.jpg",
        "file": f"footage/{number}.jpg",
        "size_bytes": 1000,
        "sha256": f"{number:064x}",
        "state": Footage.State.ACCEPTED,
    }
    return Footage.objects.create(drive=drive, **{**accepted, **fields})


def make_track_point(drive: Drive, at: datetime = NIGHT, where: LonLat = HOME, **fields: Any) -> TrackPoint:
    return TrackPoint.objects.create(drive=drive, at=at, position=Point(*where), **fields)


def make_frame(
    drive: Drive | None = None,
    side: str = Side.RIGHT,
    at: datetime = NIGHT,
    where: LonLat = HOME,
    **fields: Any,
) -> Frame:
    """A frame without files behind it; `give_picture` adds them."""
    footage = fields.pop("footage", None) or make_footage(drive, side)
    camera: Any = footage.camera
    taken = {
        "device_at": at,
        "captured_at": at,
        "position": Point(*where),
        "heading_deg": 0.0,
        "width": 800,
        "height": 450,
    }
    names = {"picture": f"frames/{footage.pk}.jpg", "thumbnail": f"frames/{footage.pk}-small.jpg"}
    return Frame.objects.create(
        drive=footage.drive, camera=camera, footage=footage, **{**taken, **names, **fields}
    )


def picture_bytes(width: int = 160, height: int = 90, colour: tuple[int, int, int] = (40, 20, 10)) -> bytes:
    """A plain JPEG."""
    stream = io.BytesIO()
    Image.new("RGB", (width, height), colour).save(stream, "JPEG")
    return stream.getvalue()


def give_picture(frame: Frame) -> Frame:
    frame.picture.save(f"{frame.public_id}.jpg", ContentFile(picture_bytes()), save=False)
    frame.thumbnail.save(f"{frame.public_id}-small.jpg", ContentFile(picture_bytes(80, 45)), save=True)
    return frame


def make_scorer(live: bool = False, **fields: Any) -> Scorer:
    named = {"hash": f"{next(numbers):012x}", "backbone": "embedded", "head": "linear", "card": CARD}
    return Scorer.objects.create(live=live, **{**named, **fields})


def done_in_shadow(scorer: Scorer) -> Scorer:
    """As if it had scored everything."""
    Shadow.objects.create(scorer=scorer, done_at=timezone.now())
    return scorer


def the_scorer() -> Scorer:
    """The live scorer, made when there is none."""
    return Scorer.objects.filter(live=True).first() or make_scorer(live=True)


def score_frame(frame: Frame, festivity: float = 0.1, scorer: Scorer | None = None) -> FrameScore:
    """A score with an even festivity map of 6 × 10 patches."""
    patches = bytes([round(festivity * 255)]) * 60
    return FrameScore.objects.create(
        frame=frame, scorer=scorer or the_scorer(), festivity=festivity, map_rows=6, map_columns=10,
        map_bytes=patches, cls_vector=bytes(8),
    )  # fmt: skip


def draw_label(frame: Frame, author: User | None = None, rows: int = 90, columns: int = 160) -> Label:
    """A label whose mask is the left half of the frame's picture, by one click."""
    mask = np.zeros((rows, columns), dtype=bool)
    mask[:, : columns // 2] = True
    drawing = Drawing((Mark(0.25, 0.5),))
    origin = Origin(the_scorer(), "")
    return record_mask(frame=frame, author=author or make_staff(), drawing=drawing, mask=mask, origin=origin)


def make_region(frame: Frame, share: float = 0.1, scorer: Scorer | None = None, **fields: Any) -> Region:
    scorer = scorer or the_scorer()
    index = Region.objects.filter(frame=frame, scorer=scorer).count()
    shape = {"box": [0.2, 0.2, 0.8, 0.8], "festivity": min(1.0, share * 2), "vector": bytes(8)}
    return Region.objects.create(frame=frame, scorer=scorer, index=index, share=share, **{**shape, **fields})


def make_season(year: int = 2026) -> Season:
    """The season of that December, made when it is missing."""
    dates = {"starts_on": date(year, 11, 1), "ends_on": date(year + 1, 1, 15)}
    season, made = Season.objects.get_or_create(name=str(year), defaults=dates)
    if made:
        open_polls(season)
    return season


def square(centre: LonLat = HOME, half_side_m: float = 500) -> Polygon:
    west, south = place(-half_side_m, -half_side_m, centre)
    east, north = place(half_side_m, half_side_m, centre)
    return Polygon.from_bbox((west, south, east, north))


def make_neighbourhood(
    name: str = "Candy Cane Lane", centre: LonLat = HOME, half_side_m: float = 500, **fields: Any
) -> Neighbourhood:
    """A square neighbourhood around `centre`."""
    slug = name.lower().replace(" ", "-")
    boundary = MultiPolygon(square(centre, half_side_m))
    return Neighbourhood.objects.create(name=name, **{"slug": slug, "boundary": boundary, **fields})


def make_street(
    name: str = "Holly Street", start: LonLat = HOME, end: LonLat | None = None, **fields: Any
) -> Street:
    """A straight street, 200 m to the north unless told."""
    line = LineString(start, end or place(0, 200, start))
    return Street.objects.create(name=name, line=line, **{"kind": "residential", **fields})


def make_house(where: LonLat = HOME, **fields: Any) -> House:
    """A house without a score: it is found, but on no list and no map."""
    return House.objects.create(position=Point(*where), **{"facing_deg": 90.0, **fields})


def see(house: House | None, frame: Frame | None = None, share: float = 0.1, **fields: Any) -> Sighting:
    """One region of a frame (a new one unless given) that shows the house."""
    where = house.position if house else Point(*HOME)
    frame = frame or make_frame(where=(where.x, where.y))
    region = fields.pop("region", None) or make_region(frame, share, fields.pop("scorer", None))
    placed = {"side": Side.RIGHT, "position": where, "bearing_deg": 90.0, "facing_deg": 90.0}
    return Sighting.objects.create(
        house=house, frame=frame, region=region, scorer=region.scorer, **{**placed, **fields}
    )


def score_house(
    house: House, festivity: float = 0.1, season: Season | None = None, **fields: Any
) -> HouseScore:
    """A published score, without sightings behind it unless `best_frame` is given."""
    fields = {"scorer": fields.pop("scorer", None) or the_scorer(), "frames": 1, "counted": 1, **fields}
    return HouseScore.objects.create(
        house=house, season=season or make_season(), festivity=festivity, **fields
    )


def make_ranked_house(
    festivity: float = 0.1, where: LonLat = HOME, season: Season | None = None, **fields: Any
) -> House:
    """A house with one sighting and a published score: it is on the map and on the list."""
    house = make_house(where, **fields)
    sighting = see(house, share=festivity)
    score_house(house, festivity, season, best_frame=sighting.frame)
    return house


def publish_map(season: Season | None = None, **only: Any) -> Refreshed:
    """What the scores say comes onto the map of the live scorer."""
    return publish_heat(scorer=the_scorer(), season=season or make_season(), **only)


def make_map_house(
    festivity: float = 0.1, where: LonLat = HOME, season: Season | None = None, **fields: Any
) -> House:
    """A house with a score that is on the map."""
    house = make_house(where, **fields)
    score_house(house, festivity, season)
    publish_map(season, house_ids=[house.pk])
    return house


def make_evening(house: House, on: date, festivity: float = 0.1) -> HouseEvening:
    """What an evening saw of the house; 0 for dark."""
    return HouseEvening.objects.create(house=house, scorer=the_scorer(), on=on, festivity=festivity, frames=3)


def season_now() -> Season:
    """A season from two months ago until in two months, so that competitions can be under way in it: every one that there is, or
    one of its own."""
    dates = {"starts_on": today() - timedelta(60), "ends_on": today() + timedelta(60)}
    Season.objects.update(**dates)
    return Season.objects.first() or Season.objects.create(name="now", **dates)


def make_competition(starts_in: int = -10, ends_in: int = 10, **fields: Any) -> Competition:
    """A published one that is under way unless told, around HOME, with one category by points."""
    number = next(numbers)
    held = {
        "slug": f"competition-{number}",
        "name": f"Lights of winter {number}",
        "boundary": MultiPolygon(square()),
        "starts_on": today() + timedelta(starts_in),
        "ends_on": today() + timedelta(ends_in),
        "published": True,
    }
    competition = Competition.objects.create(**{**held, **fields})
    CompetitionCategory.objects.create(competition=competition, name="Brightest house")
    return competition


def make_entry(competition: Competition, house: House, **fields: Any) -> Entry:
    taken = {"state": Entry.State.APPROVED, "email": f"resident{next(numbers)}@example.org"}
    return Entry.objects.create(competition=competition, house=house, **{**taken, **fields})


def make_award(house: House, competition: Competition | None = None, place: int = 1) -> Award:
    """The house's place in the first category of an announced competition, which is still under way unless it is given."""
    competition = competition or make_competition(announced_at=NIGHT)
    category = competition.categories.get()
    entry = make_entry(competition, house)
    return Award.objects.create(category=category, entry=entry, place=place, worth=50.0)


def make_voter(user: User | None = None, **fields: Any) -> Voter:
    """The account's voter (a new account's unless given)."""
    user = user or make_user()
    return Voter.objects.get_or_create(
        user=user,
        defaults={
            "address_hash": address_hash(user.email),
            "since": datetime(2020, 1, 1, tzinfo=UTC),
            **fields,
        },
    )[0]


def the_category(slug: str = "most-festive") -> Category:
    return Category.objects.get(slug=slug)


def open_polls(season: Season) -> None:
    """The season takes votes in every category, whatever the date is where the tests run."""
    for category in Category.objects.all():
        Poll.objects.get_or_create(category=category, season=season)


def make_vote(
    house: House,
    voter: User | Voter | None = None,
    season: Season | None = None,
    category: str = "most-festive",
) -> Vote:
    """A counted vote, in the house's standing as well."""
    return cast_vote(
        voter=voter if isinstance(voter, Voter) else make_voter(voter),
        house=house,
        category=the_category(category),
        season=season or make_season(),
    )
