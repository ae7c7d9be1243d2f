from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from server.accounts.models import User
from server.drives.cameras.answers import CannotChange, Next, say, swap_sides
from server.drives.cameras.clock_words import read_offset_ms
from server.drives.models import Drive, Side
from server.drives.services import KIND_OF_SUFFIX, create_drive, receive_footage, submit_drive
from server.drives.uploads import room

TYPES = (
    "image/jpeg",
    "image/png",
    "image/heic",
    "image/heif",
    "application/zip",
    "video/mp4",
    "video/quicktime",
)
SUFFIXES = (".jpg", ".jpeg", ".png", ".heic", ".heif", *KIND_OF_SUFFIX)
ACCEPTED = ",".join((*TYPES, *SUFFIXES))


class FilesInput(forms.ClearableFileInput):
    allow_multiple_selected = True
    template_name = "django/forms/widgets/file.html"


class FilesField(forms.FileField):
    """Several files at once; `clean` gives a list of them."""

    widget = FilesInput

    def clean(self, files: Any, initial: Any = None) -> Any:
        return [super(FilesField, self).clean(file, initial) for file in files or [None]]


def todays_title() -> str:
    today = date_format(timezone.localdate(), "j F Y")
    return gettext("Drive of %(date)s") % {"date": today}


class UploadForm(forms.Form):
    """A drive's title and files. With scripts only the title is read from here: the files go by tus."""

    title = forms.CharField(
        label=_("Title"),
        max_length=120,
        initial=todays_title,
        error_messages={"required": _("Give the drive a title.")},
    )
    photos = FilesField(
        label=_("Choose files"),
        allow_empty_file=True,
        error_messages={"required": _("Choose some files first.")},
        widget=FilesInput(attrs={"accept": ACCEPTED}),
    )
    side = forms.ChoiceField(
        label=_("Which side did the camera face?"),
        choices=[("", _("find out")), *Side.choices],
        required=False,
        help_text=_(
            "For the files whose names do not tell. What is to be found out is guessed from the pictures, and you are asked "
            "where that leaves doubts."
        ),
    )

    keep_originals = forms.BooleanField(
        label=_("Keep the originals"),
        required=False,
        help_text=_(
            "Otherwise each file is deleted once its frames are scored. Serial numbers and names are never kept."
        ),
    )

    def __init__(self, *arguments: Any, driver: User, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.driver = driver

    def clean_photos(self) -> list[UploadedFile[Any]]:
        files: list[UploadedFile[Any]] = self.cleaned_data["photos"]
        if any((file.size or 0) > settings.UPLOAD_MAX_BYTES for file in files):
            raise forms.ValidationError(_("One of the files is larger than this site takes."))
        try:
            room.refuse_on_full_disk(sum(file.size or 0 for file in files))
            room.refuse_beyond_quota(self.driver.pk, sum(file.size or 0 for file in files))
        except room.NoRoom as refused:
            raise forms.ValidationError(str(refused)) from refused
        return files

    def send_off(self, *, drive: Drive | None) -> Drive:
        """Puts the files into the drive, a new one unless given, and submits it."""
        drive = drive or create_drive(
            driver=self.driver,
            title=self.cleaned_data["title"],
            keep_originals=self.cleaned_data["keep_originals"],
        )
        for file in self.cleaned_data["photos"]:
            receive_footage(drive=drive, name=file.name, file=file, side_hint=self.cleaned_data["side"])
        submit_drive(drive=drive)
        return drive


def answer(drive: Drive, posted: Mapping[str, str]) -> Next:
    """What the page of the cameras says: `swap`, or of a `camera` its `side`, or its `offset` (`-8:00:12.5`).

    Raises CannotChange.
    """
    if "swap" in posted:
        return swap_sides(drive)
    camera = next((one for one in drive.cameras.all() if str(one.pk) == posted.get("camera")), None)
    if camera is None:
        raise CannotChange(gettext("This drive has no such camera."))
    if "side" in posted:
        return say(camera, side=posted["side"])
    offset_ms = read_offset_ms(posted.get("offset", ""))
    if offset_ms is None:
        raise CannotChange(gettext("Give the offset as hours, minutes and seconds, such as -8:00:12."))
    return say(camera, offset_ms=offset_ms)
