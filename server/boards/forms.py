from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from server.accounts.models import User
from server.boards.names import LONGEST, clean_name
from server.boards.services import NameTaken, choose_name


class NameForm(forms.Form):
    """The name that a driver takes on the board."""

    name = forms.CharField(
        label=gettext_lazy("Your name on the board"),
        max_length=LONGEST * 4,
        help_text=gettext_lazy(
            "3 to 24 letters. Everybody sees it; choose one that does not tell who you are."
        ),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false", "maxlength": LONGEST}),
    )

    def __init__(self, *arguments: Any, driver: User, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.driver = driver

    def clean_name(self) -> str:
        return clean_name(self.cleaned_data["name"], self.driver.email)

    def keep(self) -> bool:
        """Whether the name was free."""
        try:
            choose_name(driver=self.driver, name=self.cleaned_data["name"])
        except NameTaken:
            self.add_error(
                "name", _("Another driver has this name, or one that looks like it. Choose another one.")
            )
            return False
        return True
