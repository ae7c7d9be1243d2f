"""What the board of drivers reads: the names that drivers chose, and what each drive brought that was new."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from server.drives.models import Drive
from server.houses.models import Season


class DriverName(models.Model):
    """The name under which a driver stands on the board of drivers. Without a row nobody stands there.

    `folded` is the name as it is compared: in small letters, without spaces and signs.
    """

    driver = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="board_name"
    )
    name = models.CharField(_("name on the board"), max_length=24)
    folded = models.CharField(max_length=48, editable=False)
    chosen_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["folded"], name="one_driver_per_board_name"),
            models.CheckConstraint(condition=~Q(folded=""), name="a_board_name_has_letters_or_figures"),
        ]

    def __str__(self) -> str:
        return self.name


class NewWay(models.Model):
    """How much of named streets a drive came along that no drive brought before it had come along in the same season.

    `season` is none where the drive has no good fix in any. Counted again when the drive is finished again.
    """

    drive = models.OneToOneField(Drive, on_delete=models.CASCADE, related_name="new_way")
    season = models.ForeignKey(Season, null=True, on_delete=models.CASCADE, related_name="+")
    new_m = models.FloatField(default=0)
    counted_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["season"], name="new_ways_of_a_season")]
        constraints = [models.CheckConstraint(condition=Q(new_m__gte=0), name="a_new_way_is_no_less_than_0")]

    def __str__(self) -> str:
        return f"{self.drive}: {self.new_m:.0f} m"
