"""A search by photo the whole way through a worker's step, with the real network on rendered nights."""

from __future__ import annotations

import json
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from django.conf import settings
from django.core.files.base import File
from django.core.files.storage import default_storage
from django.utils import timezone
from PIL import Image
from pytest_django.fixtures import Settings

from ml.pictures import read_picture
from ml.types import ScoredImage
from server.frames.models import Region, Scorer
from server.houses.models import House, HouseScore, Sighting
from server.houses.services import hide_house
from server.scorers.services import promote
from server.search import services
from server.search.models import Asker, Failure, PhotoSearch
from tests.server.factories import (
    done_in_shadow,
    make_frame,
    make_house,
    make_region,
    place,
    score_house,
    see,
)
from tests.workers.photos import night, saved
from workers import looking, region_index, scoring

pytestmark = pytest.mark.django_db
ASKER = Asker(visitor="somebody")
State = PhotoSearch.State


class Evening:
    """A rendered drive of two cameras, scored once: every second moment is known to the map, the others are to search with."""

    def __init__(self, folder: Path) -> None:
        frames = json.loads((folder / "truth.json").read_text())["frames"]
        self.photos = [folder / "photos" / frame["photo"] for frame in frames]
        pictures = [read_picture(path) for path in self.photos]
        self.scored = scoring.network().score(pictures)
        self.mirrored = scoring.network().score([np.ascontiguousarray(one[:, ::-1]) for one in pictures[:8]])
        self.drawn = [[drawn_at(region.box, frame) for region in scored.regions]
                      for scored, frame in zip(self.scored, frames, strict=True)]  # fmt: skip

    def query(self) -> tuple[Path, int]:
        """The brightest photo that the map does not know, and the number of the house that most of its light is of."""
        fresh = [number for number in range(len(self.drawn)) if self.drawn[number] and not is_known(number)]
        best = max(fresh, key=lambda number: self.scored[number].festivity)
        return self.photos[best], self.drawn[best][0]


def is_known(number: int) -> bool:
    """Left and right take turns: of four photos the first two, one of each side, are on the map."""
    return number % 4 < 2


def drawn_at(box: Any, frame: dict[str, Any]) -> int:
    """The house of the frame whose middle is nearest to the region's; -1 without any."""
    middle = (box[0] + box[2]) / 2
    houses = sorted(frame["houses"], key=lambda one: abs((one["box"][0] + one["box"][2]) / 2 - middle))
    return houses[0]["house"] if houses else -1


@pytest.fixture(autouse=True)
def an_index_of_its_own(settings: Settings, tmp_path: Path) -> None:
    settings.SEARCH_INDEX = tmp_path / "search"


@pytest.fixture(scope="module")
def seen(evening: Path) -> Evening:
    return Evening(evening)


@pytest.fixture
def town(seen: Evening) -> dict[int, House]:
    """The houses of the evening on the map, by their number there."""
    scorer = scoring.working_scorer()
    houses: dict[int, House] = {}
    known = [number for number in range(len(seen.scored)) if is_known(number)]
    for scored, drawn in [(seen.scored[number], seen.drawn[number]) for number in known]:
        frame = make_frame()
        for region, number in zip(keep(scored, frame, scorer), drawn, strict=True):
            if number not in houses:
                houses[number] = make_house(place(30 * number))
                score_house(houses[number], scorer=scorer, best_frame=frame)
            see(houses[number], frame, region=region)
    for scored in [*seen.scored, *seen.mirrored]:
        keep(scored, make_frame(), scorer)
    return houses


def keep(scored: ScoredImage, frame: Any, scorer: Scorer) -> list[Region]:
    vectors = [region.vector.astype(np.float16).tobytes() for region in scored.regions]
    return [
        make_region(frame, region.share, scorer, box=list(region.box), vector=vector)
        for region, vector in zip(scored.regions, vectors, strict=True)
    ]


def ask(content: bytes) -> PhotoSearch:
    return services.ask_by_photo(
        asker=ASKER, picture=File(BytesIO(content), name="Our house, 7 Fir Lane.jpg")
    )


def look(search: PhotoSearch) -> PhotoSearch:
    looking.look_for(search.pk)
    search.refresh_from_db()
    return search


def stored() -> list[str]:
    return default_storage.listdir("searches")[1] if default_storage.exists("searches") else []


def test_a_photo_finds_the_house_that_it_shows(town: dict[int, House], seen: Evening) -> None:
    photo, number = seen.query()
    search = look(ask(photo.read_bytes()))
    assert (search.state, search.scorer_hash) == (State.FOUND, scoring.network().hash)
    best = search.matches[0]
    assert best["house"] == town[number].public_id
    assert best["likeness"] >= 0.7
    assert len(best["crop"]) == 4


def test_a_photo_is_gone_once_it_was_looked_at_and_left_no_name(
    town: dict[int, House], seen: Evening
) -> None:
    search = ask(seen.query()[0].read_bytes())
    assert stored() == [search.public_id]
    look(search)
    assert (stored(), search.picture.name) == ([], "")
    assert "Fir Lane" not in json.dumps(PhotoSearch.objects.values().get(), default=str)


def test_a_hidden_house_is_never_found(town: dict[int, House], seen: Evening) -> None:
    photo, number = seen.query()
    look(ask(photo.read_bytes()))
    hide_house(town[number])
    names = [match["house"] for match in look(ask(photo.read_bytes())).matches]
    assert town[number].public_id not in names


def test_what_a_person_called_not_festive_is_not_found(town: dict[int, House], seen: Evening) -> None:
    photo, number = seen.query()
    look(ask(photo.read_bytes()))
    Sighting.objects.filter(house=town[number]).update(suppressed=True)
    names = [match["house"] for match in look(ask(photo.read_bytes())).matches]
    assert town[number].public_id not in names


def test_a_change_of_the_map_asks_for_no_new_index(town: dict[int, House], seen: Evening) -> None:
    photo, number = seen.query()
    look(ask(photo.read_bytes()))
    before = index_files()
    HouseScore.objects.filter(house=town[number]).delete()
    names = [match["house"] for match in look(ask(photo.read_bytes())).matches]
    assert town[number].public_id not in names
    assert index_files() == before


def index_files() -> dict[Path, float]:
    return {path: path.stat().st_mtime for path in settings.SEARCH_INDEX.rglob("*") if path.name != "lock"}


def test_a_region_that_is_gone_leaves_the_index(town: dict[int, House], seen: Evening) -> None:
    scorer = scoring.working_scorer()
    region_index.catch_up(scorer)
    Region.objects.filter(sighting__house=town[seen.query()[1]]).delete()
    region_index.sweep()
    rows = region_index.rows_of(scorer)
    assert rows is not None
    assert sorted(rows.ids) == sorted(Region.objects.filter(scorer=scorer).values_list("pk", flat=True))


def test_a_house_finds_displays_like_its_own_and_not_itself(town: dict[int, House], seen: Evening) -> None:
    number = seen.query()[1]
    twin = make_house(place(0, 900))
    score_house(twin, scorer=scoring.working_scorer())
    region = Region.objects.filter(sighting__house=town[number]).first()
    assert region is not None
    frame = make_frame()
    see(twin, frame, region=make_region(frame, 0.1, region.scorer, vector=bytes(region.vector)))
    names = [match["house"] for match in look(services.ask_by_house(asker=ASKER, house=town[number])).matches]
    assert names[0] == twin.public_id
    assert town[number].public_id not in names


def test_a_house_without_a_display_gets_a_sentence(town: dict[int, House]) -> None:
    search = look(services.ask_by_house(asker=ASKER, house=make_house()))
    assert search.failure == Failure.NO_DISPLAY


def test_vectors_of_two_scorers_are_never_compared(town: dict[int, House], seen: Evening) -> None:
    photo, number = seen.query()
    look(ask(photo.read_bytes()))
    newer = Scorer.objects.create(hash="newer", backbone="newer", head="newer")
    promote(scorer=done_in_shadow(newer))
    assert look(ask(photo.read_bytes())).failure == Failure.NO_MAP
    for made in range(40):
        vector = np.eye(192, dtype=np.float16)[made].tobytes()
        frame = make_frame()
        see(town[number], frame, region=make_region(frame, 0.1, newer, vector=vector))
    score_house(town[number], scorer=newer)
    assert look(ask(photo.read_bytes())).failure == Failure.CHANGING
    look(services.ask_by_house(asker=ASKER, house=town[number]))
    index = region_index.rows_of(newer)
    assert index is not None
    assert set(index.ids) == set(Region.objects.filter(scorer=newer).values_list("pk", flat=True))


@pytest.mark.parametrize(
    ("content", "failure"),
    [
        (b"", Failure.EMPTY),
        (b"no picture at all", Failure.UNKNOWN_KIND),
        (b"GIF89a" + bytes(40), Failure.UNKNOWN_KIND),
        (saved(night())[:400], Failure.TRUNCATED),
        (saved(night(40, 40)), Failure.TOO_SMALL),
        (saved(Image.new("RGB", (320, 180))), Failure.DARK),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_bad_picture_ends_in_a_sentence_and_is_not_kept(
    town: dict[int, House], content: bytes, failure: Failure
) -> None:
    search = look(ask(content))
    assert (search.state, search.failure, stored()) == (State.FAILED, failure, [])
    assert search.get_failure_display().endswith(".")


def test_an_empty_map_gets_a_sentence(db: None, seen: Evening) -> None:
    assert look(ask(seen.query()[0].read_bytes())).failure == Failure.NO_MAP
    assert stored() == []


def test_a_fault_of_ours_ends_in_a_sentence_too_and_keeps_no_picture(
    town: dict[int, House], seen: Evening
) -> None:
    Region.objects.update(vector=b"odd")
    search = ask(seen.query()[0].read_bytes())
    with pytest.raises(ValueError, match="buffer size"):
        looking.look_for(search.pk)
    search.refresh_from_db()
    assert (search.failure, stored()) == (Failure.UNFORESEEN, [])


def test_two_messages_for_one_search_are_one_search(town: dict[int, House], seen: Evening) -> None:
    search = look(ask(seen.query()[0].read_bytes()))
    looking.look_for(search.pk)
    search.refresh_from_db()
    assert (search.state, search.attempts) == (State.FOUND, 1)


def test_a_worker_that_fell_silent_is_replaced_and_its_late_word_is_void(
    town: dict[int, House], seen: Evening
) -> None:
    search = ask(seen.query()[0].read_bytes())
    slow = services.claim(search.pk)
    assert slow is not None
    PhotoSearch.objects.update(sent_at=timezone.now() - timedelta(minutes=5))
    assert services.sweep() == 1
    assert look(search).state == State.FOUND
    assert not services.give_up(slow, Failure.UNFORESEEN)
    search.refresh_from_db()
    assert search.state == State.FOUND
