"""Places: neighbourhoods, streets, houses, and the sightings that found them."""

from __future__ import annotations

from django.contrib.gis.db import models
from django.contrib.postgres.indexes import GistIndex
from django.db.models import F, Func, Q
from django.utils.translation import gettext_lazy as _

from server.core.identifiers import new_public_id
from server.drives.models import Side
from server.frames.models import IN_UNIT, Frame, Region, Scorer


def on_plane(field: str) -> Func:
    """The geography as planar lon, lat: tiles and boxes are cut from an index over this."""
    return Func(F(field), function="geometry")


class Season(models.Model):
    """The nights that belong together on one map, e.g. "2026". Dates are the place's own."""

    name = models.CharField(max_length=40, unique=True)
    starts_on = models.DateField()
    ends_on = models.DateField()

    class Meta:
        ordering = ["-starts_on"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__gte=F("starts_on")), name="season_ends_after_it_starts"
            )
        ]

    def __str__(self) -> str:
        return self.name


class Neighbourhood(models.Model):
    """A named part of a place. Two cities may each have one of the same name; the slug tells them apart."""

    name = models.CharField(max_length=120)
    slug = models.SlugField(max_length=120, unique=True)
    boundary = models.MultiPolygonField(geography=True)
    credit = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["name"]
        indexes = [GistIndex(on_plane("boundary"), name="neighbourhood_on_plane")]

    def __str__(self) -> str:
        return self.name


class Street(models.Model):
    name = models.CharField(max_length=160, blank=True)
    kind = models.CharField(max_length=40, blank=True)
    line = models.LineStringField(geography=True)
    credit = models.CharField(max_length=200, blank=True)

    class Meta:
        indexes = [GistIndex(on_plane("line"), name="street_on_plane")]

    def __str__(self) -> str:
        return self.name or str(_("unnamed street"))


class HouseQuerySet(models.QuerySet["House"]):
    def visible(self) -> HouseQuerySet:
        """The houses that anyone may see: every public reading goes through here."""
        return self.filter(hidden=False)


class House(models.Model):
    """One real place. `position` is the roadside point, the only place of it that is ever public; there is no house number."""

    public_id = models.CharField(max_length=16, unique=True, default=new_public_id, editable=False)
    position = models.PointField(geography=True)
    facing_deg = models.FloatField(help_text=_("From the road to the house, clockwise from north."))
    street = models.ForeignKey(
        Street, null=True, blank=True, on_delete=models.SET_NULL, related_name="houses"
    )
    neighbourhood = models.ForeignKey(
        Neighbourhood, null=True, blank=True, on_delete=models.SET_NULL, related_name="houses"
    )
    synthetic = models.BooleanField(default=False)
    hidden = models.BooleanField(default=False, help_text=_("Taken off every public page, tile and list."))
    created_at = models.DateTimeField(auto_now_add=True)

    objects = HouseQuerySet.as_manager()

    class Meta:
        ordering = ["id"]
        indexes = [GistIndex(on_plane("position"), name="house_on_plane")]

    def __str__(self) -> str:
        return self.public_id


class DistanceBy(models.TextChoices):
    """How the distance from camera to front was found."""

    LINE = "line", _("by the usual line of houses")
    FRAMES = "frames", _("by several frames")
    MODEL = "model", _("by a depth model")


class Sighting(models.Model):
    """A region placed in the world and, once known, the house that it shows.

    The measures of its lit front (`server/houses/fronts.py`) are missing where a drive was placed before there were any.
    """

    region = models.OneToOneField(Region, on_delete=models.CASCADE, related_name="sighting")
    frame = models.ForeignKey(Frame, on_delete=models.CASCADE, related_name="sightings")
    scorer = models.ForeignKey(Scorer, on_delete=models.PROTECT, related_name="sightings")
    house = models.ForeignKey(
        House, null=True, blank=True, on_delete=models.SET_NULL, related_name="sightings"
    )
    side = models.CharField(max_length=6, choices=Side)
    position = models.PointField(geography=True, help_text=_("Estimated roadside point."))
    bearing_deg = models.FloatField(help_text=_("From the camera to the region, clockwise from north."))
    facing_deg = models.FloatField(help_text=_("From the road to the house, clockwise from north."))
    suppressed = models.BooleanField(default=False, help_text=_("Said by a person to be not festive."))
    distance_m = models.FloatField(null=True, help_text=_("From the camera to the front."))
    distance_by = models.CharField(max_length=6, choices=DistanceBy, default=DistanceBy.LINE)
    lit_sr = models.FloatField(null=True, help_text=_("Lit solid angle, in steradians."))
    lit_m2 = models.FloatField(null=True, help_text=_("Lit front, in square metres."))
    share_at_reference = models.FloatField(
        null=True, help_text=_("The share of the picture that it would fill, seen square on from 14 m.")
    )

    class Meta:
        ordering = ["id"]


class Comparison(models.Model):
    """What a worker said of two regions of one scorer: the chance that they show one house, were both answers equally common.

    `match`: their patches were compared, by the coefficients `made_by`. `follow`: the first one was followed into the next
    frame of its camera and found on the second. `first` is the lower id of the two.
    """

    class Way(models.TextChoices):
        MATCH = "match", _("patches compared")
        FOLLOW = "follow", _("followed from frame to frame")

    first = models.ForeignKey(Region, on_delete=models.CASCADE, related_name="+")
    second = models.ForeignKey(Region, on_delete=models.CASCADE, related_name="+")
    way = models.CharField(max_length=6, choices=Way)
    chance = models.FloatField(validators=IN_UNIT)
    made_by = models.CharField(max_length=16)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["first", "second", "way"], name="one_comparison_per_pair_and_way"
            ),
            models.CheckConstraint(
                condition=Q(first__lt=F("second")), name="the_first_of_two_regions_is_the_lower_one"
            ),
            models.CheckConstraint(condition=Q(chance__gte=0, chance__lte=1), name="chance_in_unit"),
        ]

    def __str__(self) -> str:
        return f"{self.first_id} ~ {self.second_id}: {self.chance:.2f} ({self.way})"


class HouseScore(models.Model):
    """A house's festivity under one scorer in one season, with the frame that shows it best.

    `festivity` ranks. `fair_festivity` is what it would be, were the house seen square on from 14 m; `low` and `high` hold the
    middle four fifths of its frames, and are missing where fewer than three count.
    """

    house = models.ForeignKey(House, on_delete=models.CASCADE, related_name="scores")
    scorer = models.ForeignKey(Scorer, on_delete=models.PROTECT, related_name="house_scores")
    season = models.ForeignKey(Season, on_delete=models.PROTECT, related_name="house_scores")
    festivity = models.FloatField(validators=IN_UNIT)
    fair_festivity = models.FloatField(null=True, validators=IN_UNIT)
    low = models.FloatField(null=True, validators=IN_UNIT)
    high = models.FloatField(null=True, validators=IN_UNIT)
    lit_front_m2 = models.FloatField(null=True, help_text=_("Lit front, in square metres."))
    distance_m = models.FloatField(null=True, help_text=_("From where it was seen."))
    frames = models.PositiveIntegerField()
    best_frame = models.ForeignKey(Frame, null=True, on_delete=models.SET_NULL, related_name="+")
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["house", "scorer", "season"], name="one_score_per_house_and_season"
            )
        ]
        indexes = [models.Index(fields=["scorer", "season", "-festivity"])]
