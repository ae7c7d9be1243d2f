from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

ACCEPTED = "image/jpeg,image/png,image/heic,image/heif,.jpg,.jpeg,.png,.heic,.heif"


class PictureInput(forms.ClearableFileInput):
    template_name = "django/forms/widgets/file.html"


def picture_field(label: Any, **attributes: str) -> forms.FileField:
    return forms.FileField(
        label=label,
        required=False,
        allow_empty_file=True,
        max_length=None,
        widget=PictureInput(attrs={"accept": ACCEPTED, **attributes}),
    )


class PhotoForm(forms.Form):
    """One picture, chosen from the files or taken with the phone's camera. Of its name nothing is read."""

    picture = picture_field(_("Choose a picture"))
    camera = picture_field(_("Take a picture"), capture="environment")

    def clean(self) -> dict[str, Any]:
        """Leaves the one that was sent in `picture`."""
        sent = [self.cleaned_data.get(name) for name in self.fields]
        chosen = next((file for file in sent if file is not None), None)
        if chosen is None and not self.errors:
            raise forms.ValidationError(gettext("Choose a picture first."))
        return {"picture": chosen}

    def clean_picture(self) -> UploadedFile[Any] | None:
        return small_enough(self.cleaned_data["picture"])

    def clean_camera(self) -> UploadedFile[Any] | None:
        return small_enough(self.cleaned_data["camera"])


def small_enough(sent: UploadedFile[Any] | None) -> UploadedFile[Any] | None:
    """Raises ValidationError for a larger file than is taken here."""
    if sent is not None and (sent.size or 0) > settings.SEARCH_MAX_BYTES:
        raise forms.ValidationError(too_large())
    return sent


def too_large() -> str:
    return gettext("The picture is larger than %(size)s. Send a smaller one.") % {"size": size_limit()}


def size_limit() -> str:
    return filesizeformat(settings.SEARCH_MAX_BYTES)


def sentence_of(form: PhotoForm) -> str:
    """What is wrong with the form, in its own words."""
    return " ".join(str(error) for errors in form.errors.values() for error in errors)
