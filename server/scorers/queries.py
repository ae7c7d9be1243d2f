"""What is read of scorers: how far each is, what keeps one from being promoted, what it would be rolled back to."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce

from server.drives.models import Drive, Stage
from server.frames.models import Frame, FrameQuerySet, FrameScore, Scorer
from server.houses.models import Sighting
from server.jobs.kinds import Kind
from server.jobs.models import Job
from server.scorers.models import BroughtDrive, Promotion, Shadow


def drives_to_bring(scorer: Scorer) -> QuerySet[Drive]:
    """Finished drives that are not under this scorer what they are on their own way, in the order in which they came."""
    ended = Coalesce(OuterRef("finished_at"), OuterRef("created_at"))
    brought = BroughtDrive.objects.filter(scorer=scorer, drive=OuterRef("pk"), at__gte=ended)
    scored = FrameScore.objects.filter(frame__drive=OuterRef("pk"))
    finished = Drive.objects.filter(Exists(scored), stage=Stage.DONE, failure="")
    return finished.filter(~Exists(brought), ~Q(scorer_hash=scorer.hash)).order_by("pk")


def ended_at(drive: Drive) -> datetime:
    """When a finished drive came to its end."""
    return drive.finished_at or drive.created_at


def frames_to_score(scorer: Scorer) -> FrameQuerySet:
    """Frames of finished drives that some scorer scored and this one did not."""
    scored = FrameScore.objects.filter(frame=OuterRef("pk"))
    shadow = Shadow.objects.filter(scorer=scorer).first()
    frames = Frame.objects.unscored(scorer).filter(Exists(scored), drive__stage=Stage.DONE, drive__failure="")
    return frames.exclude(pk__in=shadow.unreadable) if shadow and shadow.unreadable else frames


def frames_missing(scorer: Scorer) -> int:
    """Frames that the pages show by the live scorer and that this one has not scored: they would leave the map.

    A drive that is on its way for the first time is not on the map yet, and is brought through this scorer once it has ended.
    """
    shadow = Shadow.objects.filter(scorer=scorer).first()
    scored = FrameScore.objects.filter(frame=OuterRef("pk"), scorer__live=True)
    seen = Sighting.objects.filter(frame=OuterRef("pk"), scorer__live=True, house__isnull=False)
    missing = Frame.objects.unscored(scorer).filter(Exists(scored), drive__failure="")
    missing = missing.filter(Q(drive__stage=Stage.DONE) | Exists(seen))
    return missing.exclude(pk__in=shadow.unreadable if shadow else []).count()


def scorers_alike(scorer: Scorer) -> QuerySet[Scorer]:
    """Those that see with the same backbone, itself among them."""
    return Scorer.objects.filter(card__backbone_sha256=scorer.card.get("backbone_sha256"))


def job_of(scorer: Scorer) -> Job | None:
    """The job that scores it in shadow at this moment."""
    return Job.objects.open().filter(kind=Kind.SHADOW, alone=alone_word(scorer)).first()


def alone_word(scorer: Scorer) -> str:
    return f"shadow {scorer.hash}"


def way_back(live: Scorer) -> Promotion | None:
    """The promotion that made it live, if there was a scorer before it."""
    made = Promotion.objects.filter(scorer=live, kind=Promotion.Kind.PROMOTE, before__isnull=False)
    return made.select_related("scorer", "before").first()


def listed_scorers() -> QuerySet[Scorer, Any]:
    """All scorers, the live one first, then the newest, each with the number of frames that it scored (`frames`)."""
    frames = Count("frame_scores")
    return (
        Scorer.objects.select_related("shadow")
        .annotate(frames=frames)
        .order_by("-live", F("promoted_at").desc(nulls_first=True), "-created_at", "-pk")
    )
