"""What the pages of scorers say: where each stands, and what is to be done with it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Avg, Count
from django.utils.translation import gettext as _

from server.frames.models import FrameScore, Scorer
from server.frames.queries import live_scorer
from server.jobs.kinds import Kind
from server.jobs.models import Job
from server.scorers.models import Promotion, Shadow
from server.scorers.queries import job_of, listed_scorers, way_back
from server.scorers.services import hindrance


@dataclass(frozen=True)
class Listed:
    """A scorer of the list: in which state it is (a word for the style, and for the reader), how much it scored, and where it
    came from (the address of a lesson, or nothing)."""

    scorer: Scorer
    state: str
    said: str
    frames: int
    mean: float | None
    lesson: str


def listed() -> list[Listed]:
    figures = {row["scorer"]: row for row in scored_frames()}
    lessons = lessons_of_scorers()
    return [
        Listed(
            scorer,
            *state_of(scorer),
            frames=figures.get(scorer.pk, {}).get("frames", 0),
            mean=figures.get(scorer.pk, {}).get("mean"),
            lesson=lessons.get(scorer.hash, ""),
        )
        for scorer in listed_scorers()
    ]


def scored_frames() -> Any:
    return FrameScore.objects.order_by().values("scorer").annotate(frames=Count("pk"), mean=Avg("festivity"))


def lessons_of_scorers() -> dict[str, str]:
    """The addresses of the lessons that made scorers, by their hash."""
    done = Job.objects.filter(kind=Kind.TRAIN, state=Job.State.DONE).order_by("pk")
    return {
        told["scorer"]: told.get("page", "")
        for told in done.values_list("outcome", flat=True)
        if told.get("scorer")
    }


def state_of(scorer: Scorer) -> tuple[str, str]:
    shadow = Shadow.objects.filter(scorer=scorer).first()
    if scorer.live:
        return "live", _("live")
    if job_of(scorer):
        return "working", _("is scoring in shadow")
    if scorer.promoted_at:
        return "former", _("was live")
    if shadow and shadow.done_at:
        return "ready", _("ready in shadow")
    return "new", _("not scored yet")


def page_of(scorer: Scorer) -> dict[str, Any]:
    """All that the page of one scorer shows."""
    shadow = Shadow.objects.filter(scorer=scorer).first()
    state, said = state_of(scorer)
    back = way_back(scorer) if scorer.live else None
    return {
        "scorer": scorer,
        "state": state,
        "said": said,
        "shadow": shadow,
        "told": shadow.comparison if shadow else {},
        "bars": bars(shadow.comparison) if shadow else [],
        "job": job_of(scorer),
        "last_job": last_job(scorer),
        "live": live_scorer(),
        "hindrance": hindrance(scorer),
        "back": back,
        "lesson": lessons_of_scorers().get(scorer.hash, ""),
        "history": history(scorer),
    }


def history(scorer: Scorer) -> list[Promotion]:
    rows = Promotion.objects.select_related("scorer", "before", "by")
    return [row for row in rows[:200] if scorer.pk in (row.scorer_id, row.before_id)]


def last_job(scorer: Scorer) -> Job | None:
    """The last job that scored it in shadow, where it did not end well."""
    last = Job.objects.filter(kind=Kind.SHADOW, asked__scorer=scorer.hash).order_by("-pk").first()
    return last if last and last.state == Job.State.FAILED else None


def bars(told: dict[str, Any]) -> list[dict[str, Any]]:
    """The histogram of changes, each bar with its height in per cent of the highest."""
    rows = told.get("histogram", [])
    highest = max([row["houses"] for row in rows], default=0) or 1
    return [row | {"percent": round(100 * row["houses"] / highest, 1)} for row in rows]
