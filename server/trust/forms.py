from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from server.trust.models import Report


class ReportForm(forms.ModelForm):  # type: ignore[type-arg]
    kind = forms.ChoiceField(choices=Report.Kind.choices, widget=forms.RadioSelect, label=_("What is wrong?"))

    class Meta:
        model = Report
        fields = ("kind", "message", "email")
        labels = {"message": _("In your words (not needed)"), "email": _("E-mail address (not needed)")}
        help_texts = {"email": _("Only to answer this report. Nobody else sees it.")}
        widgets = {
            "message": forms.Textarea(attrs={"rows": 4, "maxlength": 2000}),
            "email": forms.EmailInput(attrs={"autocomplete": "email"}),
        }
