"""Why a frame is in the queue, in a sentence."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from server.labelling.models import QueueEntry, Reason

Told = dict[str, Any]


def sentence_of(entry: QueueEntry) -> str:
    return SENTENCES[Reason(entry.reason)](entry.told)


def reported(told: Told) -> str:
    count = int(told.get("reports", 1))
    sentence = ngettext(
        "A visitor says that these lights are no decoration.",
        "%(count)d visitors say that these lights are no decoration.",
        count,
    )
    return sentence % {"count": count}


def disputed(told: Told) -> str:
    points = {"points": f"{told.get('points', 0):.0f}"}
    if told.get("said") == "festive":
        return _("Somebody called it festive; the scorer gives it %(points)s points.") % points
    return _("Somebody called it not festive; the scorer gives it %(points)s points.") % points


def unlike(told: Told) -> str:
    if told.get("festive"):
        return _("The scorer sees lights; frames that look like it were labelled not festive.")
    return _("The scorer sees no lights; frames that look like it were labelled festive.")


def flash(told: Told) -> str:
    return _("A light that was not found again on the frames before and after.")


def unsure(told: Told) -> str:
    sentence = _("The scorer cannot decide on %(percent)s %% of what may be festive here.")
    return sentence % {"percent": told.get("percent", 0)}


def by_lot(told: Told) -> str:
    return _("Drawn by lot, so that the labels know common frames too.")


SENTENCES: dict[Reason, Callable[[Told], str]] = {
    Reason.REPORTED: reported,
    Reason.DISPUTED: disputed,
    Reason.UNLIKE: unlike,
    Reason.FLASH: flash,
    Reason.UNSURE: unsure,
    Reason.CHANCE: by_lot,
}
