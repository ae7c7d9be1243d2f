"""A search for houses by a picture, by another house's display, or by a thing of a frame."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from django.conf import settings
from django.contrib.gis.db import models
from django.contrib.postgres.fields import ArrayField
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from server.accounts.models import User
from server.core.identifiers import new_public_id
from server.frames.models import Frame
from server.houses.models import House

Box = tuple[float, float, float, float]


@dataclass(frozen=True)
class Asker:
    """Who asks: an account, or a session, known by a random word that only its cookie leads to; `visitor` may be empty."""

    user: User | None = None
    visitor: str = ""


class Failure(models.TextChoices):
    """Why a search ended without an answer, and what its asker can do."""

    EMPTY = "empty", _("The file is empty. Choose another one.")
    UNKNOWN_KIND = "unknown_kind", _("This is no JPEG, PNG or HEIC picture. Send the photo itself.")
    TRUNCATED = "truncated", _("The file ends too early. Choose it again, or take another photo.")
    UNREADABLE = "unreadable", _("The picture cannot be decoded. Choose another one.")
    ANIMATED = "animated", _("This is an animation. Send a single photo.")
    TOO_LARGE = "too_large", _("The picture has more pixels than any camera. Send the camera's own file.")
    TOO_SMALL = "too_small", _("The picture is too small to see a house in. Send a larger one.")
    DARK = "dark", _("There is nothing to be seen in the picture: it is black all over.")
    NO_MAP = (
        "no_map",
        _("There are too few displays on the map yet to compare with. Come back after more drives."),
    )
    NO_DISPLAY = "no_display", _("This house has no display on the map at present to compare with.")
    CHANGING = "changing", _("The site is moving to a new scorer just now. Try again in a few minutes.")
    GONE = "gone", _("This picture is no longer public. Choose another one.")
    NOT_KEPT = (
        "not_kept",
        _("What is in this picture was not kept under the present scorer. Choose another one."),
    )
    NOTHING = "nothing", _("Nothing festive is at this place of the picture. Point at something that is lit.")
    LOST = "lost", _("Nobody came to look at it in time. Try again in a few minutes.")
    UNFORESEEN = "unforeseen", _("Something went wrong here that was not foreseen. Try another picture.")


class PhotoSearchQuerySet(models.QuerySet["PhotoSearch"]):
    def owned_by(self, asker: Asker) -> PhotoSearchQuerySet:
        """The searches of the asker's account and of the asker's session; none for nobody."""
        own = Q(visitor=asker.visitor) if asker.visitor else Q(pk__in=[])
        return self.filter(own | Q(user=asker.user)) if asker.user else self.filter(own)

    def open(self) -> PhotoSearchQuerySet:
        return self.filter(state__in=[PhotoSearch.State.WAITING, PhotoSearch.State.LOOKING])


class PhotoSearch(models.Model):
    """One search. `matches` are the houses found, the likest first: `house` (public id), `likeness` and `crop`, the box
    (x0, y0, x1, y1 in [0, 1]) of the picture that is like it; null for a search by house.

    The picture lies in private storage until a worker has looked at it, and is deleted before the search ends.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting")
        LOOKING = "looking", _("looking")
        FOUND = "found", _("done")
        FAILED = "failed", _("failed")

    ENDED: ClassVar[list[str]] = [State.FOUND, State.FAILED]

    public_id = models.CharField(max_length=16, unique=True, default=new_public_id, editable=False)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="photo_searches",
    )
    visitor = models.CharField(
        max_length=32, blank=True, help_text=_("The random word of the asker's session.")
    )
    like = models.ForeignKey(
        House, null=True, blank=True, on_delete=models.CASCADE, related_name="+",
        help_text=_("The house whose display is looked for; none for a search by photo."),
    )  # fmt: skip
    frame = models.ForeignKey(
        Frame, null=True, blank=True, on_delete=models.CASCADE, related_name="+",
        help_text=_("The public frame of which a thing is looked for; none for other searches."),
    )  # fmt: skip
    box = ArrayField(models.FloatField(), size=4, null=True, blank=True,
        help_text=_("Where the thing is: x0, y0, x1, y1 in [0, 1] of the frame, y down."),
    )  # fmt: skip
    point = ArrayField(models.FloatField(), size=2, null=True, blank=True,
        help_text=_("Where it was clicked: x, y; none where the box was drawn."),
    )  # fmt: skip
    picture = models.FileField(blank=True, max_length=100)
    state = models.CharField(max_length=8, choices=State, default=State.WAITING)
    failure = models.CharField(max_length=16, choices=Failure, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    scorer_hash = models.CharField(
        max_length=16, blank=True, help_text=_("The scorer whose vectors were compared.")
    )
    matches = models.JSONField(default=list)
    created_at = models.DateTimeField(auto_now_add=True)
    sent_at = models.DateTimeField(help_text=_("When it was last put before the workers or taken by one."))

    objects = PhotoSearchQuerySet.as_manager()

    class Meta:
        verbose_name = _("search by photo")
        verbose_name_plural = _("searches by photo")
        ordering = ["-created_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(state__in=["found", "failed"]) | Q(picture=""),
                name="an_ended_search_keeps_no_picture",
            ),
            models.CheckConstraint(
                condition=Q(state="failed") ^ Q(failure=""), name="a_failed_search_says_why"
            ),
            models.CheckConstraint(
                condition=Q(frame__isnull=True, box__isnull=True) | Q(frame__isnull=False, box__isnull=False),
                name="a_thing_has_its_place",
            ),
        ]
        indexes = [models.Index(fields=["state", "sent_at"]), models.Index(fields=["created_at"])]

    def __str__(self) -> str:
        return f"{self.public_id} {self.state}"

    @property
    def thing_box(self) -> Box:
        """Where the thing is, for a search by one."""
        x0, y0, x1, y1 = self.box or (0.0, 0.0, 1.0, 1.0)
        return x0, y0, x1, y1

    @property
    def thing_point(self) -> tuple[float, float] | None:
        return (self.point[0], self.point[1]) if self.point else None

    @property
    def is_open(self) -> bool:
        return self.state not in self.ENDED
