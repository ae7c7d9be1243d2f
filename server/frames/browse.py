"""The dataset browser: frames of one drive or of all that one may look into, filtered, ordered and counted."""

from __future__ import annotations

from dataclasses import dataclass
from math import log1p
from typing import Any

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db.models import Count, F, FloatField, QuerySet, Value
from django.db.models.functions import Cast, Exp, Floor
from django.utils.translation import gettext_lazy as _

from server.core.zone import FIRST_DAY, LAST_DAY, evening_moments
from server.drives.models import Drive, Side
from server.frames.features import with_scores
from server.frames.models import Frame, Scorer
from server.frames.points import FestivityClass, class_limits, scale_of

BINS = 20
ORDERS: dict[str, tuple[Any, ...]] = {
    "score": (F("festivity").desc(nulls_last=True), "id"),
    "-score": (F("festivity").asc(nulls_last=True), "id"),
    "time": ("captured_at", "id"),
}
ORDER_NAMES = [("score", _("Brightest first")), ("-score", _("Darkest first")), ("time", _("As driven"))]
VERDICTS = [
    ("", _("said or not")),
    ("festive", _("festive")),
    ("not_festive", _("not festive")),
    ("none", _("nobody said")),
]


class BrowseForm(forms.Form):
    """What to look at. Drives are those that the asker may look into."""

    drive = forms.ModelChoiceField(
        queryset=Drive.objects.none(),
        to_field_name="public_id",
        required=False,
        label=_("Drive"),
        empty_label=_("all drives"),
    )
    evening = forms.DateField(
        required=False,
        label=_("Evening"),
        validators=[MinValueValidator(FIRST_DAY), MaxValueValidator(LAST_DAY)],
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    side = forms.ChoiceField(choices=[("", _("both sides")), *Side.choices], required=False, label=_("Side"))
    festivity_class = forms.ChoiceField(
        choices=[("", _("all classes")), *FestivityClass.choices], required=False, label=_("Class")
    )
    least = forms.FloatField(required=False, min_value=0, max_value=100, label=_("Points from"))
    most = forms.FloatField(required=False, min_value=0, max_value=100, label=_("to"))
    verdict = forms.ChoiceField(choices=VERDICTS, required=False, label=_("Verdict"))
    sort = forms.ChoiceField(choices=ORDER_NAMES, required=False, label=_("Order"))

    def __init__(self, *arguments: Any, drives: QuerySet[Drive], **named: Any) -> None:
        super().__init__(*arguments, **named)
        field: Any = self.fields["drive"]
        field.queryset = drives


@dataclass(frozen=True)
class Bar:
    """Frames with points from `least` to below `most`; `share` of the fullest bar, 0 to 1."""

    least: float
    most: float
    frames: int
    share: float

    @property
    def empty_share(self) -> float:
        return 1 - self.share


def browsed(drives: QuerySet[Drive], asked: dict[str, Any], scorer: Scorer | None) -> QuerySet[Frame]:
    """The frames that are asked for, each with its `festivity` under the scorer, or None, in the order asked for."""
    frames = with_scores(Frame.objects.filter(drive__in=drives).select_related("drive"), scorer)
    since, until = evening_moments(asked["evening"]) if asked["evening"] else (None, None)
    simple = {
        "drive": asked["drive"],
        "captured_at__gte": since,
        "captured_at__lt": until,
        "camera__side": asked["side"],
        **festivity_range(asked, scorer),
    }
    frames = frames.filter(**{name: wanted for name, wanted in simple.items() if wanted not in (None, "")})
    return of_verdict(frames, asked["verdict"]).order_by(*ORDERS[asked["sort"] or "score"])


def festivity_range(asked: dict[str, Any], scorer: Scorer | None) -> dict[str, float | None]:
    """Points and class as limits of festivity; points 100 are no limit."""
    card = scorer.card if scorer else {}
    lows = [festivity_at(asked["least"], card)]
    highs = [festivity_at(asked["most"], card)]
    if wanted := asked["festivity_class"]:
        limits = [0.0, *class_limits(card).values(), None]
        place = FestivityClass.values.index(wanted)
        lows.append(limits[place])
        highs.append(limits[place + 1])
    return {
        "festivity__gte": max((low for low in lows if low is not None), default=None),
        "festivity__lt": min((high for high in highs if high is not None), default=None),
    }


def festivity_at(points: float | None, card: dict[str, Any]) -> float | None:
    """The festivity that has these points: the published formula, turned round."""
    if points is None or points >= 100:
        return None
    return -scale_of(card) * log1p(-points / 100)


def of_verdict(frames: QuerySet[Frame], verdict: str) -> QuerySet[Frame]:
    """The newest word of a person on the whole frame; `none`: nobody has said anything."""
    if not verdict:
        return frames
    spoken_of = Frame.objects.filter(labels__isnull=False, labels__withdrawn_at=None).values("pk")
    if verdict == "none":
        return frames.exclude(pk__in=spoken_of)
    return frames.filter(pk__in=spoken_of, not_festive=verdict == "not_festive")


def histogram(frames: QuerySet[Any], scorer: Scorer | None) -> list[Bar]:
    """Twenty bars of five points each; empty where no frame is scored."""
    if scorer is None:
        return []
    scale = Value(-1 / scale_of(scorer.card), FloatField())
    points = Value(100.0) * (Value(1.0) - Exp(Cast(F("festivity"), FloatField()) * scale))
    binned = frames.exclude(festivity=None).annotate(bin=Floor(points * Value(BINS / 100)))
    counts = dict(binned.order_by().values_list("bin").annotate(count=Count("pk")))
    fullest = max(counts.values(), default=0)
    width = 100 / BINS
    found = [(number, counts.get(float(number), 0)) for number in range(BINS)]
    return [
        Bar(number * width, (number + 1) * width, count, count / fullest)
        for number, count in found
        if fullest
    ]
