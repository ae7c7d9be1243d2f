"""Who votes, in what, and for which house. Of an address there is only a keyed hash."""

from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from server.houses.models import House, Season


class GoesWith(models.TextChoices):
    """What a category's votes are weighed against: they draw it towards 100."""

    POINTS = "points", _("the points: its votes move the rank")
    NOVELTY = "novelty", _("the novelty")
    NOTHING = "nothing", _("nothing: votes alone decide")


class Category(models.Model):
    """Something that houses are voted for. Of those that go with points there is one, since there is one rank."""

    slug = models.SlugField(max_length=40, unique=True)
    name = models.CharField(max_length=80)
    description = models.CharField(max_length=200, blank=True)
    goes_with = models.CharField(max_length=8, choices=GoesWith, default=GoesWith.NOTHING)
    place = models.PositiveSmallIntegerField(default=0, help_text=_("Where it stands among the others."))
    in_new_seasons = models.BooleanField(
        default=True,
        help_text=_(
            "Whether it takes votes while a season lasts, where nothing is said of that season below."
        ),
    )

    class Meta:
        ordering = ["place", "id"]
        verbose_name_plural = "categories"
        constraints = [
            models.UniqueConstraint(
                fields=["goes_with"],
                condition=Q(goes_with=GoesWith.POINTS),
                name="one_category_goes_with_points",
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def shown_name(self) -> str:
        """In the visitor's language, where it is one of those that came with the site."""
        return gettext(self.name) if self.name else ""

    @property
    def shown_description(self) -> str:
        return gettext(self.description) if self.description else ""


class Poll(models.Model):
    """What staff said of a category in one season: open or closed, whatever the date."""

    category = models.ForeignKey(Category, on_delete=models.CASCADE, related_name="polls")
    season = models.ForeignKey(Season, on_delete=models.CASCADE, related_name="polls")
    open = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["category", "season"], name="one_poll_per_category_and_season")
        ]

    def __str__(self) -> str:
        return f"{self.category} ({self.season})"


class Voter(models.Model):
    """One voice: an account, or whoever opened the link that was sent to an address. One for each address."""

    address_hash = models.CharField(max_length=64, unique=True, editable=False)
    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.CASCADE, related_name="voter"
    )
    since = models.DateTimeField(
        default=timezone.now, help_text=_("When the account was made, or the address was confirmed.")
    )

    def __str__(self) -> str:
        return f"voter {self.pk}"

    @property
    def kind(self) -> str:
        return gettext("account") if self.user_id else gettext("e-mail link")


class VoteLink(models.Model):
    """A link that was sent to an address, good once and until it expires. The link itself is not kept, its hash is."""

    token_hash = models.CharField(max_length=64, unique=True)
    address_hash = models.CharField(max_length=64)
    leads_to = models.CharField(max_length=200, blank=True)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"link {self.pk}"


class VoteQuerySet(models.QuerySet["Vote"]):
    def counted(self) -> VoteQuerySet:
        return self.filter(state=Vote.State.COUNTED)

    def standing(self) -> VoteQuerySet:
        """Those that are their voters' votes: counted, or held and not decided."""
        return self.exclude(state=Vote.State.DISCARDED)


class Vote(models.Model):
    """One voter's voice in one category and season. What was discarded stays written down and leaves the voter free to vote."""

    class State(models.TextChoices):
        COUNTED = "counted", pgettext_lazy("vote", "counted")
        HELD = "held", pgettext_lazy("vote", "held")
        DISCARDED = "discarded", pgettext_lazy("vote", "discarded")

    class Reason(models.TextChoices):
        """Why a vote is held."""

        BURST = "burst", _("many votes for this house within minutes")
        NETWORK = "network", _("several voters of one network for this house on one day")
        FRESH = "fresh", _("several new voters for this house at once")
        DISCARDED = "discarded", _("a vote of this voter was discarded before")

    voter = models.ForeignKey(Voter, on_delete=models.CASCADE, related_name="votes")
    category = models.ForeignKey(Category, on_delete=models.PROTECT, related_name="votes")
    season = models.ForeignKey(Season, on_delete=models.PROTECT, related_name="votes")
    house = models.ForeignKey(House, on_delete=models.CASCADE, related_name="votes")
    cast_for = models.ForeignKey(
        House,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text=_("The house it was cast for, where that was merged into this one since."),
    )
    cast_at = models.DateTimeField(default=timezone.now)
    state = models.CharField(max_length=9, choices=State, default=State.COUNTED)
    reasons = ArrayField(models.CharField(max_length=9, choices=Reason), default=list, blank=True)
    network_hash = models.CharField(
        max_length=16, blank=True, help_text=_("A keyed hash of the day and the network; other days differ.")
    )
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, blank=True)

    objects = VoteQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["voter", "category", "season"],
                condition=~Q(state="discarded"),
                name="one_vote_per_voter_category_season",
            ),
        ]
        indexes = [
            models.Index(
                fields=["season", "category", "house", "cast_at"],
                include=["state"],
                name="votes_of_a_house",
            ),
            models.Index(fields=["cast_at"], condition=Q(state="held"), name="votes_held"),
        ]

    def __str__(self) -> str:
        return f"{self.voter} → {self.house} ({self.category}, {self.season})"

    @property
    def said_reasons(self) -> list[str]:
        return [str(Vote.Reason(reason).label) for reason in self.reasons]
