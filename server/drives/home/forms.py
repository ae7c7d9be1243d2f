from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from server.accounts.models import User
from server.drives.home.zone import jittered, set_home

RADII_M = ((200, _("200 m")), (300, _("300 m")), (500, _("500 m")), (1000, _("1 km")))
NO_PLACE = _("Say where your home is: click on the map, or type latitude and longitude.")


class HomeForm(forms.Form):
    """A place, and how much around it is left out. `moved`: the browser has moved the place at random already."""

    latitude = forms.FloatField(
        label=_("Latitude"),
        min_value=-85,
        max_value=85,
        error_messages={"required": NO_PLACE},
        widget=forms.NumberInput(attrs={"step": "any", "autocomplete": "off", "inputmode": "decimal"}),
    )
    longitude = forms.FloatField(
        label=_("Longitude"),
        min_value=-180,
        max_value=180,
        error_messages={"required": NO_PLACE},
        widget=forms.NumberInput(attrs={"step": "any", "autocomplete": "off", "inputmode": "decimal"}),
    )
    radius_m = forms.TypedChoiceField(
        label=_("How much around it"), choices=RADII_M, coerce=int, initial=300, widget=forms.RadioSelect
    )
    moved = forms.BooleanField(required=False, widget=forms.HiddenInput)

    def remember(self, driver: User) -> None:
        """Only the moved place is stored."""
        given: dict[str, Any] = self.cleaned_data
        centre = given["longitude"], given["latitude"]
        if not given["moved"]:
            centre = jittered(*centre, given["radius_m"])
        set_home(driver=driver, centre=centre, radius_m=given["radius_m"])
