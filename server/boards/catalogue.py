"""The boards of the site: what each is called, how it is reckoned, what may be asked of it, and what reads it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Generic

from django.utils.translation import gettext_lazy as _

from server.boards import queries
from server.boards.asked import (
    BoardAskedSerializer,
    EveningAskedSerializer,
    ImprovedAskedSerializer,
)
from server.boards.queries import Read
from server.boards.rows import (
    AnyRow,
    DriverRow,
    ImprovedRow,
    NeighbourhoodRow,
    NovelRow,
    StreetRow,
    StretchRow,
)

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

HOUSES = "houses"
STREET_OR_NEIGHBOURHOOD = _("Street or neighbourhood")


@dataclass(frozen=True)
class Board(Generic[AnyRow]):
    """`empty`: why there is nothing, and what to do. `looks_for`: what its field for words takes. `kept`: read once for the same
    scores. How it is reckoned stands in templates/boards/told/<slug>.html."""

    slug: str
    tab: StrOrPromise
    title: StrOrPromise
    lead: StrOrPromise
    empty: StrOrPromise
    kind: type[AnyRow]
    read: Read[AnyRow]
    asked_by: type[BoardAskedSerializer] = EveningAskedSerializer
    looks_for: StrOrPromise = STREET_OR_NEIGHBOURHOOD
    on_map: bool = True
    kept: bool = False

    @property
    def by_evening(self) -> bool:
        return issubclass(self.asked_by, EveningAskedSerializer)

    @property
    def compares(self) -> bool:
        return issubclass(self.asked_by, ImprovedAskedSerializer)


STREETS = Board(
    slug="streets",
    tab=_("Streets"),
    title=_("The brightest streets"),
    lead=_("By the mean points of their houses."),
    empty=_("No street with two decorated houses here. Choose another season or evening, or fewer letters."),
    kind=StreetRow,
    read=queries.streets,
    kept=True,
)
STRETCHES = Board(
    slug="stretches",
    tab=_("Best 100 m"),
    title=_("The best 100 metres"),
    lead=_("The stretches of street whose houses shine most together: a walk of two minutes."),
    empty=_(
        "No 100 metres with two decorated houses here. Choose another season or evening, or fewer letters."
    ),
    kind=StretchRow,
    read=queries.stretches,
    kept=True,
)
NEIGHBOURHOODS = Board(
    slug="neighbourhoods",
    tab=_("Neighbourhoods"),
    title=_("The brightest neighbourhoods"),
    lead=_("By the mean points of their houses."),
    empty=_(
        "No neighbourhood with a decorated house here. Choose another season or evening, or fewer letters."
    ),
    kind=NeighbourhoodRow,
    read=queries.neighbourhoods,
    looks_for=_("Neighbourhood"),
)
IMPROVED = Board(
    slug="improved",
    tab=_("Most improved"),
    title=_("The most improved houses"),
    lead=_("Those that gained the most points."),
    empty=_(
        "No house has changed that much. A comparison needs two evenings, or two seasons, on which somebody came past."
    ),
    kind=ImprovedRow,
    read=queries.improved,
    asked_by=ImprovedAskedSerializer,
    looks_for=_("Street, neighbourhood or house"),
)
NOVEL = Board(
    slug="novel",
    tab=_("Most unusual"),
    title=_("The most unusual displays"),
    lead=_("Displays with many lights, the most unlike the others first."),
    empty=_("There are too few displays yet to say which is unlike the others."),
    kind=NovelRow,
    read=queries.novel,
    looks_for=_("Street, neighbourhood or house"),
)
DRIVERS = Board(
    slug="drivers",
    tab=_("Drivers"),
    title=_("Drivers by new kilometres"),
    lead=_("Those who brought streets that nobody had brought before them this season."),
    empty=_(
        "No driver is on this board yet, or none of this name. Whoever brings drives can put themselves here."
    ),
    kind=DriverRow,
    read=queries.drivers,
    asked_by=BoardAskedSerializer,
    looks_for=_("A driver's name"),
    on_map=False,
)
BOARDS: dict[str, Board[Any]] = {
    board.slug: board for board in (STREETS, STRETCHES, NEIGHBOURHOODS, IMPROVED, NOVEL, DRIVERS)
}
