"""What the pages of scorers say: where each stands, and what is to be done with it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Avg, Count
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from server.frames.models import FrameScore, Scorer
from server.frames.points import FestivityClass
from server.frames.queries import live_scorer
from server.jobs.kinds import Kind
from server.jobs.models import Job
from server.scorers.models import Promotion, Shadow
from server.scorers.queries import drives_to_bring, job_of, listed_scorers, way_back
from server.scorers.services import hindrance

BAR_STEP = 58
BAR_FOOT = 130
HIGHEST_BAR = 110


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

    @property
    def percent(self) -> float:
        return 100 * (self.mean or 0)


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
        **told_of(shadow.comparison if shadow else {}),
        "job": job_of(scorer),
        "last_job": last_job(scorer),
        "live": live_scorer(),
        "hindrance": hindrance(scorer),
        "back": back,
        "in_between": drives_to_bring(back.before).count() if back and back.before else 0,
        "lesson": lessons_of_scorers().get(scorer.hash, ""),
        "history": history(scorer),
    }


def told_of(told: dict[str, Any]) -> dict[str, Any]:
    """The comparison, and what the page makes of it."""
    frames = told.get("frames", {})
    return {
        "told": told,
        "bars": bars(told.get("histogram", [])),
        "classes": classes_of(told),
        "movers": movers_of(told),
        "sides": (told.get("before", ""), told.get("after", "")),
        "percents": {side: 100 * figures["mean"] for side, figures in frames.items()},
    }


def history(scorer: Scorer) -> list[Promotion]:
    rows = Promotion.objects.select_related("scorer", "before", "by")
    return [row for row in rows[:200] if scorer.pk in (row.scorer_id, row.before_id)]


def last_job(scorer: Scorer) -> Job | None:
    """The last job that scored it in shadow, where it did not end well."""
    last = Job.objects.filter(kind=Kind.SHADOW, asked__scorer=scorer.hash).order_by("-pk").first()
    return last if last and last.state == Job.State.FAILED else None


def bars(rows: list[dict[str, Any]]) -> dict[str, Any]:
    """The histogram of changes as it is drawn: bars with the place of each in a picture 150 high."""
    highest = max([row["houses"] for row in rows], default=0) or 1
    drawn = [bar(number, row, highest) for number, row in enumerate(rows)]
    return {"width": BAR_STEP * len(rows) + 4, "rows": drawn}


def bar(number: int, row: dict[str, Any], highest: int) -> dict[str, Any]:
    height = round(HIGHEST_BAR * row["houses"] / highest, 1)
    least, most = row["least"], row["most"]
    kind = "same" if least < 0 < most else "more" if least >= 0 else "less"
    spread = range_of(least, most)
    return {
        "x": BAR_STEP * number + 4,
        "middle": BAR_STEP * number + 29,
        "y": BAR_FOOT - height,
        "above": BAR_FOOT - height - 4,
        "height": height,
        "houses": row["houses"],
        "kind": kind,
        "label": label_of(least, most),
        "range": spread,
        "said": ngettext("%(range)s points: %(n)d house", "%(range)s points: %(n)d houses", row["houses"])
        % {"range": spread, "n": row["houses"]},
    }


def label_of(least: float, most: float) -> str:
    """The range, as short as it can be said."""
    if least == -100:
        return f"< {signed(most)}"
    if most == 100:
        return f"> {signed(least)}"
    return "±½" if least < 0 < most else f"{signed(least)}…{signed(most)}"


def range_of(least: float, most: float) -> str:
    if least == -100:
        return _("less than %s") % f"−{-most:g}"
    if most == 100:
        return _("more than %s") % f"+{least:g}"
    return _("%(least)s to %(most)s") % {"least": signed(least), "most": signed(most)}


def signed(value: float) -> str:
    return f"+{value:g}" if value > 0 else f"−{-value:g}"


def classes_of(told: dict[str, Any]) -> list[dict[str, Any]]:
    """The classes of houses and of frames, before and after, the most festive first; a house without lights has none."""
    houses = {row["name"]: (row["before"], row["after"]) for row in told.get("classes", [])}
    frames = told.get("frames", {})
    return [
        {
            "label": FestivityClass(name).label,
            "houses": houses.get(name, ("–", "–")),
            "frames": (frames["before"][name], frames["after"][name]),
        }
        for name in ("most", "many", "some", "none")
        if frames
    ]


def movers_of(told: dict[str, Any]) -> list[dict[str, Any]]:
    """Groups of houses that change most, each with what it means."""
    groups = (
        ("risers", _("Biggest risers"), _("On both lists; the most points gained first.")),
        ("fallers", _("Biggest fallers"), _("On both lists; the most points lost first.")),
        (
            "appearing",
            _("Appear on the map"),
            _("Under the least lights before, above it now; the brightest first."),
        ),
        (
            "vanishing",
            _("Vanish from the map"),
            _("Above the least lights before, under it now; the brightest first."),
        ),
    )
    return [
        {"word": word, "title": title, "explained": explained, "rows": told.get(word, [])}
        for word, title, explained in groups
    ]
