from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib.auth.forms import AuthenticationForm, BaseUserCreationForm
from django.utils.translation import gettext_lazy as _

from server.accounts.models import User


class SignInForm(AuthenticationForm):
    username = forms.EmailField(
        label=_("E-mail address"),
        widget=forms.EmailInput(attrs={"autocomplete": "username", "autofocus": True}),
    )
    error_messages = {
        "invalid_login": _("This address and password do not belong together. Check both and try again."),
        "inactive": _("This account is closed."),
    }

    def clean_username(self) -> str:
        return str(self.cleaned_data["username"]).lower()


class SignUpForm(BaseUserCreationForm):  # type: ignore[type-arg]
    class Meta:
        model = User
        fields = ("email",)
        widgets = {"email": forms.EmailInput(attrs={"autocomplete": "email", "autofocus": True})}

    def clean_email(self) -> str:
        email = str(self.cleaned_data["email"]).lower()
        if User.objects.filter(email=email).exists():
            raise forms.ValidationError(_("There is already an account for this address. Sign in instead."))
        return email

    def save(self, commit: bool = True) -> Any:
        return User.objects.create_user(self.cleaned_data["email"], self.cleaned_data["password1"])


class InviteForm(forms.Form):
    """Whom to invite: an e-mail address, or the name that a driver has on the board."""

    who = forms.CharField(
        label=_("E-mail address, or name on the board of drivers"),
        max_length=254,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    def __init__(self, *arguments: Any, address_of_name: Callable[[str], str], **named: Any) -> None:
        """`address_of_name`: of a driver on the board; "" where nobody has the name."""
        super().__init__(*arguments, **named)
        self.address_of_name = address_of_name

    def clean_who(self) -> str:
        """The address."""
        said = str(self.cleaned_data["who"]).strip()
        if "@" in said:
            return str(forms.EmailField().clean(said)).lower()
        if address := self.address_of_name(said):
            return address
        raise forms.ValidationError(_("No driver has this name on the board. Give an e-mail address."))
