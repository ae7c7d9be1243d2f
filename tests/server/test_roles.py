"""Every route of the site × everyone who may come: one table says what each of them gets."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone

from server.accounts.models import User
from server.core.roles import Role
from server.drives.models import Upload
from server.houses.identity.decisions import say_apart
from server.jobs.kinds import Kind
from server.jobs.services import ask
from server.search.models import Asker
from server.search.services import ask_by_house
from server.tours.asked import Asked
from server.tours.services import share_tour
from server.training.models import Lesson
from server.trust.models import Report
from server.trust.services import file_report
from tests.server.factories import (
    draw_label,
    give_picture,
    make_award,
    make_drive,
    make_frame,
    make_house,
    make_neighbourhood,
    make_region,
    make_staff,
    make_street,
    make_track_point,
    make_user,
    place,
    publish_map,
    score_frame,
    score_house,
    see,
    the_scorer,
)

# What a request gets of: nobody known, a member, the member whose drive it is, and staff.
TABLE: dict[str, tuple[int, int, int, int]] = {
    "maps:map": (200, 200, 200, 200),
    "maps:embed": (200, 200, 200, 200),
    "maps:places": (200, 200, 200, 200),
    "maps:names": (200, 200, 200, 200),
    "maps:preview": (200, 200, 200, 200),
    "maps:leaderboard": (200, 200, 200, 200),
    "boards:board": (200, 200, 200, 200),
    "boards:sheet": (200, 200, 200, 200),
    "boards:my-name": (302, 200, 200, 200),
    "boards:forget-my-name": (302, 405, 405, 405),
    "competitions:list": (200, 200, 200, 200),
    "competitions:competition": (200, 200, 200, 200),
    "competitions:enter": (200, 200, 200, 200),
    "competitions:result": (200, 200, 200, 200),
    "competitions:entries": (302, 403, 403, 200),
    "competitions:announce": (302, 403, 403, 405),
    "competitions:decide": (302, 403, 403, 405),
    "entry": (200, 200, 200, 200),
    "withdraw-entry": (405, 405, 405, 405),
    "badge": (200, 200, 200, 200),
    "maps:neighbourhood": (200, 200, 200, 200),
    "maps:street": (200, 200, 200, 200),
    "maps:points": (200, 200, 200, 200),
    "tiles:houses-mvt": (200, 200, 200, 200),
    "tiles:neighbourhoods-mvt": (204, 204, 204, 204),
    "tiles:base-mvt": (204, 204, 204, 204),
    "tiles:heat-mvt": (200, 200, 200, 200),
    "tiles:heat-png": (200, 200, 200, 200),
    "tiles:tracks": (401, 204, 200, 204),
    "tiles:tracks-tilejson": (401, 200, 200, 200),
    "tiles:style": (200, 200, 200, 200),
    "tiles:tilejson": (200, 200, 200, 200),
    "houses:list": (200, 200, 200, 200),
    "houses:lights": (200, 200, 200, 200),
    "houses:house": (200, 200, 200, 200),
    "houses:card": (200, 200, 200, 200),
    "tours:tour": (200, 200, 200, 200),
    "tours:from-here": (200, 200, 200, 200),
    "tours:share": (405, 405, 405, 405),
    "tours:shared": (200, 200, 200, 200),
    "tours:keeping-worker": (200, 200, 200, 200),
    "tours:gpx": (400, 400, 400, 400),
    "tours:kml": (400, 400, 400, 400),
    "trust:report": (200, 200, 200, 200),
    "trust:receipt": (200, 200, 200, 200),
    "drives:mine": (302, 200, 200, 200),
    "drives:upload": (302, 200, 200, 200),
    "drives:drive": (302, 404, 200, 200),
    "drives:home": (302, 200, 200, 200),
    "drives:forget-home": (302, 405, 405, 405),
    "drives:drop-originals": (302, 405, 405, 405),
    "drives:cameras": (302, 404, 200, 200),
    "frames:browse": (302, 200, 200, 200),
    "frames:grid": (302, 404, 200, 200),
    "frames:picture": (404, 404, 200, 200),
    "frames:thumbnail": (404, 404, 200, 200),
    "frames:overlay": (404, 404, 200, 200),
    "votes:mine": (200, 200, 200, 200),
    "votes:link": (302, 302, 302, 302),
    "votes:confirm": (410, 410, 410, 410),
    "votes:here": (302, 302, 302, 302),
    "votes:forget": (405, 405, 405, 405),
    "votes:held": (302, 403, 403, 200),
    "votes:tally-json": (200, 200, 200, 200),
    "votes:tally-csv": (200, 200, 200, 200),
    "votes:cast": (302, 302, 302, 302),
    "search:start": (200, 200, 200, 200),
    "search:like": (302, 302, 302, 302),
    "search:thing": (200, 200, 200, 200),
    "search:search": (404, 404, 200, 404),
    "labels:inspect": (302, 404, 200, 200),
    "labels:layer": (302, 404, 200, 200),
    "labels:verdict": (302, 403, 403, 302),
    "labelling:queue": (302, 403, 403, 200),
    "labelling:start": (302, 403, 403, 405),
    "labelling:rank": (302, 403, 403, 405),
    "labelling:take-skips-back": (302, 403, 403, 405),
    "labelling:skip": (302, 403, 403, 405),
    "labelling:next": (302, 403, 403, 200),
    "labels:elsewhere": (302, 403, 403, 200),
    "labels:again": (302, 403, 403, 405),
    "labels:withdraw": (302, 403, 403, 405),
    "labels:mask": (302, 403, 403, 200),
    "labels:exchange": (302, 403, 403, 200),
    "labels:zip": (302, 403, 403, 200),
    "labels:coco": (302, 403, 403, 200),
    "jobs:jobs": (302, 403, 403, 200),
    "jobs:job": (302, 403, 403, 200),
    "jobs:cancel": (302, 403, 403, 405),
    "training:lessons": (302, 403, 403, 200),
    "training:lesson": (302, 403, 403, 200),
    "scorers:scorers": (302, 403, 403, 200),
    "scorers:scorer": (302, 403, 403, 200),
    "scorers:shadow": (302, 403, 403, 405),
    "scorers:promote": (302, 403, 403, 200),
    "scorers:roll-back": (302, 403, 403, 200),
    "scorers:overlay": (302, 403, 403, 200),
    "review:queue": (302, 403, 403, 200),
    "review:decisions": (302, 403, 403, 200),
    "review:undo": (302, 403, 403, 405),
    "review:house": (302, 403, 403, 200),
    "review:crop": (302, 403, 403, 200),
    "accounts:sign-in": (200, 302, 302, 302),
    "accounts:sign-up": (200, 200, 200, 200),
    "accounts:sign-out": (405, 405, 405, 405),
    "accounts:password": (302, 200, 200, 200),
    "accounts:labellers": (302, 403, 403, 200),
    "accounts:withdraw-labeller": (302, 403, 403, 405),
    "accounts:invitation": (302, 404, 404, 404),
    "api:houses": (200, 200, 200, 200),
    "api:house": (200, 200, 200, 200),
    "api:vote": (401, 200, 200, 200),
    "api:neighbourhoods": (200, 200, 200, 200),
    "api:leaderboard": (200, 200, 200, 200),
    "api:board-streets": (200, 200, 200, 200),
    "api:board-stretches": (200, 200, 200, 200),
    "api:board-neighbourhoods": (200, 200, 200, 200),
    "api:board-improved": (200, 200, 200, 200),
    "api:board-novel": (200, 200, 200, 200),
    "api:board-drivers": (200, 200, 200, 200),
    "api:verdict": (401, 403, 403, 405),
    "api:features": (401, 403, 403, 409),
    "api:labels": (401, 403, 403, 200),
    "api:draft": (401, 403, 403, 200),
    "api:present": (401, 403, 403, 200),
    "api:carry": (401, 403, 403, 409),
    "api:accept": (401, 403, 403, 405),
    "api:home": (401, 200, 200, 200),
    "api:drives": (401, 200, 200, 200),
    "api:drive": (401, 404, 200, 200),
    "api:submit": (401, 405, 405, 405),
    "api:footage": (401, 404, 200, 200),
    "api:track": (401, 404, 200, 200),
    "api:track-findings": (401, 404, 200, 200),
    "api:cameras": (401, 404, 200, 200),
    "api:camera": (401, 404, 200, 200),
    "api:frames": (401, 404, 200, 200),
    "api:drive-uploads": (401, 404, 200, 404),
    "api:sent-files": (401, 405, 405, 405),
    "api:uploads": (401, 405, 405, 405),
    "api:upload": (401, 404, 200, 404),
    "api:search-by-photo": (405, 405, 405, 405),
    "api:search-by-click": (405, 405, 405, 405),
    "api:thing": (400, 400, 400, 400),
    "api:search": (404, 404, 200, 404),
    "api:schema": (200, 200, 200, 200),
    "api:docs": (200, 200, 200, 200),
    "api:not-found": (404, 404, 404, 404),
    "preferences": (405, 405, 405, 405),
    "icon": (302, 302, 302, 302),
    "health-live": (200, 200, 200, 200),
    "health-ready": (200, 200, 200, 200),
}
OF_A_HOUSE = (
    "houses:house",
    "houses:card",
    "votes:cast",
    "search:like",
    "trust:report",
    "review:house",
    "api:house",
    "api:vote",
)
OF_FRAMES = (
    "frames:picture", "frames:thumbnail", "frames:overlay", "labels:inspect", "labels:layer", "labels:verdict",
    "api:verdict", "api:features", "api:labels", "api:carry", "api:accept", "labelling:skip", "labelling:next",
    "labels:elsewhere", "labels:again", "labels:withdraw", "labels:mask", "api:draft", "api:present", "scorers:overlay",
)  # fmt: skip
VISITORS = ("nobody", "member", "driver", "staff")

# What a labeller gets, who is neither staff nor the drive's driver, where it is not what any member gets.
OF_A_LABELLER: dict[str, int] = {
    "frames:picture": 200,
    "frames:thumbnail": 200,
    "frames:overlay": 200,
    "labels:inspect": 200,
    "labels:layer": 200,
    "labels:verdict": 302,
    "labels:elsewhere": 200,
    "labels:again": 405,
    "labels:withdraw": 405,
    "labels:mask": 200,
    "labelling:queue": 200,
    "labelling:start": 405,
    "labelling:rank": 405,
    "labelling:take-skips-back": 405,
    "labelling:skip": 405,
    "labelling:next": 200,
    "api:verdict": 405,
    "api:features": 409,
    "api:labels": 200,
    "api:carry": 409,
    "api:accept": 405,
    "api:draft": 200,
    "api:present": 200,
}


def routes(resolver: URLResolver, spaces: tuple[str, ...] = ()) -> Iterator[tuple[str, URLPattern]]:
    """Every route below the resolver, by name, without the administration's own."""
    for entry in resolver.url_patterns:
        if isinstance(entry, URLPattern):
            yield ":".join([*spaces, entry.name or ""]), entry
        elif entry.app_name != "admin":
            yield from routes(entry, (*spaces, *filter(None, [entry.namespace])))


ROUTES = dict(routes(get_resolver()))


class Scene:
    """A driver with a drive, one private frame of it and an upload under way; and a house on the map."""

    def __init__(self) -> None:
        self.users: dict[str, User | None] = {
            "nobody": None, "member": make_user(), "driver": make_user(), "staff": make_staff(),
            "labeller": make_user(is_labeller=True),
        }  # fmt: skip
        self.drive = make_drive(self.users["driver"])
        self.frame = give_picture(make_frame(self.drive))
        score_frame(self.frame)
        self.label = draw_label(self.frame, self.users["staff"])
        self.upload = Upload.objects.create(
            drive=self.drive, name="a.jpg", length=9, expires_at=timezone.now() + timedelta(hours=1)
        )
        self.search = ask_by_house(asker=Asker(user=self.users["driver"]), house=make_house())
        self.neighbourhood, self.street = make_neighbourhood(), make_street()
        self.house = make_house()
        self.shown = see(self.house).frame
        score_house(self.house, best_frame=self.shown)
        self.report = file_report(house=self.house, kind=Report.Kind.OTHER)
        self.decision = say_apart(house=self.house, other=make_house(place(15)), by=self.users["staff"])
        self.region = make_region(self.frame)
        self.award = make_award(self.house)
        self.job = ask(Kind.TRAIN, title="A lesson")
        self.lesson = Lesson.objects.create(start=Lesson.Start.NOTHING, label_ids=[], labels_hash="0" * 64)
        self.tour = share_tour(Asked((self.house.public_id,)))
        publish_map()
        for east_m in (0, 100_000):
            make_track_point(self.drive, where=place(east_m))

    def client(self, visitor: str) -> Client:
        client = Client()
        if user := self.users[visitor]:
            client.force_login(user)
        return client

    def address(self, route: str) -> str:
        wanted = {
            "drive_id": self.drive.public_id,
            "public_id": self.public_id(route),
            "z": 0,
            "x": 0,
            "y": 0,
            "name": "houses",
            "layer": "label",
            "label": self.label.pk,
            "rest": "nothing",
            "pk": self.award.entry.pk if route == "competitions:decide" else self.decision.pk,
            "board": "streets",
            "region_id": self.region.pk,
            "receipt": (self.report if route == "trust:receipt" else self.award.entry).receipt,
            "token": "nosuchlink",
            "camera": self.frame.camera_id,
            "slug": self.competition_or_neighbourhood(route),
            "street": self.street.pk,
            "scorer_hash": the_scorer().hash,
        }
        taken = ROUTES[route].pattern.converters
        return reverse(route, kwargs={name: wanted[name] for name in taken})

    def competition_or_neighbourhood(self, route: str) -> str:
        of_competition = route.startswith("competitions:")
        return self.award.entry.competition.slug if of_competition else self.neighbourhood.slug

    def public_id(self, route: str) -> str:
        if route == "badge":
            return self.award.public_id
        if route in OF_FRAMES:
            return self.frame.public_id
        if route in OF_A_HOUSE:
            return self.house.public_id
        if route in ("search:thing", "api:thing"):
            return self.shown.public_id
        if route in ("search:search", "api:search"):
            return self.search.public_id
        if route.startswith("jobs:"):
            return self.job.public_id
        if route.startswith("training:"):
            return self.lesson.public_id
        if route == "tours:shared":
            return self.tour.public_id
        return self.upload.public_id if route == "api:upload" else self.drive.public_id

    def get(self, route: str, visitor: str) -> HttpResponse:
        ask = self.client(visitor).head if route == "api:upload" else self.client(visitor).get
        return ask(self.address(route), headers={"Tus-Resumable": "1.0.0"})


@pytest.fixture
def scene(db: None) -> Scene:
    return Scene()


def test_every_route_carries_a_role() -> None:
    without = [
        name for name, entry in ROUTES.items() if not isinstance(getattr(entry.callback, "role", None), Role)
    ]
    assert without == []


def test_the_table_names_every_route_and_no_other() -> None:
    assert set(TABLE) == set(ROUTES)


@pytest.mark.parametrize("route", TABLE)
def test_everyone_gets_what_the_table_says(scene: Scene, route: str) -> None:
    assert tuple(scene.get(route, visitor).status_code for visitor in VISITORS) == TABLE[route]
    of_a_member = TABLE[route][VISITORS.index("member")]
    assert scene.get(route, "labeller").status_code == OF_A_LABELLER.get(route, of_a_member)


@pytest.mark.parametrize(
    "route", [name for name, entry in ROUTES.items() if entry.callback.role is not Role.ANYONE]
)
def test_whoever_is_not_known_is_led_to_sign_in(scene: Scene, route: str) -> None:
    answer = scene.client("nobody").get(scene.address(route))
    led = answer.headers.get("Location", "").startswith(reverse("accounts:sign-in"))
    assert led or (answer.status_code, answer.json()) == (401, {"detail": "Sign in first."})


@pytest.mark.parametrize(
    "route", [name for name, entry in ROUTES.items() if entry.callback.role is Role.OWNER]
)
def test_a_drive_of_another_looks_as_if_it_did_not_exist(scene: Scene, route: str) -> None:
    private = scene.address(route)
    unknown = private.replace(scene.drive.public_id, "nosuchthing")
    answers = [scene.client("member").get(address).status_code for address in (private, unknown)]
    assert answers[0] == answers[1]


@pytest.mark.parametrize(
    ("method", "route"),
    [("post", "api:submit"), ("patch", "api:drive"), ("delete", "api:upload"), ("patch", "api:upload")],
)
def test_nobody_changes_the_drive_of_another(scene: Scene, method: str, route: str) -> None:
    headers = {"Tus-Resumable": "1.0.0", "Upload-Offset": "0"}
    kind = "application/offset+octet-stream" if route == "api:upload" else "application/json"
    for visitor in ("nobody", "member"):
        answer = getattr(scene.client(visitor), method)(
            scene.address(route), data=b"{}", content_type=kind, headers=headers
        )
        assert answer.status_code in (401, 404)


@pytest.mark.parametrize("visitor", ["nobody", "member", "driver"])
def test_only_staff_and_labellers_label(scene: Scene, visitor: str) -> None:
    scene.client(visitor).post(scene.address("labels:verdict"), {"verdict": "not_festive"})
    scene.client(visitor).post(
        scene.address("api:verdict"), {"verdict": "not_festive"}, content_type="application/json"
    )
    for route in ("api:labels", "api:accept"):
        scene.client(visitor).post(scene.address(route), {}, content_type="application/json")
    assert scene.frame.labels.count() == 1
