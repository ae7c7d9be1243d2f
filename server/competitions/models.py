"""A competition: where, when and in what it is held, who takes part, and what came of it."""

from __future__ import annotations

import secrets
from datetime import date, timedelta
from typing import Any

from django.conf import settings
from django.contrib.gis.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from server.core.identifiers import new_public_id
from server.houses.models import House, Neighbourhood


def new_receipt() -> str:
    """160 bits: whoever has it may read the entry's state, and withdraw it."""
    return secrets.token_urlsafe(20)


class CompetitionQuerySet(models.QuerySet["Competition"]):
    def published(self) -> CompetitionQuerySet:
        """What visitors may see."""
        return self.filter(published=True)

    def open_on(self, on: date) -> CompetitionQuerySet:
        return self.published().filter(starts_on__lte=on, ends_on__gte=on)


class Phase(models.TextChoices):
    BEFORE = "before", _("not begun")
    OPEN = "open", _("under way")
    OVER = "over", _("over")


class Competition(models.Model):
    """Held from `starts_on` to `ends_on` (dates of the place), in a neighbourhood or inside a boundary of its own."""

    slug = models.SlugField(max_length=60, unique=True, help_text=_("The end of its address."))
    name = models.CharField(max_length=120)
    text = models.TextField(
        blank=True,
        max_length=4000,
        help_text=_("What visitors read. Plain text; an empty line makes a paragraph."),
    )
    neighbourhood = models.ForeignKey(
        Neighbourhood, null=True, blank=True, on_delete=models.PROTECT, related_name="competitions",
        help_text=_("Where it is held, unless a boundary is drawn."),
    )  # fmt: skip
    boundary = models.MultiPolygonField(
        geography=True, null=True, blank=True, help_text=_("Drawn here, it goes before the neighbourhood.")
    )
    starts_on = models.DateField(help_text=_("Entries are taken from this day on."))
    ends_on = models.DateField(
        help_text=_("The last day. What is seen of the houses from the first day to this one counts.")
    )
    emails_kept_days = models.PositiveSmallIntegerField(
        _("e-mail addresses are kept"), default=30, help_text=_("Days after the end. Then they are deleted.")
    )
    published = models.BooleanField(default=False, help_text=_("Whether visitors see it."))
    announced_at = models.DateTimeField(null=True, blank=True, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = CompetitionQuerySet.as_manager()

    class Meta:
        ordering = ["-starts_on", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__gte=F("starts_on")), name="competition_ends_after_it_starts",
                violation_error_message=_("The last day lies before the first one."),
            ),
            models.CheckConstraint(
                condition=Q(neighbourhood__isnull=False) | Q(boundary__isnull=False), name="competition_is_held_somewhere",
                violation_error_message=_("Choose a neighbourhood or draw a boundary."),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.name

    def phase(self, on: date) -> Phase:
        if on < self.starts_on:
            return Phase.BEFORE
        return Phase.OPEN if on <= self.ends_on else Phase.OVER

    @property
    def area(self) -> Any:
        """Where it is held, lon, lat."""
        return self.boundary or (self.neighbourhood.boundary if self.neighbourhood else None)

    @property
    def forgets_on(self) -> date:
        """The first day on which no address of an entrant is kept any more."""
        return self.ends_on + timedelta(days=self.emails_kept_days + 1)


class Category(models.Model):
    """What houses win in, under a name of its own."""

    class Counts(models.TextChoices):
        POINTS = "points", _("the site's rank")
        NOVELTY = "novelty", _("the rank of how unlike the others it is")
        VOTES = "votes", _("votes")

    competition = models.ForeignKey(Competition, on_delete=models.CASCADE, related_name="categories")
    name = models.CharField(max_length=80)
    counts = models.CharField(_("decided by"), max_length=8, choices=Counts, default=Counts.POINTS)
    votes_in = models.ForeignKey(
        "votes.Category",
        verbose_name=_("votes in"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        help_text=_("Needed only where votes decide."),
    )
    place = models.PositiveSmallIntegerField(default=0, help_text=_("Where it stands among the others."))

    class Meta:
        ordering = ["place", "id"]
        verbose_name_plural = "categories"
        constraints = [
            models.UniqueConstraint(
                fields=["competition", "name"], name="one_category_per_name_of_a_competition"
            ),
            models.CheckConstraint(
                condition=~Q(counts="votes") | Q(votes_in__isnull=False),
                name="votes_decide_in_a_category_of_votes",
                violation_error_message=_("Choose the category of votes that decides."),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class EntryQuerySet(models.QuerySet["Entry"]):
    def shown(self) -> EntryQuerySet:
        """Approved ones of houses that are on the map: what anyone may see."""
        return self.filter(state=Entry.State.APPROVED, house__in=House.objects.visible())

    def waiting(self) -> EntryQuerySet:
        return self.filter(state=Entry.State.WAITING)


class Entry(models.Model):
    """A resident's house in a competition. The address is private, and deleted some days after the end.

    `entered_for`: the house that was entered, where that was merged into another since.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting to be looked at")
        APPROVED = "approved", _("taking part")
        DECLINED = "declined", _("declined")
        WITHDRAWN = "withdrawn", _("withdrawn")

    class Reason(models.TextChoices):
        """Why an entry was declined, as its entrant reads it."""

        NOT_CONFIRMED = (
            "not_confirmed",
            _("We could not confirm that this is your house. Answer our e-mail, or enter again."),
        )
        WRONG_HOUSE = (
            "wrong_house",
            _("The house on the map is not the one that you describe. Choose it on the map and enter again."),
        )
        WORDS = "words", _("The sentence cannot be shown to everybody. Enter again with other words.")
        NOT_ALLOWED = (
            "not_allowed",
            _("The rules of this competition do not allow this entry. They stand on its page."),
        )
        TWICE = "twice", _("Another entry for this house takes part already.")

    receipt = models.CharField(max_length=40, unique=True, default=new_receipt, editable=False)
    competition = models.ForeignKey(Competition, on_delete=models.PROTECT, related_name="entries")
    house = models.ForeignKey(House, on_delete=models.CASCADE, related_name="entries")
    entered_for = models.ForeignKey(
        House, null=True, blank=True, editable=False, on_delete=models.SET_NULL, related_name="+"
    )
    sentence = models.CharField(max_length=300, blank=True)
    email = models.EmailField(blank=True)
    state = models.CharField(max_length=9, choices=State, default=State.WAITING)
    reason = models.CharField(max_length=13, choices=Reason, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    settled_at = models.DateTimeField(null=True, blank=True)
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    objects = EntryQuerySet.as_manager()

    class Meta:
        ordering = ["created_at", "id"]
        verbose_name_plural = "entries"
        constraints = [
            models.UniqueConstraint(
                fields=["competition", "house"],
                condition=Q(state__in=["waiting", "approved"]),
                name="one_standing_entry_per_house",
            ),
            models.CheckConstraint(
                condition=Q(state="declined") ^ Q(reason=""), name="a_declined_entry_has_a_reason"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.house} in {self.competition}"


class AwardQuerySet(models.QuerySet["Award"]):
    def shown(self) -> AwardQuerySet:
        """Those of announced, public results, whose entry and house can still be seen."""
        public = Q(category__competition__published=True, category__competition__announced_at__isnull=False)
        return self.filter(public, entry__in=Entry.objects.shown())


class Award(models.Model):
    """A place in a category, as it was announced. `worth`: points, novelty or votes by which it was decided."""

    public_id = models.CharField(max_length=16, unique=True, default=new_public_id, editable=False)
    category = models.ForeignKey(Category, on_delete=models.CASCADE, related_name="awards")
    entry = models.ForeignKey(Entry, on_delete=models.CASCADE, related_name="awards")
    place = models.PositiveSmallIntegerField()
    worth = models.FloatField()

    objects = AwardQuerySet.as_manager()

    class Meta:
        ordering = ["category", "place"]
        constraints = [
            models.UniqueConstraint(fields=["category", "place"], name="one_award_per_place"),
            models.UniqueConstraint(fields=["category", "entry"], name="one_award_per_entry_and_category"),
            models.CheckConstraint(condition=Q(place__gte=1), name="places_count_from_one"),
        ]

    def __str__(self) -> str:
        return f"{self.place}. {self.category}"
