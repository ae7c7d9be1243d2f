from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from server.competitions.models import Entry


class EntryForm(forms.ModelForm):  # type: ignore[type-arg]
    class Meta:
        model = Entry
        fields = ("email", "sentence")
        labels = {"email": _("E-mail address"), "sentence": _("A sentence about your display (not needed)")}
        help_texts = {
            "email": _("Only for questions about this entry. Nobody but the staff sees it."),
            "sentence": _("Everybody reads it beside your house. Leave out names and house numbers."),
        }
        widgets = {
            "email": forms.EmailInput(attrs={"autocomplete": "email"}),
            "sentence": forms.Textarea(attrs={"rows": 3, "maxlength": 300}),
        }

    def __init__(self, *arguments: object, **named: object) -> None:
        super().__init__(*arguments, **named)  # type: ignore[arg-type]
        self.fields["email"].required = True


class DecisionForm(forms.Form):
    """Staff's word on an entry: an empty reason approves it."""

    decision = forms.ChoiceField(choices=[("approve", ""), ("decline", "")])
    reason = forms.ChoiceField(choices=Entry.Reason.choices, required=False)

    def clean(self) -> dict[str, object]:
        given: dict[str, object] = super().clean() or {}
        if given.get("decision") == "decline" and not given.get("reason"):
            raise forms.ValidationError(_("Choose a reason: the entrant reads it."))
        return given
