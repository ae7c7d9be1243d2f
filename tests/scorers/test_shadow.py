"""Scoring in shadow: everything under another scorer, and nothing of what is shown moves."""

from __future__ import annotations

from server.frames.models import FrameScore
from server.jobs.models import Job
from tests.scorers.city import City, in_shadow
from tests.workers.test_scoring import taught


def test_every_frame_is_scored_in_shadow(city: City) -> None:
    scorer = taught()
    job = in_shadow(scorer)
    assert (job.state, job.failure, job.error) == (Job.State.DONE, "", "")
    assert FrameScore.objects.filter(scorer=scorer).count() == 16
