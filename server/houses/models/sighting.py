from __future__ import annotations

from django.contrib.gis.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from server.drives.models import Drive, Side
from server.frames.models import IN_UNIT, Frame, Region, Scorer
from server.houses.models.house import FrontBy, House


class DistanceBy(models.TextChoices):
    """How the distance from camera to front was found."""

    LINE = "line", _("by the usual line of houses")
    FRAMES = "frames", _("by several frames")
    MODEL = "model", _("by a depth model")


class Passage(models.Model):
    """One display as one camera of a drive saw it in passing: sightings that were followed from one to the next. Private.

    `front` is where their rays cross, with the covariance of its error in square metres; the drift that all fixes of a drive
    share is no part of it. `look` is the region whose patches speak for all, `vector` the mean of theirs. A passage is told
    by its own drive alone, and so the same whatever came before.
    """

    drive = models.ForeignKey(Drive, on_delete=models.CASCADE, related_name="passages")
    scorer = models.ForeignKey(Scorer, on_delete=models.PROTECT, related_name="passages")
    began_at = models.DateTimeField()
    front = models.PointField(geography=True)
    front_by = models.CharField(max_length=9, choices=FrontBy)
    east_m2 = models.FloatField()
    north_m2 = models.FloatField()
    mixed_m2 = models.FloatField()
    facing_deg = models.FloatField()
    vector = models.BinaryField(help_text=_("Mean of the vectors of its regions, of unit length, float16."))
    look = models.ForeignKey(Region, on_delete=models.CASCADE, related_name="+")
    trust = models.FloatField(validators=IN_UNIT, help_text=_("How much of a display its look shows."))

    def __str__(self) -> str:
        return f"{self.drive_id} @ {self.began_at:%H:%M:%S}"


class Sighting(models.Model):
    """A region placed in the world and, once known, the house that it shows.

    `front`, where its ray alone puts the front, give or take `away_spread_m` along the ray, is private. The measures of its
    lit front (`server/houses/placing/fronts.py`) are missing where a drive was placed before there were any.
    """

    region = models.OneToOneField(Region, on_delete=models.CASCADE, related_name="sighting")
    frame = models.ForeignKey(Frame, on_delete=models.CASCADE, related_name="sightings")
    scorer = models.ForeignKey(Scorer, on_delete=models.PROTECT, related_name="sightings")
    house = models.ForeignKey(
        House, null=True, blank=True, on_delete=models.SET_NULL, related_name="sightings"
    )
    passage = models.ForeignKey(
        Passage, null=True, blank=True, on_delete=models.SET_NULL, related_name="sightings"
    )
    side = models.CharField(max_length=6, choices=Side)
    position = models.PointField(geography=True, help_text=_("Estimated roadside point."))
    front = models.PointField(geography=True, null=True, spatial_index=False)
    front_by = models.CharField(max_length=9, choices=FrontBy, default=FrontBy.LINE, db_default=FrontBy.LINE)
    away_spread_m = models.FloatField(null=True)
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
